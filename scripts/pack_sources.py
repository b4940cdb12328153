"""Pack where each initcall's function stands in the kernel's tree: app/whatif/sources.txt.xz.

Reads tables of initcalls, one a kernel version, oldest first: ``function<TAB>level<TAB>
file:line<TAB>macro``. Of a name that several versions have the newest counts; one that two
files of a version have is left out, since a log does not tell which of them ran.
"""

import lzma
import sys
from collections import defaultdict
from pathlib import Path

OUT = Path(__file__).parent.parent / "app" / "whatif" / "sources.txt.xz"


def main(tables: list[str]) -> None:
    """Write the packed table: a line a file, its path and then the functions in it."""
    files: dict[str, set[str]] = {}
    for table in tables:
        here: defaultdict[str, set[str]] = defaultdict(set)
        for line in Path(table).read_text().splitlines():
            function, _, place, *_ = line.split("\t")
            here[function].add(place.partition(":")[0])
        files |= here
    by_path: defaultdict[str, list[str]] = defaultdict(list)
    for function, paths in files.items():
        if len(paths) == 1:
            by_path[next(iter(paths))].append(function)
    lines = [f"{path} {' '.join(sorted(names))}\n" for path, names in sorted(by_path.items())]
    OUT.write_bytes(lzma.compress("".join(lines).encode("ascii"), preset=9))
    print(f"{OUT.name}: {len(lines)} files, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
