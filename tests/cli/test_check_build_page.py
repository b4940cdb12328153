"""The recipes of docs/check-build.md, run as they stand on real builds."""

import json
import lzma
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT, SAMPLES

PAGE = (ROOT / "docs" / "check-build.md").read_text("utf-8")
_RECIPE = re.compile(r"^### (\w+)\n\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE)
RECIPES = {found[1]: found[2] for found in _RECIPE.finditer(PAGE)}
FRAGILE, FAILS, OPEN, UNDECIDED = (
    "ff-device-protected", "ff-rootfs-protected", "k73-upstream-protected", "ff-module-protected"
)  # fmt: skip
EXPECTED = ((FRAGILE, False), (FAILS, False), (OPEN, True), (UNDECIDED, True))


@pytest.fixture
def build(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A folder with a System.map, and a bootscope on PATH."""
    packed = (SAMPLES / f"{request.param}.System.map.xz").read_bytes()
    (tmp_path / "System.map").write_bytes(lzma.decompress(packed))
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "bootscope"
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m app.cli "$@"\n', "utf-8"
    )
    command.chmod(0o755)
    return tmp_path


def run(folder: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
    }
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_the_page_has_these_recipes() -> None:
    assert list(RECIPES) == ["GitHub", "GitLab", "make"]


@pytest.mark.parametrize(("build", "passes"), EXPECTED, indirect=["build"])
def test_github(build: Path, passes: bool) -> None:
    steps = yaml.safe_load(RECIPES["GitHub"])["jobs"]["order"]["steps"]
    (script,) = [step["run"] for step in steps if step.get("name") == "Order"]
    # as GitHub's runner starts it
    done = run(build, ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script])
    assert (done.returncode == 0) == passes, done.stderr
    assert "What no symbol shows:" in done.stdout
    assert (build / "summary.md").read_text("utf-8") == (build / "order.txt").read_text("utf-8")
    assert (build / steps[-1]["with"]["path"]).exists()


@pytest.mark.parametrize(("build", "passes"), EXPECTED, indirect=["build"])
def test_gitlab(build: Path, passes: bool) -> None:
    job = yaml.safe_load(RECIPES["GitLab"])["order"]
    done = run(build, ["bash", "-eo", "pipefail", "-c", "\n".join(job["script"])])
    assert (done.returncode == 0) == passes, done.stderr
    (artifact,) = job["artifacts"]["paths"]
    report = json.loads((build / artifact).read_text("utf-8"))
    assert done.stdout.strip() == report["headline"]


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.parametrize(("build", "passes"), EXPECTED, indirect=["build"])
def test_make(build: Path, passes: bool) -> None:
    (build / "Makefile").write_text(RECIPES["make"], "utf-8")
    done = run(build, ["make", "check-order"])
    assert (done.returncode == 0) == passes, done.stderr


@pytest.mark.parametrize("build", [FRAGILE], indirect=True)
def test_the_first_command(build: Path) -> None:
    command, against = re.findall(r"^    (bootscope .*)$", PAGE, re.MULTILINE)
    assert against == f"{command} --against System.map.old"
    done = run(build, command.split())
    assert done.returncode == 0
    assert done.stdout.startswith("FRAGILE: Only link order keeps kvm_arm_init() before ffa_init()")
