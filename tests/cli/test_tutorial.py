"""docs/first-rule.md, followed to the letter: its files are written, its commands run."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import ROOT

PAGE = ROOT / "docs" / "first-rule.md"
FENCE = re.compile(r"^```(\w+)(?: (\w+)=([\w.-]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced part of the page: a session, or a file that is written or added to."""

    kind: str
    how: str
    file: str
    text: str


def blocks(text: str) -> list[Block]:
    return [Block(kind, how, file, body) for kind, how, file, body in FENCE.findall(text)]


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A folder for PATH in which `bootscope` is this checkout's."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "bootscope"
    script.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m app.cli "$@"\n', "utf-8"
    )
    script.chmod(0o755)
    return folder


def follow(page: list[Block], folder: Path, program: Path) -> list[str]:
    """What the sessions print when they are run, as the page would show it."""
    environment = {**os.environ, "PATH": f"{program}{os.pathsep}{os.environ['PATH']}"}
    code, sessions = 0, []
    for block in page:
        if block.kind != "console":
            with (folder / block.file).open({"file": "w", "append": "a"}[block.how]) as file:
                file.write(block.text)
            continue
        said = []
        for line in block.text.splitlines():
            if line.startswith("$ "):
                ran = subprocess.run(
                    ["sh", "-c", f"(exit {code}); {line[2:]}"], cwd=folder, env=environment,
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60,
                )  # fmt: skip
                code = ran.returncode
                said.append(f"{line}\n{ran.stdout}")
        sessions.append("".join(said))
    return sessions


def test_the_tutorial_says_what_the_program_prints(tmp_path: Path, program: Path) -> None:
    page = blocks(PAGE.read_text("utf-8"))
    folder = tmp_path / "empty"
    folder.mkdir()
    shown = [block.text for block in page if block.kind == "console"]
    assert follow(page, folder, program) == shown
    assert len(shown) >= 5 and sum(text.count("$ bootscope ") for text in shown) >= 6
    assert sorted(path.name for path in folder.iterdir()) == [
        "KEY001.yaml", "boot.log", "rule.schema.json"
    ]  # fmt: skip


def test_every_fence_is_read() -> None:
    text = PAGE.read_text("utf-8")
    page = blocks(text)
    assert text.count("```") == 2 * len(page)
    assert all(block.kind == "console" or block.file for block in page)


def test_its_log_is_of_a_real_boot(samples: Path) -> None:
    """All but the two first lines, which are shortened."""
    real = set((samples / "deb612-arm64-protected.log").read_text("utf-8").splitlines())
    (log,) = (block.text for block in blocks(PAGE.read_text("utf-8")) if block.file == "boot.log")
    _, _, *lines = log.splitlines()
    assert len(lines) > 10 and set(lines) <= real


def test_a_tutorial_that_is_wrong_is_found_out(tmp_path: Path, program: Path) -> None:
    page = [Block("console", "", "", "$ bootscope rules lint nothing.yaml\n1 rule, no problem\n")]
    (said,) = follow(page, tmp_path, program)
    assert said != page[0].text and "nothing.yaml" in said
