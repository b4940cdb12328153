"""What most tests need: the sample logs, and small logs made by hand."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from parsers import Boot, parse_log

settings.register_profile("untimed", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("untimed")

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sample_logs"


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real logs."""
    return SAMPLES


@pytest.fixture
def boot() -> Callable[..., Boot]:
    """Parse lines into their only boot."""

    def parse(*lines: str, symbols: str | None = None) -> Boot:
        packed = symbols.encode() if symbols is not None else None
        (only,) = parse_log("\n".join(lines).encode(), symbols=packed).boots
        return only

    return parse
