"""Run all measurements, or those that are named: ``python -m bench [analyse http page]``."""

import sys

from bench import analyse, http, page

PARTS = {"analyse": analyse.run, "http": http.run, "page": page.run}


def main(names: list[str]) -> int:
    """Print one line a figure."""
    for name in names or list(PARTS):
        for line in PARTS[name]():
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
