"""Coverage-guided fuzzing of the parser: ``make fuzz`` (FUZZ_SECONDS=1800).

Anything but the InputError tree is a crash. The corpus begins with pieces of the
sample logs and with corpus.tar.xz, what earlier runs kept, which tests/fuzz/test_corpus.py
replays. To keep a run: ``tar -C FOLDER -cJf tests/fuzz/corpus.tar.xz .``
"""

import lzma
import pkgutil
import sys
import tarfile
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["parsers", "app.rules", "app.analysis", "app.report"]):
    import parsers
    from app.analysis import analyse
    from parsers import BootscopeError, read_symbol_table
    from parsers.trace import read_trace

    for module in pkgutil.walk_packages(parsers.__path__, "parsers."):
        import_module(module.name)  # what a log may need is imported late

ROOT = Path(__file__).parents[2]
CORPUS = Path(__file__).parent / "corpus.tar.xz"


def try_one(data: bytes) -> None:
    """Read and judge, as a log and as what may lie beside one; our own refusals are fine."""
    with suppress(BootscopeError):
        analyse(data, max_bytes=1 << 20)
    if b"initcall" in data or data.startswith(b"\x7fELF"):
        with suppress(BootscopeError):
            read_symbol_table(data, max_bytes=1 << 20)
        with suppress(BootscopeError):
            read_trace(data, max_bytes=1 << 20)


def seeds(folder: Path) -> None:
    """Write what earlier runs kept, and pieces of the sample logs in every format."""
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(CORPUS) as kept:
        kept.extractall(folder, filter="data")
    logs = [path.read_bytes() for path in sorted((ROOT / "sample_logs").glob("*.log"))]
    logs += [
        lzma.decompress(path.read_bytes())
        for path in sorted((ROOT / "sample_logs").glob("formats/*.xz"))
    ]
    logs += [path.read_bytes() for path in sorted((ROOT / "sample_logs" / "framings").iterdir())]
    logs += [
        lzma.decompress(path.read_bytes())
        for path in sorted((ROOT / "sample_logs").glob("*.System.map.xz"))
    ]
    elf = ROOT / "tests" / "unit" / "parsers" / "elf"
    logs += [path.read_bytes() for path in sorted(elf.iterdir()) if path.is_file()]
    for number, log in enumerate(logs):
        lines = log.split(b"\n")
        for start in (0, len(lines) // 2, max(0, len(lines) - 80)):
            (folder / f"{number}-{start}").write_bytes(b"\n".join(lines[start : start + 25]))


if __name__ == "__main__":
    seeds(Path(sys.argv[1]))
    arguments = [sys.argv[0], sys.argv[1], "-max_len=4096", *sys.argv[2:]]
    atheris.Setup(arguments, try_one)
    atheris.Fuzz()
