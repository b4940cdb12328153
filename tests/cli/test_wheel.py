"""The wheel by itself: built and installed without a network, and run without one."""

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import ROOT, SAMPLES

NO_NETWORK = ("unshare", "--map-root-user", "--net")
ISOLATED = shutil.which("unshare") is not None and (
    subprocess.run([*NO_NETWORK, "true"], capture_output=True, check=False).returncode == 0
)


def offline(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """A command that no network is there for, and no setting of ours."""
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1", "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }  # fmt: skip
    alone = NO_NETWORK if ISOLATED else ()
    return subprocess.run(
        [*alone, *command], cwd=folder, env=environment, capture_output=True, text=True,
        check=False, timeout=300,
    )  # fmt: skip


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of a fresh environment with the wheel in it.

    Its dependencies are those of the environment that runs the tests, found after its own.
    """
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("app", "parsers"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", "."]
    built = offline([*build, "./source"], folder)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("bootscope-*.whl")
    made = offline([sys.executable, "-m", "venv", "fresh"], folder)
    assert made.returncode == 0, made.stderr
    python = str(folder / "fresh" / "bin" / "python")
    put = offline([python, "-m", "pip", "install", "--no-deps", str(wheel)], folder)
    assert put.returncode == 0, put.stderr
    (site,) = (folder / "fresh").glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    where = offline([python, "-c", "import app, parsers; print(app.__file__)"], folder)
    assert where.stdout.startswith(str(site)), "the wheel's code is what runs"
    return folder / "fresh" / "bin"


@pytest.mark.parametrize(
    ("log", "code", "said"),
    [
        ("k73-imalatesync-protected", 0, ": PASS: Every rule that applies holds\n"),
        ("ff-rootfs-protected", 1, ": FAIL: FF-A came up 306 ms before pKVM traps SMCs"),
        ("deb612-arm64-smallbuf", 1, ": INCONCLUSIVE: "),
        ("invalid/empty", 3, ""),
    ],
)
def test_check_needs_neither_server_nor_network(
    installed: Path, tmp_path: Path, log: str, code: int, said: str
) -> None:
    done = offline([str(installed / "bootscope"), "check", f"{SAMPLES}/{log}.log"], tmp_path)
    assert done.returncode == code, done.stderr
    assert said in done.stdout
    assert bool(done.stderr) == (code == 3)


def test_the_page_as_a_file_and_the_rules_are_in_the_wheel(installed: Path, tmp_path: Path) -> None:
    log = str(SAMPLES / "ff-rootfs-protected.log")
    command = str(installed / "bootscope")
    page = offline([command, "analyse", log, "--format", "html"], tmp_path)
    assert page.returncode == 1 and "FF-A came up 306 ms" in page.stdout
    rule = offline([command, "rules", "show", "FFA001"], tmp_path)
    assert rule.stdout.startswith("FFA001: FF-A comes up after pKVM traps SMCs")


def test_push_without_a_network_is_4(installed: Path, tmp_path: Path) -> None:
    log = str(SAMPLES / "k73-imalatesync-protected.log")
    asked = ["push", log, "--server", "http://boots.invalid", "--retries", "0"]
    done = offline([str(installed / "bootscope"), *asked], tmp_path)
    assert (done.returncode, done.stdout) == (4, "")
