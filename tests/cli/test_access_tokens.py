"""bootscope tokens: create, list, revoke; and what of a token is kept."""

import hashlib
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text, update

from app.cli import main
from app.settings import Settings
from app.store.metadata import open_engine
from app.store.migrate import migrate
from app.store.tables import TOKENS
from app.store.tokens import Tokens
from tests.conftest import ROOT


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    monkeypatch.setenv("BOOTSCOPE_DATA", str(folder))
    return folder


@pytest.fixture
def tokens(data: Path) -> Tokens:
    data.mkdir()
    engine = open_engine(Settings(data=data).database)
    migrate(engine)
    return Tokens(engine)


def run(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> tuple[str, str]:
    assert main(["tokens", *arguments]) == code
    out, err = capsys.readouterr()
    return out, err


def usage(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        main(["tokens", *arguments])
    assert stopped.value.code == 2
    return capsys.readouterr().err


def test_a_token_is_told_once_and_alone(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    out, err = run(capsys, "create", "ci bot")
    token = out.strip()
    assert out == f"{token}\n"
    assert (token[:4], len(token)) == ("bsc_", 47)
    assert "'ci bot' for upload, good for ever" in err and token not in err
    listed = "".join(run(capsys, "list") + run(capsys, "list", "--format", "json"))
    assert "ci bot" in listed
    for secret in (token, hashlib.sha256(token.encode()).hexdigest()):
        assert secret not in listed


def test_kept_is_the_hash_alone(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    token = run(capsys, "create", "bot")[0].strip()
    with sqlite3.connect(data / "bootscope.db") as connection:
        rows = connection.execute("select * from tokens").fetchall()
    connection.close()
    assert hashlib.sha256(token.encode()).hexdigest() in rows[0]
    for path in data.rglob("*"):
        assert not path.is_file() or token[4:].encode() not in path.read_bytes()


def test_what_was_made_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "list") == ("", "No token was made yet.\n")
    run(capsys, "create", "a", "--scope", "delete, upload", "--expires", "2w")
    run(capsys, "create", "b", "--scope", "admin", "--expires", "2999-12-31")
    head, first, second = run(capsys, "list")[0].splitlines()
    assert head.split() == ["id", "name", "scopes", "state", "expires", "last", "used"]
    assert first.split()[:4] == ["1", "a", "upload,delete", "live"]
    assert second.split() == ["2", "b", "admin", "live", "3000-01-01", "00:00", "UTC", "never"]
    listed = json.loads(run(capsys, "list", "--format", "json")[0])
    assert listed["schema"] == "bootscope.tokens/1"
    one, two = listed["tokens"]
    assert one["scopes"] == ["upload", "delete"] and one["state"] == "live"
    left = datetime.fromisoformat(one["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=13) < left <= timedelta(days=14)
    assert two["expires_at"] == "3000-01-01T00:00:00+00:00"
    assert two["last_used_at"] is None


def test_a_day_is_good_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "create", "a", "--expires", datetime.now(UTC).date().isoformat())
    (one,) = json.loads(run(capsys, "list", "--format", "json")[0])["tokens"]
    assert one["state"] == "live"
    yesterday = (datetime.now(UTC).date() - timedelta(days=1)).isoformat()
    assert "over already" in usage(capsys, "create", "b", "--expires", yesterday)


@pytest.mark.parametrize("odd", ["soon", "90", "9y", "-1d", "2027-13-01", "", "d", "\u0661d"])
def test_a_time_that_is_none(odd: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "12h, 90d, 8w or a day" in usage(capsys, "create", "a", f"--expires={odd}")


def test_zero_days_are_over(capsys: pytest.CaptureFixture[str]) -> None:
    assert "over already" in usage(capsys, "create", "a", "--expires", "0d")
    run(capsys, "create", "a", "--expires", "999999999999d")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a", "--scope", "write"), "no scope 'write'. There are upload, read, delete, admin"),
        (("a", "--scope", ","), "No scope was given"),
        (("17",), "taken for an id"),
        (("",), "no name for a token"),
        ((" a",), "no name for a token"),
        (("a\nb",), "no name for a token"),
        (("x" * 101,), "no name for a token"),
    ],
)
def test_what_cannot_be_made(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out, err = run(capsys, "create", *arguments, code=2)
    assert (out, said in err) == ("", True)


def test_a_live_name_is_taken_and_free_again(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "create", "bot")
    assert "live token 'bot' already" in run(capsys, "create", "bot", code=2)[1]
    assert run(capsys, "revoke", "bot") == ("", "Token 'bot' (1) is revoked.\n")
    run(capsys, "create", "bot")
    assert run(capsys, "revoke", "2")[1] == "Token 'bot' (2) is revoked.\n"
    states = [row.split()[3] for row in run(capsys, "list")[0].splitlines()[1:]]
    assert states == ["revoked", "revoked"]


@pytest.mark.parametrize("named", ["bot", "3", "bsc_x\x1b[2J", "9" * 30])
def test_what_is_not_there_cannot_be_revoked(
    named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    err = run(capsys, "revoke", named, code=2)[1]
    assert "no live token" in err and "\x1b" not in err


def test_a_folder_that_cannot_be_used(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("BOOTSCOPE_DATA", str(tmp_path / "file" / "data"))
    assert "Set BOOTSCOPE_DATA" in run(capsys, "list", code=2)[1]


def test_a_token_is_found_whatever_became_of_it(tokens: Tokens, data: Path) -> None:
    token = tokens.create("a", ["upload"])
    found = tokens.find(token)
    assert found is not None and (found.state, found.may("upload")) == ("live", True)
    assert not found.may("read")
    past = datetime.now(UTC) - timedelta(seconds=1)
    with open_engine(Settings(data=data).database).begin() as connection:
        connection.execute(update(TOKENS).values(expires_at=past))
    expired = tokens.find(token)
    assert expired is not None and (expired.state, expired.may("upload")) == ("expired", False)
    assert not tokens.any_live()
    tokens.create("a", ["admin"])  # what has expired holds no name
    assert tokens.any_live()


def test_admin_may_all(tokens: Tokens) -> None:
    found = tokens.find(tokens.create("a", ["admin"]))
    assert found is not None
    assert all(found.may(scope) for scope in ("upload", "read", "delete", "admin"))
    tokens.revoke("a")
    revoked = found._replace(revoked_at=datetime.now(UTC))
    assert not revoked.may("read")


@pytest.mark.parametrize("odd", ["", "bsc_", "bsc_x", "bsc_" + "x" * 10_000, "bsc_\udc80", "bsc_ä"])
def test_what_is_no_token_is_not_found(odd: str, tokens: Tokens) -> None:
    tokens.create("a", ["upload"])
    assert tokens.find(odd) is None


def test_use_is_noted_to_the_minute(tokens: Tokens) -> None:
    token = tokens.create("a", ["upload"])
    first = tokens.find(token)
    assert first is not None and first.last_used_at is None
    tokens.used(first)
    second = tokens.find(token)
    assert second is not None and second.last_used_at is not None
    tokens.used(second)
    third = tokens.find(token)
    assert third == second
    long_ago = second.last_used_at - timedelta(minutes=2)
    tokens.used(second._replace(last_used_at=long_ago))
    fourth = tokens.find(token)
    assert fourth is not None and fourth.last_used_at is not None
    assert fourth.last_used_at > second.last_used_at


def test_a_store_from_before_tokens_keeps_what_it_has(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'old.db'}")
    config = Config()
    config.set_main_option("script_location", str(ROOT / "app" / "store" / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        connection.execute(
            text(
                "insert into logs (id, log_sha256, report_sha256, name, size_bytes, verdict,"
                " headline, created_at)"
                " values ('a', 'b', 'c', 'kept', 1, 'pass', 'h', '2026-01-01')"
            )
        )
    migrate(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("select name from logs")) == "kept"
    assert Tokens(engine).all() == []
    engine.dispose()
