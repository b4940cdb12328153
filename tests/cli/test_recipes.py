"""The recipes of docs/recipes.md, run as they stand on real boots, with a real server process."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.request import urlopen

import pytest
import yaml
from kcidb_io import schema

from tests.cli.test_gate import without_initcalls
from tests.conftest import ROOT, SAMPLES
from tests.servers import serving

PAGE = (ROOT / "docs" / "recipes.md").read_text("utf-8")
_RECIPE = re.compile(r"^### ([\w ]+)\n(?:(?!#|```).*\n)*```(\w+)\n((?:(?!```).*\n)*)```$", re.M)
RECIPES = {found[1]: (found[2], found[3]) for found in _RECIPE.finditer(PAGE)}
PASSES, FAILS, LOST, NONE = (
    "k73-imalatesync-protected", "ff-rootfs-protected", "deb612-arm64-smallbuf", "no-initcall"
)  # fmt: skip
BOOTS = (PASSES, FAILS, LOST, NONE)
TAKES = ("dmesg", "push", "curl", "LAVA job", "tuxrun")
"""Those that end in 0 for a boot that passes, and for no other."""
BASH = ["bash", "--noprofile", "--norc"]
pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")


def log_of(boot: str) -> bytes:
    if boot == NONE:
        return without_initcalls("ff-device-protected")
    return (SAMPLES / f"{boot}.log").read_bytes()


def lava_of(log: bytes) -> bytes:
    """The same log as a dispatcher writes it (LAVA, lava_common/log.py)."""
    lines = log.decode("utf-8", "replace").splitlines()
    about = '- {"dt": "2026-11-23T04:27:13.123456", "lvl": "target", "msg": '
    return "".join(f"{about}{json.dumps(line)}}}\n" for line in lines).encode()


class KernelCi(BaseHTTPRequestHandler):
    """KernelCI's listing and its logs, and KCIDB, which takes what its schema takes."""

    nodes: ClassVar[list[dict[str, Any]]] = []
    logs: ClassVar[dict[str, bytes]] = {}
    taken: ClassVar[list[dict[str, Any]]] = []
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        listing = self.path.startswith("/latest/nodes/fast?")
        found = json.dumps(self.nodes).encode() if listing else self.logs.get(self.path)
        self._answer(404 if found is None else 200, found or b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        allowed = self.headers["Authorization"] == "Bearer kcidb-token"
        sent = json.loads(body)
        schema.LATEST.validate(sent)
        self.taken.append(sent)
        self._answer(200 if allowed and self.path == "/submit" else 401, b'{"status": "ok"}')

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("recipes"), listed="1") as address:
        yield address


@pytest.fixture
def lab(tmp_path: Path, server: str) -> Path:
    """A folder with what a runner has: commands on PATH, and an open server's empty header."""
    commands = {
        "bootscope": f'PYTHONPATH="{ROOT}" exec "{sys.executable}" -m app.cli "$@"',
        "dmesg": "cat boot.log",
        "lavacli": '[ "$1 $2" = "jobs wait" ] || { [ "$1 $2 $3" = "jobs logs --raw" ]'
        ' && cat boot.yaml; }',
        "lava-test-case": 'echo "$@" >> cases.txt',
        "tuxrun": 'while [ "$1" != --log-file-yaml ]; do shift; done; cp boot.yaml "$2"',
    }  # fmt: skip
    (tmp_path / "bin").mkdir()
    (tmp_path / "ci").mkdir()
    for name, script in (*((f"bin/{name}", text) for name, text in commands.items()),
                         ("ci/boot-board", "cat boot.log")):  # fmt: skip
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "token.header").write_text("")
    (tmp_path / "server").write_text(server)
    return tmp_path


def boot(lab: Path, name: str) -> None:
    log = log_of(name)
    (lab / "boot.log").write_bytes(log)
    (lab / "dmesg.log").write_bytes(log)
    (lab / "boot.yaml").write_bytes(lava_of(log))


