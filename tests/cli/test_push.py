"""``bootscope push`` against a real server process, and against one that fails on cue."""

import io
import json
import os
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar
from urllib.request import urlopen

import pytest

from app.cli import main
from app.cli.push import PUSHED
from app.cli.server import Patience
from tests.cli.test_gate import BROKEN, CLEAN, INVALID, LOST, LUCKY, TABLE, WARNED, ended
from tests.conftest import ROOT, SAMPLES
from tests.servers import serving

BUILD = ("--kcidb-build-id", "lab:b1")
TOKEN = "bs_0123456789abcdef_very_secret"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BOOTSCOPE_SERVER", "BOOTSCOPE_TOKEN", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("push"), listed="1") as address:
        yield address


class Told(BaseHTTPRequestHandler):
    """Answers with the next of a list, the last one for ever; keeps what it was asked."""

    answers: ClassVar[list[tuple[int, dict[str, str], bytes]]] = []
    asked: ClassVar[list[tuple[str, str, dict[str, str], bytes, float]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append(
            (self.command, self.path, dict(self.headers), body, time.monotonic())
        )  # fmt: skip
        status, headers, answer = self.answers.pop(0) if self.answers[1:] else self.answers[0]
        if status == 0:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def cue(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, type[Told]]]:
    """A server that answers on cue, and its handler."""

    class Own(Told):
        answers: ClassVar[list[tuple[int, dict[str, str], bytes]]] = []
        asked: ClassVar[list[tuple[str, str, dict[str, str], bytes, float]]] = []

    http = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    thread = threading.Thread(target=http.serve_forever, args=(0.02,))
    thread.start()
    quick = Patience(pause=0.02)
    monkeypatch.setattr("app.cli.server.Patience", lambda n, s: quick._replace(retries=n))
    yield f"http://127.0.0.1:{http.server_port}", Own
    http.shutdown()
    thread.join()
    http.server_close()


def answer(**more: Any) -> bytes:
    said = {
        "id": "a" * 26, "url": "http://x/l/" + "a" * 26, "verdict": "pass", "exit_code": 0,
        "headline": "Every rule that applies holds", "findings": [], "initcalls": 3, "labels": [],
        "boots": [{"concerns": []}],
    }  # fmt: skip
    return json.dumps(said | more).encode()


GOOD = (201, {}, answer())


def push(server: str, *arguments: str) -> int:
    return ended(["push", "--server", server, *arguments])


@pytest.mark.parametrize(("log", "options", "analysed", "checked"), TABLE)
@pytest.mark.parametrize("quiet", [(), ("--quiet",)])
def test_exit_codes(
    log: str, options: Sequence[str], analysed: int, checked: int, quiet: Sequence[str],
    server: str, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    if "--set" in options:
        pytest.skip("a server's budgets are its own")
    code = 2 if "nope" in options else analysed
    if "--pack" in options:
        code = 3  # no such file
    assert push(server, log, *options, *quiet) == code
    out, err = capsys.readouterr()
    assert bool(err) == (code in (2, 3))
    assert bool(out) == (code < 2 and not quiet)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.log")), ids=lambda path: path.stem)
@pytest.mark.parametrize("options", [(), ("--require-evidence", "--fail-on-fragile")])
def test_it_gates_as_analyse_does(path: Path, options: Sequence[str], server: str) -> None:
    assert push(server, str(path), *options, "-q") == main(["analyse", str(path), *options, "-q"])


def test_a_line_has_the_link(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert push(server, BROKEN, CLEAN) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{BROKEN}: FAIL: FF-A came up 306 ms before pKVM traps SMCs [gate")
    link = first.split()[-1]
    assert link.startswith(f"{server}/l/")
    with urlopen(link) as page:
        assert b"FF-A came up 306 ms" in page.read()
    assert second.startswith(f"{CLEAN}: PASS: ")


def test_labels_are_kept_and_found(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    labels = ("--label", "branch=for-next ä&b", "--label", "machine=rk3588")
    assert push(server, LUCKY, *labels, "--format", "json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["labels"] == ["branch=for-next ä&b", "machine=rk3588"]
    with urlopen(f"{server}/api/v1/logs?label=machine%3Drk3588") as found:
        assert [log["id"] for log in json.load(found)["logs"]] == [said["id"]]


def test_what_the_baseline_knows_closes_no_gate(
    server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The two logs that fail are of one design: ffa_init at its old place, 306 and 139 ms."""
    alike = str(SAMPLES / "ff-rootfs-protected-caller.log")
    label = ("--label", "branch=gated")
    assert push(server, CLEAN, *label) == 0
    link = capsys.readouterr().out.split()[-1]
    latest = ("--baseline", "latest:branch=gated")
    assert push(server, BROKEN, *label, *latest) == 1
    out, err = capsys.readouterr()
    assert "[gate closed by FFA001" in out
    known = out.split()[-1].rpartition("/")[2]
    assert f"/compare/{link.rpartition('/')[2]}/{known}" in err
    for options, code in (((), 0), (("--fail-on-fragile", "--require-evidence"), 0)):
        assert push(server, alike, "--baseline", known, *options) == code
        out, err = capsys.readouterr()
        assert "FAIL: FF-A came up 139 ms before" in out and "gate closed" not in out
        assert "Since the baseline" in err
    assert push(server, LUCKY, "--baseline", known, "--fail-on-fragile") == 1, "that is new"
    assert push(server, LOST, "--baseline", known, "--require-evidence") == 1, "nor can that tell"
    assert main(["check", LOST, "--baseline", BROKEN]) == 1, "here as there"
    capsys.readouterr()
    assert push(server, BROKEN, "--baseline", "latest:branch=nobody") == 1
    assert "every finding counts as new" in capsys.readouterr().err
    assert push(server, BROKEN, "--baseline", "rubbish") == 2


def test_a_line_names_nothing_that_the_baseline_knows(capsys: pytest.CaptureFixture[str]) -> None:
    alike = str(SAMPLES / "ff-rootfs-protected-caller.log")
    assert main(["check", alike, "--baseline", BROKEN]) == 0
    assert "gate closed" not in capsys.readouterr().out
    assert main(["check", alike, "--baseline", CLEAN]) == 1
    assert "[gate closed by FFA001" in capsys.readouterr().out


@pytest.mark.parametrize("label", ["branch", "=x", "Branch=x", "branch="])
def test_a_label_that_is_none_is_exit_2_before_anything_is_sent(
    label: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert push("http://127.0.0.1:9", BROKEN, "--label", label) == 2
    assert "label" in capsys.readouterr().err


def test_pushing_again_is_the_same_log(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for _ in range(2):
        push(server, LOST, "--format", "json")
        said.append(json.loads(capsys.readouterr().out))
    assert said[0]["id"] == said[1]["id"] and not said[1]["created"]


def test_stdin(
    server: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Stdin:
        buffer = io.BytesIO(Path(BROKEN).read_bytes())

    monkeypatch.setattr(sys, "stdin", Stdin)
    assert push(server, "-") == 1
    assert capsys.readouterr().out.startswith("-: FAIL: ")


def test_a_folder_an_archive_and_what_is_no_log(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = tmp_path / "boots.zip"
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.write(CLEAN, "clean.log")
        archive.write(LUCKY, "lucky.log")
        archive.writestr("notes.txt", "nothing of a kernel")
    assert push(server, str(bundle)) == 3
    out, err = capsys.readouterr()
    assert [line.split(": ")[1] for line in out.splitlines()] == ["PASS", "FRAGILE"]
    assert f"{bundle}/notes.txt: " in err
    (tmp_path / "a.log").write_bytes(Path(CLEAN).read_bytes())
    (tmp_path / "b.log").write_bytes(Path(BROKEN).read_bytes())
    assert push(server, str(tmp_path)) == 1
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert push(server, CLEAN, str(INVALID), BROKEN) == 3, "one that is none stops no other"
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_symbols_and_a_trace_go_along(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    symbols = str(SAMPLES / "ff-rootfs-protected.System.map.xz")
    assert push(server, BROKEN, "--symbols", symbols, "--format", "text") == 1
    assert "basis: level; levels: system_map" in capsys.readouterr().out
    trace = str(SAMPLES / "trace" / "deb612-arm64-trace.trace.txt.xz")
    log = str(SAMPLES / "deb612-arm64-trace.log")
    push(server, log, "--trace", trace, "--format", "csv")
    assert capsys.readouterr().out.count(",trace,") == 1001
    assert push(server, BROKEN, "--symbols", BROKEN) == 3


def test_a_framing_is_asked_for(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert push(server, BROKEN, "--framing", "nope") == 3
    assert push(server, BROKEN, "--framing", "dmesg", "--format", "text") == 1


MINE = """\
schema: 1
id: MY001
name: mine
title: Nothing is called ffa_init
status: stable
severity: error
why: A test.
fix: None.
check:
  kind: absent
  what: {initcall: [ffa_init]}
messages: {fail: It is called., pass: It is not., inconclusive: Who knows.}
"""


def test_own_rules_judge_the_answer(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = tmp_path / "MY001.yaml"
    rule.write_text(MINE)
    assert push(server, LUCKY, "--pack", str(rule)) == 1
    assert "[gate closed by MY001]" in capsys.readouterr().out
    assert push(server, LUCKY, "--pack", str(tmp_path), "-q") == 1
    assert push(server, LUCKY, "-q") == 0
    rule.write_text(MINE.replace("kind: absent", "kind: nothing"))
    assert push(server, LUCKY, "--pack", str(rule)) == 2
    assert "MY001.yaml" in capsys.readouterr().err
    assert push(server, LUCKY, "--pack", str(rule), "--format", "text") == 2
    assert "without your rules" in capsys.readouterr().err


@pytest.mark.parametrize("name", [name for name in PUSHED if name not in ("line", "json")])
def test_each_form_of_the_report(
    name: str, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert push(server, LUCKY, "--format", name, "--fail-on-fragile", *BUILD) == 1
    out = capsys.readouterr().out
    told = {"junit": "<failure ", "ktap": "\nnot ok ", "github": "::error ", "kcidb": '"FAIL"'}
    assert told.get(name, "") in out and out
    if name in ("text", "mail", "markdown", "junit", "kcidb"):
        assert f"{server}/l/" in out


def test_a_form_of_one_log_is_of_one(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert push(server, LUCKY, CLEAN, "--format", "junit") == 2
    assert push(server, LUCKY, "--format", "kcidb") == 2
    bundle = tmp_path / "boots.zip"
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.write(CLEAN, "clean.log")
        archive.write(LUCKY, "lucky.log")
    assert push(server, str(bundle), "--format", "junit") == 2
    assert not capsys.readouterr().out
    assert push(server, str(bundle), "--format", "text") == 0
    assert capsys.readouterr().out.count("== ") == 2


def test_another_boot_of_the_log_gates_too(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "two.log"
    log.write_bytes(Path(LUCKY).read_bytes() + b"[    0.000000] Linux version 6.12 (x)\n")
    assert push(server, str(log)) == main(["analyse", str(log), "-q"]) == 5
    assert push(server, str(log), "--require-evidence") == 1
    first, second = capsys.readouterr().out.splitlines()
    assert "[nothing was decided]" in first and "another boot of this log" in second


def test_no_wait_decides_nothing(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert push(server, CLEAN, "--no-wait") == 5
    assert capsys.readouterr().out.startswith(f"{CLEAN}: KEPT: {server}/l/")
    assert push(server, BROKEN, "--no-wait", "--format", "json") == 5
    assert json.loads(capsys.readouterr().out)["verdict"] == "fail"


def test_it_tries_again_where_that_may_help(cue: tuple[str, type[Told]]) -> None:
    address, told = cue
    told.answers += [(503, {}, b""), (0, {}, b""), (429, {}, b"{}"), (502, {}, b""), GOOD]
    assert push(address, CLEAN) == 0
    bodies = {body for _, _, _, body, _ in told.asked}
    assert len(told.asked) == 5 and bodies == {Path(CLEAN).read_bytes()}
    times = [at for *_, at in told.asked]
    gaps = [later - at for at, later in pairwise(times)]
    assert gaps[1] >= 0.04 and gaps[3] >= 0.16, "each pause is twice the one before, or longer"


def test_it_waits_as_long_as_it_is_told(cue: tuple[str, type[Told]]) -> None:
    address, told = cue
    told.answers += [(429, {"Retry-After": "1"}, b""), (503, {"Retry-After": "1"}, b""), GOOD]
    begun = time.monotonic()
    assert push(address, CLEAN) == 0
    assert time.monotonic() - begun >= 2


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, "", 2), (401, "", 2), (403, "forbidden", 2), (404, "", 2), (413, "", 3),
        (413, "pack-too-large", 2), (415, "unreadable-input", 3), (422, "unknown-framing", 3),
        (422, "bad-label", 2), (422, "request", 2), (301, "", 2), (500, "", 4), (501, "", 4),
    ],
)  # fmt: skip
def test_what_is_said_for_good_is_not_asked_again(
    status: int, kind: str, code: int, cue: tuple[str, type[Told]],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    address, told = cue
    problem = {"type": f"about:blank#{kind}", "detail": "line 1: Bad \x1b[31m.", "hint": "Do so."}
    where = {"Location": "http://127.0.0.1:9/", "Retry-After": "1"}
    told.answers.append((status, where, json.dumps(problem).encode()))
    assert push(address, CLEAN) == code
    out, err = capsys.readouterr()
    assert len(told.asked) == 1 and not out
    assert str(status) in err and "line 1: Bad" in err and "\x1b" not in err


def test_a_server_that_stays_away_is_exit_4(
    cue: tuple[str, type[Told]], capsys: pytest.CaptureFixture[str]
) -> None:
    address, told = cue
    told.answers.append((503, {}, b'{"detail": "too busy"}'))
    assert push(address, CLEAN, "--retries", "2") == 4
    assert len(told.asked) == 3 and "too busy" in capsys.readouterr().err
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    assert push(f"http://127.0.0.1:{port}", CLEAN, "--retries", "1") == 4
    out, err = capsys.readouterr()
    assert not out and "Connection refused" in err and "tried up to 2 times" in err
    assert push("http://nobody.invalid", CLEAN, BROKEN, "--retries", "0", "-q") == 4
    assert "tried once" in capsys.readouterr().err


def test_no_server_that_does_not_answer_is_waited_for(
    cue: tuple[str, type[Told]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.cli.server.Patience", lambda n, s: Patience(n, s, 0.01))
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"http://127.0.0.1:{mute.getsockname()[1]}"
        begun = time.monotonic()
        assert push(address, CLEAN, "--retries", "1", "--timeout", "0.3") == 4
        assert 0.5 < time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>", b"[]", b"null", b"{}", b'{"logs": 3}', b'{"logs": []}',
        answer(boots=[]), answer(boots=[{"concerns": ["unheard"]}]), answer(verdict="great"),
        answer(id="../../x"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_never_green(
    body: bytes, cue: tuple[str, type[Told]], capsys: pytest.CaptureFixture[str]
) -> None:
    address, told = cue
    told.answers.append((200, {}, body))
    assert push(address, CLEAN) == 4
    assert capsys.readouterr().err.startswith("bootscope: ")


def test_an_answer_is_never_greener_than_any_part_of_it(cue: tuple[str, type[Told]]) -> None:
    address, told = cue
    for more, code in (
        ({"exit_code": 1}, 1), ({"boots": [{"concerns": []}, {"concerns": ["fail"]}]}, 1),
        ({"boots": [{"concerns": ["undecided"]}]}, 5), ({}, 0),
    ):  # fmt: skip
        told.answers[:] = [(200, {}, answer(**more))]
        assert push(address, CLEAN, "-q") == code


def test_a_server_that_knows_no_labels_is_noticed(
    cue: tuple[str, type[Told]], capsys: pytest.CaptureFixture[str]
) -> None:
    address, told = cue
    told.answers.append(GOOD)
    assert push(address, CLEAN, "--label", "branch=main") == 0
    assert "did not keep the labels" in capsys.readouterr().err
    assert "label=branch%3Dmain" in told.asked[0][1]


def test_the_token_goes_into_its_header_and_nowhere_else(
    cue: tuple[str, type[Told]], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    address, told = cue
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    file.chmod(0o600)
    told.answers += [GOOD, (403, {}, b"{}"), GOOD]
    assert push(address, CLEAN, "--token-file", str(file)) == 0
    assert push(address, CLEAN, "--token-file", str(file)) == 2
    monkeypatch.setenv("BOOTSCOPE_TOKEN", TOKEN)
    monkeypatch.setenv("BOOTSCOPE_SERVER", address)
    assert main(["push", CLEAN]) == 0
    out, err = capsys.readouterr()
    assert TOKEN not in out + err and "warning" not in err
    for _, path, headers, body, _ in told.asked:
        assert headers["Authorization"] == f"Bearer {TOKEN}"
        assert TOKEN not in path and TOKEN.encode() not in body


def test_a_token_that_others_can_read_is_warned_of(
    cue: tuple[str, type[Told]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address, told = cue
    told.answers.append(GOOD)
    file = tmp_path / "token"
    file.write_text(TOKEN)
    for mode, warned in ((0o644, True), (0o640, True), (0o600, False), (0o400, False)):
        file.chmod(mode)
        assert push(address, CLEAN, "--token-file", str(file)) == 0
        assert ("can be read by others" in capsys.readouterr().err) == warned


def test_a_token_over_plain_http_is_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    from app.cli.server import Server

    Server("http://boots.lan", TOKEN, Patience())
    err = capsys.readouterr().err
    assert "over http" in err and TOKEN not in err
    for address in ("https://boots.lan", "http://localhost:8000"):
        Server(address, TOKEN, Patience())
    Server("http://boots.lan", None, Patience())
    assert not capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"  \n", b"two words\n", b"a\nb", b"\xff\xfe", b"a\x00"])
def test_what_is_no_token_is_exit_2_and_not_shown(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)
    file.chmod(0o600)
    assert push("http://127.0.0.1:9", CLEAN, "--token-file", str(file)) == 2
    assert "two words" not in capsys.readouterr().err
    assert push("http://127.0.0.1:9", CLEAN, "--token-file", str(tmp_path / "none")) == 2


@pytest.mark.parametrize(
    "address", ["", "boots.lan", "ftp://boots.lan", "http://", f"http://me:{TOKEN}@boots.lan",
                "http://boots.lan?x", "http://boots.lan#x"],
)  # fmt: skip
def test_what_is_no_address_is_exit_2(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert push(address, CLEAN) == 2
    assert TOKEN not in capsys.readouterr().err


@pytest.mark.parametrize("option", [("--retries", "-1"), ("--timeout", "0")])
def test_patience_has_a_sign(option: Sequence[str]) -> None:
    assert push("http://127.0.0.1:9", CLEAN, *option) == 2


def test_what_is_too_large_is_not_sent_in_part(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("parsers.MAX_BYTES", 1000)
    assert push("http://127.0.0.1:9", CLEAN) == 3
    assert "more than 1000 bytes" in capsys.readouterr().err


def test_a_proxy_is_used(cue: tuple[str, type[Told]], monkeypatch: pytest.MonkeyPatch) -> None:
    address, told = cue
    told.answers.append(GOOD)
    monkeypatch.setenv("http_proxy", address.replace("//", "//me:secret@"))
    assert push("http://boots.invalid", CLEAN) == 0
    _, path, headers, _, _ = told.asked[0]
    assert path.startswith("http://boots.invalid/api/v1/logs?")
    assert headers["proxy-authorization"].startswith("Basic ")


def make_token(data: Path, *scopes: str) -> Path:
    """A token of a store, in a file that others cannot read."""
    made = subprocess.run(
        [sys.executable, "-m", "app.cli", "tokens", "create", "-".join(scopes),
         "--scope", ",".join(scopes)],
        cwd=ROOT, env=os.environ | {"BOOTSCOPE_DATA": str(data)}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    file = data.parent / f"{'-'.join(scopes)}.token"
    file.touch(0o600)
    file.write_text(made.stdout)
    return file


def test_a_server_that_wants_tokens(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    with serving(data, access="all") as server:
        assert push(server, CLEAN) == 2
        assert "401" in capsys.readouterr().err
        sends, both = make_token(data, "upload"), make_token(data, "upload", "read")
        assert push(server, CLEAN, "--token-file", str(sends)) == 0
        assert push(server, CLEAN, "--token-file", str(sends), "--format", "text") == 2
        assert "403" in capsys.readouterr().err
        assert push(server, BROKEN, "--token-file", str(both), "--format", "text") == 1
        out, err = capsys.readouterr()
        assert out.startswith("FAIL: FF-A came up") and not err


def test_a_server_that_takes_only_so_much_is_waited_for(tmp_path: Path) -> None:
    with serving(tmp_path / "data", rate="2/second") as server:
        logs = [CLEAN, LUCKY, WARNED, LOST, BROKEN]
        begun = time.monotonic()
        assert push(server, *logs, "-q") == 1
        assert time.monotonic() - begun > 1, "five are more than the two of a second"
        assert push(server, *logs, "-q", "--retries", "0") == 4


def test_warned_logs_gate_where_that_is_asked_for(server: str) -> None:
    assert push(server, WARNED, "-q") == 0
    assert push(server, WARNED, "-q", "--fail-on", "warning") == 1
