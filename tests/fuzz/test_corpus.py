"""What fuzzing once found is tried again on every run."""

from pathlib import Path

import pytest

from app.analysis import analyse
from parsers import BootscopeError

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*"))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_replay(path: Path) -> None:
    data = path.read_bytes()
    for piece in (data, data[: len(data) // 2], data * 2):
        try:
            analyse(piece, max_bytes=1 << 20)
        except BootscopeError as error:
            assert error.message