def run(lab: Path, script: str, *options: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{lab / 'bin'}:{os.environ['PATH']}", "HOME": str(lab),
        "BOOTSCOPE_SERVER": (lab / "server").read_text(), "GITHUB_SHA": "c0ffee",
        "GITHUB_STEP_SUMMARY": str(lab / "summary.md"), "GITHUB_REF_NAME": "main",
        "GITHUB_SERVER_URL": "https://git.lan", "GITHUB_REPOSITORY": "k/l", "GITHUB_RUN_ID": "7",
        "CI_COMMIT_REF_NAME": "main", "CI_COMMIT_SHA": "c0ffee", "CI_JOB_URL": "https://git.lan/7",
        "LAVA_JOB": "1234", "LAVA_URL": "https://lava.lan", "KERNEL": "Image", **more,
    }  # fmt: skip
    return subprocess.run(
        [*BASH, *options, "-c", script], cwd=lab, env=environment, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip


def test_every_script_of_the_page_is_run_here() -> None:
    assert [*RECIPES] == ["dmesg", "push", "curl", "GitHub", "GitLab", "LAVA job", "LAVA test",
                          "tuxrun", "KernelCI"]  # fmt: skip
    assert PAGE.count("\n```") == 2 * len(RECIPES)


@pytest.mark.parametrize("name", TAKES)
@pytest.mark.parametrize("one", BOOTS)
def test_scripts(lab: Path, name: str, one: str) -> None:
    language, script = RECIPES[name]
    assert language == "sh"
    boot(lab, one)
    done = run(lab, script)
    assert done.returncode in ((0,) if one == PASSES else (1, 5)), done.stderr
    assert {PASSES: "pass", FAILS: "fail", LOST: "inconclusive", NONE: "fragile"}[one] in (
        done.stdout.lower()
    )


@pytest.mark.parametrize("name", TAKES)
def test_a_log_that_is_none_and_a_server_that_is_away_are_not_green(lab: Path, name: str) -> None:
    for file in ("boot.log", "dmesg.log", "boot.yaml"):
        (lab / file).write_bytes(b"")
    assert run(lab, RECIPES[name][1]).returncode not in (0, 1, 5)
    if "BOOTSCOPE_SERVER" in RECIPES[name][1]:
        boot(lab, PASSES)
        away = {"BOOTSCOPE_SERVER": "http://127.0.0.1:9"}
        assert run(lab, RECIPES[name][1].replace("--retry 5", "--retry 0"), **away).returncode != 0


@pytest.mark.parametrize("one", BOOTS)
def test_github(lab: Path, server: str, one: str) -> None:
    job = yaml.safe_load(RECIPES["GitHub"][1])["jobs"]["boot"]
    boot(lab, one)
    # as GitHub's runner starts each; a later step with if: always() runs all the same
    steps = {step["name"]: run(lab, step["run"], "-e") for step in job["steps"] if "run" in step}
    codes = {name: done.returncode for name, done in steps.items()}
    gate = 0 if one == PASSES else 1
    assert codes == {"Boot": 0, "Judge": gate, "Keep": gate}, steps["Keep"].stderr
    assert steps["Judge"].stdout.startswith("::")
    summary = (lab / "summary.md").read_text("utf-8")
    assert f"{server}/l/" in summary
    with urlopen(f"{server}/api/v1/logs?label=commit%3Dc0ffee&limit=1") as found:
        (newest,) = json.load(found)["logs"]
    assert "job_url=https://git.lan/k/l/actions/runs/7" in newest["labels"]


@pytest.mark.parametrize("one", BOOTS)
def test_gitlab(lab: Path, one: str) -> None:
    job = yaml.safe_load(RECIPES["GitLab"][1])["boot-order"]
    boot(lab, one)
    done = run(lab, "\n".join(job["script"]), "-e", "-o", "pipefail")
    assert done.returncode == (0 if one == PASSES else 1), done.stderr
    reports = job["artifacts"]["reports"]
    failed = "<failure" in (lab / reports["junit"]).read_text("utf-8")
    assert failed == (one != PASSES)
    assert isinstance(json.loads((lab / reports["codequality"]).read_text("utf-8")), list)


@pytest.mark.parametrize("one", BOOTS)
def test_lava_test(lab: Path, one: str) -> None:
    steps = yaml.safe_load(RECIPES["LAVA test"][1])["run"]["steps"]
    boot(lab, one)
    done = run(lab, "\n".join(steps), "-e")
    assert done.returncode == 0, done.stderr
    cases = dict(line.split(" --result ") for line in (lab / "cases.txt").read_text().splitlines())
    assert cases.pop("boot-order") == ("pass" if one == PASSES else "fail")
    ktap = (lab / "order.ktap").read_text("utf-8")
    assert len(cases) == int(re.findall(r"^1\.\.(\d+)$", ktap, re.M)[0])
    assert ("fail" in cases.values()) == (one != PASSES)
    assert one != FAILS or cases["FFA001"] == "fail"


@pytest.mark.parametrize("hostile", [False, True])
def test_kernelci(lab: Path, hostile: bool) -> None:
    class Own(KernelCi):
        nodes: ClassVar[list[dict[str, Any]]] = []
        logs: ClassVar[dict[str, bytes]] = {}
        taken: ClassVar[list[dict[str, Any]]] = []
        asked: ClassVar[list[str]] = []

    http = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    thread = threading.Thread(target=http.serve_forever, args=(0.02,))
    thread.start()
    address = f"http://127.0.0.1:{http.server_port}"
    for number, one in enumerate(BOOTS):
        Own.logs[f"/{one}.yaml"] = lava_of(log_of(one))
        Own.nodes.append(
            {"id": f"{number:024x}", "parent": f"{number + 16:024x}", "name": one,
             "artifacts": {"lava_log": f"{address}/{one}.yaml"}}
        )  # fmt: skip
    Own.nodes += [{"id": "f" * 24, "parent": "f" * 24, "artifacts": None}]
    if hostile:
        evil = f"{address}/{PASSES}.yaml"
        Own.nodes += [
            {"id": "../../x", "parent": "f" * 24, "artifacts": {"lava_log": evil}},
            {"id": "a" * 24, "parent": "$(touch owned)", "artifacts": {"lava_log": evil}},
            {"id": "b" * 24, "parent": "b" * 24, "artifacts": {"lava_log": "file:///etc/passwd"}},
            {"id": "c" * 24, "parent": "c" * 24, "artifacts": {"lava_log": f"{address}/gone"}},
        ]
    (lab / "kcidb.header").write_text("Authorization: Bearer kcidb-token")
    where = {"KERNELCI_API": address, "KCIDB_URL": f"{address}/submit", "KCIDB_ORIGIN": "lab_7"}
    script = RECIPES["KernelCI"][1].replace("--retry 5", "--retry 0")
    codes = [run(lab, script, **where).returncode for _ in range(2)]
    http.shutdown()
    thread.join()
    http.server_close()
    assert codes == ([4, 4] if hostile else [0, 0])
    assert not (lab / "owned").exists() and not any("gone/" in path for path in Own.asked)
    assert Own.taken[: len(BOOTS)] == Own.taken[len(BOOTS) :], "the same again, by the same ids"
    overall = [sent["tests"][0] for sent in Own.taken[: len(BOOTS)]]
    assert [test["status"] for test in overall] == ["PASS", "FAIL", "MISS", "MISS"]
    assert overall[1]["build_id"] == f"maestro:{17:024x}" and overall[1]["origin"] == "lab_7"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("GitHub", ["--builtin-schema", "vendor.github-workflows"]),
        ("GitLab", ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"]),
    ],
)
def test_the_yaml_is_valid_by_its_published_schema(
    tmp_path: Path, name: str, options: list[str]
) -> None:
    file = tmp_path / "recipe.yml"

    def check(text: str) -> int:
        file.write_text(text, "utf-8")
        command = [sys.executable, "-m", "check_jsonschema", *options, str(file)]
        return subprocess.run(command, capture_output=True, check=False).returncode

    assert check(RECIPES[name][1]) == 0
    assert check(RECIPES[name][1].replace("steps:", "stepz:").replace("script:", "skript:")) == 1
