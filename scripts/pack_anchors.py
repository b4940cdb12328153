"""Pack a table of initcall levels into parsers/anchors.txt.

    python scripts/pack_anchors.py anchors.tsv

The table is tab-separated: name, level, boots seen in order, boots seen out of
order. Names ever seen out of order are left out. Output: one line a level,
``LEVEL NAME NAME ...``, sorted.
"""

import sys
from collections import defaultdict
from pathlib import Path

PACKED = Path(__file__).parents[1] / "parsers" / "anchors.txt"


def main(table: Path) -> None:
    """Read ``table`` and write the packed file."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for row in table.read_text("ascii").splitlines()[1:]:
        name, level, _, out_of_order, *_ = row.split("\t")
        if out_of_order == "0":
            names[level].append(name)
    text = "".join(f"{level} {' '.join(sorted(found))}\n" for level, found in sorted(names.items()))
    PACKED.write_text(text, "ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
