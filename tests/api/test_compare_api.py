"""Comparing kept logs over the API."""

import json

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

from app.compare import Comparison
from tests.conftest import ROOT, SAMPLES

LOGS, COMPARE = "/api/v1/logs", "/api/v1/compare"


@pytest.fixture
def ids(client: TestClient) -> tuple[str, str]:
    one, other = (
        client.post(LOGS, content=(SAMPLES / f"{name}.log").read_bytes()).json()["id"]
        for name in ("ff-rootfs-protected", "ff-device-protected")
    )
    return one, other


def test_two_kept_boots_are_compared(client: TestClient, ids: tuple[str, str]) -> None:
    asked = {"a": ids[0], "b": ids[1]}
    answer = client.get(COMPARE, params=asked)
    assert answer.headers["content-type"] == "application/json"
    done = Comparison.from_json(answer.content)
    assert [move.function for move in done.moves] == ["ffa_init"]
    assert {hint.what for hint in done.hints} >= {"OP-TEE", "FF-A answered by"}
    schema = json.loads((ROOT / "docs/schema/comparison.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(answer.json())
    again = client.get(COMPARE, params=asked, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("how", ["format", "accept"])
def test_text_and_markdown(client: TestClient, ids: tuple[str, str], how: str) -> None:
    for name, kind in (("text", "text/plain"), ("markdown", "text/markdown")):
        asked = {"a": ids[0], "b": ids[1]} | ({"format": name} if how == "format" else {})
        headers = {"Accept": kind} if how == "accept" else {}
        answer = client.get(COMPARE, params=asked, headers=headers)
        assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
        assert f"http://testserver/compare/{ids[0]}/{ids[1]}" in answer.text


def test_a_baseline_is_known(client: TestClient, ids: tuple[str, str]) -> None:
    asked = {"a": ids[1], "b": ids[0]}
    states = {f["rule"]: f["state"] for f in client.get(COMPARE, params=asked).json()["findings"]}
    assert states["FFA003"] == "new"
    answer = client.get(COMPARE, params=asked | {"baseline": ids[0]}).json()
    assert {f["state"] for f in answer["findings"] if f["after"]["outcome"] == "fail"} == {"known"}
    assert [side["id"] for side in answer["baseline"]] == [ids[0]]


def test_what_cannot_be_compared_says_why(client: TestClient, ids: tuple[str, str]) -> None:
    assert client.get(COMPARE, params={"a": ids[0], "b": "nope"}).status_code == 404
    assert client.get(COMPARE, params={"a": ids[0]}).status_code == 422
    assert client.get(COMPARE, params={"a": ids[0], "b": ids[1], "boot_b": 9}).status_code == 404
    many = {"a": ids[0], "b": ids[1], "baseline": [ids[0]] * 21}
    assert client.get(COMPARE, params=many).status_code == 422
    assert client.get(COMPARE, params={"a": ids[0], "b": ids[1], "format": "x"}).status_code == 422
