"""What schemathesis makes up of the OpenAPI document, asked of a real server.

It knows each parameter, body and answer, sends what fits and what does not, and checks that
nothing makes the server fail and that each answer is one that the document has.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SAMPLES
from tests.servers import Server

_LINES = (SAMPLES / "ff-rootfs-protected.log").read_bytes().splitlines(keepends=True)
LOG = b"".join(_LINES[:20] + _LINES[590:640])
"""Short: each answer is held against its schema, most of the time goes there."""
CONFIG = Path(__file__).parent / "schemathesis.toml"
EACH = 5
"""Cases of each operation that fuzzing makes up, beside those that cover the document.

One worker asks them: CPython 3.11's compiler counts its recursion across threads, and what
schemathesis makes up is compiled ("AST constructor recursion depth mismatch").
"""


@pytest.fixture(autouse=True)
def database() -> None:
    """Once, not on each of the databases: nothing here is about what rows are kept in."""


def test_the_server_keeps_to_its_document(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", LISTED="1")
    config = tmp_path / "schemathesis.toml"
    try:
        status, body = server.ask("POST", "/api/v1/logs?label=branch=main", LOG)
        assert (status, json.loads(body)["verdict"]) == (201, "fail")
        config.write_text(CONFIG.read_text("utf-8").replace("IDENTITY", json.loads(body)["id"]))
        done = subprocess.run(
            [
                Path(sys.executable).with_name("schemathesis"), "--config-file", config, "run",
                f"http://127.0.0.1:{server.port}/api/v1/openapi.json", "--seed", "1", "--workers",
                "1", "--max-examples", str(EACH), "--phases", "examples,coverage,fuzzing",
                "--continue-on-failure", "--no-color",
            ],
            cwd=tmp_path, capture_output=True, text=True, timeout=900, check=False,
        )  # fmt: skip
        assert server.process.poll() is None
    finally:
        server.stop()
    assert done.returncode == 0, done.stdout + done.stderr
    selected, tested = re.search(r"Selected: (\d+)/\d+\s+Tested: (\d+)", done.stdout).groups()  # type: ignore[union-attr]
    assert int(selected) == int(tested) >= 20
    cases = re.search(r"(\d+) generated", done.stdout)
    assert cases is not None and int(cases[1]) > 400
