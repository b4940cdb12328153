"""Run all measurements, or those that are named: ``python -m bench [PART]...``.

Parts are analyse, rules, compare, growth, http and page.

``plot`` is for who renews docs/growth.svg, and runs where it is named.
"""

import sys

from bench import analyse, compare, growth, http, page, rules

PARTS = {
    "analyse": analyse.run,
    "rules": rules.run,
    "compare": compare.run,
    "growth": growth.run,
    "http": http.run,
    "page": page.run,
}
ON_DEMAND = {"plot": growth.plot}


def main(names: list[str]) -> int:
    """Print one line a figure."""
    for name in names or list(PARTS):
        for line in (PARTS | ON_DEMAND)[name]():
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
