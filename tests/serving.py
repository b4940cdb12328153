"""A real server process for tests, over a folder of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT


@contextmanager
def serving(data: Path, **settings: str) -> Iterator[str]:
    """Its address; ``settings`` are BOOTSCOPE_* without that."""
    told = {f"BOOTSCOPE_{name.upper()}": value for name, value in settings.items()}
    environment = os.environ | {
        "BOOTSCOPE_PORT": "0", "BOOTSCOPE_DATA": str(data), "BOOTSCOPE_SAMPLES": "", **told,
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        assert said.startswith("Bootscope serves on http://"), said
        yield said.split()[3]
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()
