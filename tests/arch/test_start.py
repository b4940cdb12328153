"""What a text report takes to start stays small: what is imported on the way to it."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT

LOG = "sample_logs/deb73-ffa-module-protected.log"
HEAVY = (
    "pydantic", "pydantic_core", "yaml", "dataclasses", "inspect", "pathlib", "tarfile", "zipfile",
    "lzma", "bz2", "gzip", "json", "importlib.metadata", "fastapi", "jinja2",
)  # fmt: skip
ASK = (
    "import sys; sys.path.insert(0, '.'); from app.cli import main; code = main(sys.argv[1:]);"
    "print(*sys.modules, file=sys.stderr); sys.exit(code)"
)


def imported(*arguments: str) -> set[str]:
    # -S: what site and its .pth files import is the environment's affair.
    paths = [path for path in sys.path if path.endswith("site-packages")]
    code = f"import sys; sys.path += {paths!r}; {ASK}"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code, *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return set(done.stderr.split())


@pytest.fixture(scope="module", autouse=True)
def kept_pack() -> None:
    """The first run of all reads the rules, where they are not kept yet."""
    subprocess.run(
        [sys.executable, "-m", "app.rules.compiled"],
        cwd=ROOT, check=True, env={"PATH": "/usr/bin"},
    )  # fmt: skip


def test_a_text_report_imports_nothing_heavy() -> None:
    assert sorted(imported("analyse", LOG) & {*HEAVY}) == []


def test_a_check_imports_nothing_heavy_and_no_client() -> None:
    heavy = {*HEAVY, "urllib3", "http.client", "ssl", "socket"}
    assert sorted(imported("check", LOG) & heavy) == []


def test_a_json_report_does_import_pydantic() -> None:
    assert "pydantic" in imported("analyse", "--format", "json", LOG)
