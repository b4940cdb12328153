"""How much may be asked and sent: BOOTSCOPE_RATE, BOOTSCOPE_RATE_BYTES."""

import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from limits.errors import StorageError
from limits.storage import MemoryStorage

from app.errors import SettingsError
from app.main import create_app
from app.settings import Settings, load_settings
from app.web.limits import Limits, caller
from tests.api.test_access import LOG, LOGS, Make, make, token

__all__ = ["make"]
_ITEM = re.compile(r'"([a-z0-9-]+)";r=(\d+);t=(\d+)')
PACKS = "/api/v1/packs"


def left(answer: object) -> dict[str, tuple[int, int]]:
    """Of each policy what is left, and for how many seconds."""
    field = answer.headers["ratelimit"]  # type: ignore[attr-defined]
    return {name: (int(r), int(t)) for name, r, t in _ITEM.findall(field)}


def test_without_a_rate_nothing_is_said(make: Make) -> None:
    answer = make().get(PACKS)
    assert not [name for name in answer.headers if "ratelimit" in name]


def test_every_answer_says_what_is_left(make: Make) -> None:
    client = make(rate="3/minute; 100/day", rate_bytes="1 MiB/hour")
    answer = client.get(PACKS)
    assert answer.headers["ratelimit-policy"] == (
        '"requests-per-60s";q=3;w=60, "requests-per-86400s";q=100;w=86400,'
        ' "bytes-per-3600s";q=1048576;qu="content-bytes";w=3600'
    )
    said = left(answer)
    assert said["requests-per-60s"][0] == 2 and said["requests-per-86400s"][0] == 99
    assert 58 <= said["requests-per-60s"][1] <= 60
    assert said["bytes-per-3600s"] == (2**20, 0)
    missing = client.get(f"{LOGS}/{'a' * 26}")
    assert (missing.status_code, left(missing)["requests-per-60s"][0]) == (404, 1)
    sent = client.post(LOGS, content=LOG)
    assert left(sent)["requests-per-60s"][0] == 0
    assert left(sent)["bytes-per-3600s"][0] == 2**20 - len(LOG)


def test_more_is_refused_and_told_when_to_come_again(make: Make) -> None:
    client = make(rate="2/minute")
    for _ in range(2):
        assert client.get(PACKS).status_code == 200
    refused = client.get(PACKS)
    assert refused.status_code == 429
    problem = refused.json()
    assert problem["type"] == "https://iana.org/assignments/http-problem-types#quota-exceeded"
    assert problem["violated-policies"] == ["requests-per-60s"]
    assert problem["detail"] == "More than 2 requests in 60 s."
    wait = int(refused.headers["retry-after"])
    assert 30 <= wait <= 60 and f"in {wait} s" in problem["hint"]
    assert left(refused)["requests-per-60s"][0] == 0
    assert wait >= left(refused)["requests-per-60s"][1]
    page = client.get("/", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"][:9]) == (429, "text/html")
    assert client.get("/healthz").status_code == 200


def test_after_the_window_it_is_let_in_again(make: Make) -> None:
    client = make(rate="1/second")
    statuses = []
    deadline = time.monotonic() + 10
    while statuses[-2:] != [429, 200] and time.monotonic() < deadline:
        statuses.append(client.get(PACKS).status_code)
        time.sleep(0.1)
    assert statuses[-2:] == [429, 200]


def test_each_token_has_its_own_count(make: Make) -> None:
    client = make(rate="2/minute")
    one, other = token(client, "upload", name="one"), token(client, "upload", name="other")
    for who in (one, other, {}):
        got = [client.get(PACKS, headers=who).status_code for _ in range(3)]
        assert got == [200, 200, 429]
    revoked = client.app.state.service.tokens.revoke("one")  # type: ignore[attr-defined]
    assert revoked.name == "one"
    assert client.get(PACKS, headers=one).status_code == 429  # as its address now


def test_guesses_of_tokens_are_counted(make: Make) -> None:
    client = make(rate="2/minute", access="upload")
    got = [
        client.post(LOGS, content=LOG, headers={"Authorization": f"Bearer bsc_{n}"}).status_code
        for n in range(3)
    ]
    assert got == [401, 401, 429]


@pytest.mark.parametrize("chunked", [False, True])
def test_bytes_are_counted_however_they_come(make: Make, chunked: bool) -> None:
    client = make(rate_bytes=f"{len(LOG) + 10}/hour")

    def pieces() -> Iterator[bytes]:
        yield LOG[:40]
        yield LOG[40:]

    first = client.post(LOGS, content=pieces() if chunked else LOG)
    assert first.status_code == 201
    second = client.post(LOGS, content=pieces() if chunked else LOG)
    assert second.status_code == 429
    assert second.json()["violated-policies"] == ["bytes-per-3600s"]
    assert int(second.headers["retry-after"]) > 3500
    assert client.get(PACKS).status_code == 200
    if not chunked:  # what was refused cost nothing
        assert client.post(LOGS, content=LOG[:9]).status_code == 422


def test_what_never_fits_is_not_told_to_wait(make: Make) -> None:
    refused = make(rate_bytes="10/hour").post(LOGS, content=LOG)
    assert refused.status_code == 413
    assert "retry-after" not in refused.headers
    assert "BOOTSCOPE_RATE_BYTES" in refused.json()["hint"]


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("10.0.0.9", "address:10.0.0.9"),
        ("2001:db8:1:2:3:4:5:6", "address:2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "address:2001:db8:1:2::"),
        ("::ffff:10.0.0.9", "address:10.0.0.9"),
        ("fe80::1%eth0", "address:fe80::"),
        ("testclient", "address:testclient"),
    ],
)
def test_whose_count_it_is(address: str, who: str) -> None:
    assert caller(None, address) == who
    assert caller(7, address) == "token:7"


class Deaf(MemoryStorage):
    """A storage that went away."""

    def get(self, key: str) -> int:
        raise StorageError(ConnectionError("redis://user:secret@host"))


def test_a_count_that_cannot_be_had_lets_in_and_is_told_once(
    make: Make, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MemoryStorage, "get", Deaf.get)
    client = make(rate="1/minute")
    with caplog.at_level(logging.WARNING):
        assert [client.get(PACKS).status_code for _ in range(3)] == [200] * 3
    assert len(caplog.records) == 1
    assert "BOOTSCOPE_RATE_STORAGE does not answer" in caplog.text and "secret" not in caplog.text


@pytest.mark.parametrize("url", ["nonsense", "nothing://x", "redis://127.0.0.1:1", ""])
def test_a_storage_that_is_none_is_named(url: str) -> None:
    with pytest.raises(SettingsError, match="BOOTSCOPE_RATE_STORAGE"):
        Limits(Settings(rate="1/minute", rate_storage=url))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RATE", "often"), ("RATE", "0/minute"), ("RATE_BYTES", "1 TB/day"), ("ACCESS", "closed"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"), ("TRUSTED_PROXIES", "proxy"), ("ALLOWED_HOSTS", "a b"),
    ],
)  # fmt: skip
def test_a_bad_setting_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"BOOTSCOPE_{name}", value)
    with pytest.raises(SettingsError, match=f"BOOTSCOPE_{name}: "):
        load_settings()


def test_spare_settings_are_none(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, samples="", rate=" ", trusted_proxies=" , ")
    assert create_app(settings).state.access.access == "open"
