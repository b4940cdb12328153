"""The committed OpenAPI document: what it promises, and that its examples do what they say."""

import copy
import json
import lzma
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.api.examples import COMMANDS, SERVER
from app.web.packs import EXAMPLE
from tests.conftest import ROOT, SAMPLES
from tests.promises import broken, promises
from tests.servers import Server

COMMITTED = ROOT / "docs" / "openapi.json"
DOCUMENT: dict[str, Any] = json.loads(COMMITTED.read_text("utf-8"))
PROMISED = Path(__file__).parent / "promises.txt"
OPERATIONS = [
    (f"{method.upper()} {path}", operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]


@pytest.fixture(autouse=True)
def database() -> None:
    """Once, not on each of the databases: nothing here is about what rows are kept in."""


def test_no_promise_is_broken() -> None:
    """A new promise is written down with BOOTSCOPE_REWRITE_GOLDEN=1, but no broken one: for
    that the version of the API (``create_app``) has to be another.
    """
    document = json.loads(COMMITTED.read_text("utf-8"))  # test_logs.py may just have written it
    before, after = PROMISED.read_text("utf-8").splitlines(), promises(document)
    assert broken(before, after) == []
    if os.environ.get("BOOTSCOPE_REWRITE_GOLDEN"):
        PROMISED.write_text("\n".join(after) + "\n", "utf-8")
        before = after
    assert [line for line in after if line not in {*before}] == []


def _list(document: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = document["paths"]["/api/v1/logs"]["get"]
    return operation


def _listed(document: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = document["components"]["schemas"]["ListedLog"]
    return schema


def _no_longer_a_verdict(document: dict[str, Any]) -> None:
    _listed(document)["properties"]["verdict"]["enum"].remove("fragile")


def _another_type(document: dict[str, Any]) -> None:
    _listed(document)["properties"]["created_at"]["type"] = "integer"


def _other_form(document: dict[str, Any]) -> None:
    body = document["paths"]["/api/v1/logs"]["post"]["requestBody"]["content"]
    body["multipart/form-data"]["schema"]["required"].append("symbols")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["paths"].pop("/api/v1/badge.svg"), "gone: GET /api/v1/badge.svg"),
        (lambda d: d["paths"]["/api/v1/logs"].pop("get"), "gone: GET /api/v1/logs"),
        (lambda d: _list(d)["parameters"].pop(0), "gone: GET /api/v1/logs query label"),
        (lambda d: _list(d)["parameters"][0].update(required=True),
         "new: demand GET /api/v1/logs query label"),
        (lambda d: _list(d)["responses"].pop("403"), "gone: GET /api/v1/logs 403"),
        (lambda d: _listed(d)["properties"].pop("kernel"), "gone: ListedLog.kernel"),
        (lambda d: _listed(d)["required"].remove("labels"), "gone: ListedLog.labels is there"),
        (_no_longer_a_verdict, "gone: ListedLog.verdict = fragile"),
        (_another_type, "gone: ListedLog.created_at: string"),
        (_other_form, "new: demand POST /api/v1/logs body multipart/form-data.symbols"),
    ],
)  # fmt: skip
def test_what_breaks_a_client_is_seen(change: Callable[[dict[str, Any]], Any], said: str) -> None:
    before, changed = promises(DOCUMENT), copy.deepcopy(DOCUMENT)
    change(changed)
    assert said in broken(before, promises(changed))
    changed["info"]["version"] = "2"
    assert broken(before, promises(changed)) == []


def test_what_is_added_breaks_nobody() -> None:
    changed = copy.deepcopy(DOCUMENT)
    changed["paths"]["/api/v1/new"] = {
        "get": {
            "parameters": [
                {"in": "query", "name": "a", "required": True, "schema": {"type": "string"}}
            ],
            "responses": {"200": {}},
        }
    }
    _list(changed)["parameters"].append(
        {"in": "query", "name": "more", "schema": {"type": "string"}}
    )
    _listed(changed)["properties"]["more"] = {"type": "string"}
    _listed(changed)["properties"]["verdict"]["enum"].append("new")
    assert broken(promises(DOCUMENT), promises(changed)) == []
    assert promises(changed) != promises(DOCUMENT)


@pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=[name for name, _ in OPERATIONS])
def test_every_operation_is_described(name: str, operation: dict[str, Any]) -> None:
    assert operation["summary"] and operation["description"]
    assert operation["x-codeSamples"][0]["source"] == COMMANDS[name]
    refused = {status: said for status, said in operation["responses"].items() if status >= "400"}
    for status, said in refused.items():
        if "$ref" in said:
            said = DOCUMENT["components"]["responses"][said["$ref"].rpartition("/")[2]]
        assert [*said["content"]] == ["application/problem+json"], status


def test_there_is_no_command_without_an_operation() -> None:
    assert set(COMMANDS) == {name for name, _ in OPERATIONS}


def _examples(node: object) -> Iterator[tuple[dict[str, Any], Any]]:
    """Every schema with an example in it, and that example."""
    if isinstance(node, dict):
        if "example" in node and "properties" in node:
            yield node, node["example"]
        for value in node.values():
            yield from _examples(value)
    elif isinstance(node, list):
        for value in node:
            yield from _examples(value)


def test_examples_of_answers_fit_their_schemas() -> None:
    """They may be shortened (FastAPI leaves out every null); what they have is right."""
    found = [*_examples(DOCUMENT)]
    assert len(found) >= 8
    faults = []
    for schema, example in found:
        whole = {**schema, "components": DOCUMENT["components"]}
        for error in jsonschema.Draft202012Validator(whole).iter_errors(example):
            if error.validator != "required":
                faults.append((schema.get("title"), error.json_path, error.message[:200]))
    assert faults == []


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    server = Server(tmp_path_factory.mktemp("data"), SAMPLES=str(SAMPLES), LISTED="1")
    folder = tmp_path_factory.mktemp("work")
    shutil.copy(SAMPLES / "ff-rootfs-protected.log", folder / "dmesg.txt")
    packed = (SAMPLES / "ff-rootfs-protected.System.map.xz").read_bytes()
    (folder / "System.map").write_bytes(lzma.decompress(packed))
    (folder / "MY001.yaml").write_text(EXAMPLE)
    yield server, folder
    server.stop()


SAID = {
    "POST /api/v1/logs": '"verdict": "fail"',
    "GET /api/v1/logs": '"labels": ["branch=main", "machine=rk3588"]',
    "GET /api/v1/logs/{identity}": "FAIL: FF-A came up 306 ms before pKVM traps SMCs",
    "GET /api/v1/logs/{identity}/raw": "[    0.000000] Booting Linux",
    "GET /api/v1/logs/{identity}/lines": "[    1.585658] ARM FF-A: Driver version 1.1",
    "GET /api/v1/logs/{identity}/findings": '"rule":"FFA001"',
    "GET /api/v1/history": "id,url,name,created_at",
    "GET /api/v1/compare": "FFA001",
    "POST /api/v1/logs/{identity}/what-if": "FFA001",
    "GET /api/v1/logs/{identity}/what-if/table": "FFA001",
    "GET /api/v1/logs/{identity}/what-if/cures": "ffa_init",
    "POST /api/v1/builds": "kvm_arm_init()",
    "GET /api/v1/packs": '"ffa-pkvm"',
    "GET /api/v1/rules": '"FFA001"',
    "GET /api/v1/rules/{identity}": '"FFA001"',
    "POST /api/v1/rules/lint": '"ok": true',
    "POST /api/v1/rules/test": '{"ok": true, "examples": [{"rule": "MY001"',
    "POST /api/v1/logs/{identity}/judge": "FAIL MY001",
    "GET /livez": '{"status":"ok"}',
    "GET /healthz": '{"status":"ok"}',
    "GET /readyz": '{"status":"ok"}',
}
FILES = {
    "GET /api/v1/badge.svg": ("badge.svg", b"main on rk3588: fail"),
    "GET /api/v1/logs/{identity}/subjects.svg": ("subjects.svg", b"<svg"),
    "GET /api/v1/logs/{identity}/subjects.png": ("subjects.png", b"\x89PNG"),
}


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_example_runs(running: tuple[Server, Path], name: str) -> None:
    server, folder = running
    here = f"http://127.0.0.1:{server.port}"
    upload = COMMANDS["POST /api/v1/logs"]  # whichever example is run first
    for command in (upload, COMMANDS[name]):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command.replace(SERVER, here)],
            cwd=folder, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    if name in FILES:
        file, said = FILES[name]
        assert said in (folder / file).read_bytes()
    elif name in SAID:
        assert squeezed(SAID[name]) in squeezed(done.stdout)
    else:
        assert (name, done.stdout) == ("DELETE /api/v1/logs/{identity}", "")
