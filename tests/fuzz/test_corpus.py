"""What fuzzing once kept is tried again on every run."""

import tarfile
from pathlib import Path

from app.analysis import analyse
from parsers import BootscopeError

CORPUS = Path(__file__).parent / "corpus.tar.xz"


def test_replay() -> None:
    tried = 0
    with tarfile.open(CORPUS) as kept:
        for entry in kept:
            reader = kept.extractfile(entry)
            if reader is None:
                continue
            data = reader.read()
            tried += 1
            for piece in (data, data[: len(data) // 2]):
                try:
                    analyse(piece, max_bytes=1 << 20)
                except BootscopeError as error:
                    assert error.message, entry.name
    assert tried > 100
