"""Webhooks: who is told of what, and that it is signed, retried and off the request path."""

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar
from urllib.request import Request, urlopen

import pytest
from fastapi.testclient import TestClient

from app.errors import SettingsError
from app.main import create_app
from app.report import Policy
from app.settings import Settings
from app.webhooks import Hook, Notifier, load_hooks
from app.webhooks.delivery import Delivery, post, signature
from tests.conftest import ROOT, SAMPLES
from tests.servers import serving

LOGS = "/api/v1/logs"
GREEN = (SAMPLES / "k73-imalatesync-protected.log").read_bytes()
RED = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
LUCKY = (SAMPLES / "ff-device-protected.log").read_bytes()
GREY = b"[    0.000000] Linux version 6.12.1 (lab@qemu)\n"
SECRET = b"0123456789abcdef0123456789abcdef"
HOOK = Hook("main", (), "http://127.0.0.1:9/", SECRET, False, Policy())
LABELS = ("branch=main", "machine=rk3588")


def other(log: bytes, number: int) -> bytes:
    """The same boot as another log: a message more at its end."""
    return log + b"[  999.%06d] once more\n" % number


@pytest.fixture
def told() -> list[Delivery]:
    return []


Watched = Callable[..., tuple[TestClient, Notifier]]


@pytest.fixture
def watched(settings: Settings, told: list[Delivery]) -> Iterator[Watched]:
    """An application with hooks that only take note."""
    made: list[Notifier] = []

    def make(*hooks: Hook) -> tuple[TestClient, Notifier]:
        app = create_app(settings)
        notifier = Notifier(app.state.service, hooks, send=lambda one: told.append(one) or "")
        app.state.notifier = notifier
        made.append(notifier)
        return TestClient(app), notifier

    yield make
    for notifier in made:
        notifier.close()


def hook(**more: Any) -> Hook:
    from app.labels import parse_labels

    fields = {name: getattr(HOOK, name) for name in Hook.__dataclass_fields__}
    return Hook(**fields | {"labels": parse_labels(LABELS)} | more)


def send(client: TestClient, log: bytes, *labels: str) -> str:
    answer = client.post(LOGS, content=log, params={"label": [*(labels or LABELS)]})
    assert answer.status_code in (200, 201)
    identity: str = answer.json()["id"]
    return identity


def events(told: list[Delivery]) -> list[tuple[str, str, str]]:
    said = [json.loads(one.body) for one in told]
    return [(one["event"], one["before"]["id"], one["log"]["id"]) for one in said]


def test_a_turn_is_told_once(watched: Watched, told: list[Delivery]) -> None:
    client, notifier = watched(hook())
    first = send(client, GREEN)
    second = send(client, RED)
    send(client, RED)
    send(client, other(RED, 1))
    send(client, other(GREEN, 1))
    last = send(client, other(GREEN, 2))
    send(client, GREY)
    again = send(client, other(RED, 2))
    notifier.close()
    assert events(told) == [("red", first, second), ("red", last, again)]
    said = json.loads(told[0].body)
    assert said["schema"] == "bootscope.webhook/1" and said["labels"] == [*LABELS]
    assert said["log"]["headline"] == "FF-A came up 306 ms before pKVM traps SMCs"
    assert said["log"]["url"] == f"http://testserver/l/{second}"
    assert said["failed"][:2] == ["FFA001", "FFA003"] and said["id"] == told[0].key
    assert told[0].key != told[1].key


def test_the_first_log_of_a_query_turns_nothing(watched: Watched, told: list[Delivery]) -> None:
    client, notifier = watched(hook())
    send(client, GREY)
    send(client, RED)
    notifier.close()
    assert told == []


def test_recovery_is_told_where_that_is_asked_for(watched: Watched, told: list[Delivery]) -> None:
    client, notifier = watched(hook(recovered=True), hook(name="other"))
    ids = [send(client, log) for log in (GREEN, RED, other(GREEN, 1))]
    notifier.close()
    assert [(one.hook.name, *event) for one, event in zip(told, events(told), strict=True)] == [
        ("main", "red", *ids[:2]), ("other", "red", *ids[:2]), ("main", "green", *ids[1:]),
    ]  # fmt: skip


def test_all_labels_must_be_there(watched: Watched, told: list[Delivery]) -> None:
    client, notifier = watched(hook())
    send(client, GREEN)
    send(client, RED, "branch=main")
    send(client, other(RED, 1), "branch=main", "machine=other")
    assert told == []
    send(client, other(RED, 2), *LABELS, "commit=c0ffee")
    notifier.close()
    assert len(told) == 1


@pytest.mark.parametrize(
    ("policy", "count"), [(Policy(), 0), (Policy(fail_on_fragile=True), 1)]
)  # fmt: skip
def test_the_gate_is_the_hook_s_own(
    watched: Watched, told: list[Delivery], policy: Policy, count: int
) -> None:
    client, notifier = watched(hook(policy=policy))
    send(client, GREEN)
    send(client, LUCKY)
    notifier.close()
    assert len(told) == count


def test_each_log_of_an_archive_is_seen(
    watched: Watched, told: list[Delivery], tmp_path: Path
) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.log", GREEN)
        archive.writestr("b.log", RED)
    client, notifier = watched(hook())
    answer = client.post(
        LOGS, content=(tmp_path / "a.zip").read_bytes(), params={"label": [*LABELS]}
    )
    assert answer.status_code == 201
    notifier.close()
    assert [event for event, *_ in events(told)] == ["red"]


def test_a_log_that_is_gone_again_tells_nothing(settings: Settings, told: list[Delivery]) -> None:
    complaints: list[str] = []
    service = create_app(settings).state.service
    notifier = Notifier(service, [hook()], send=lambda one: told.append(one) or "",
                        complain=complaints.append)  # fmt: skip
    notifier.uploaded("a" * 26, hook().labels, "http://x")
    notifier.close()
    assert told == [] and complaints == []


class Broken:
    """A store that is away, and knows a log."""

    def row(self, _: str) -> None:
        raise OSError("away")


def test_a_store_that_is_away_is_told_and_survived() -> None:
    complaints: list[str] = []
    notifier = Notifier(Broken(), [hook()], complain=complaints.append)  # type: ignore[arg-type]
    for _ in range(2):
        notifier.uploaded("a" * 26, hook().labels, "http://x")
    notifier.close()
    assert complaints == [f"webhook main: {'a' * 26}: OSError"] * 2


class Slow:
    """Turns by list, without a store."""


def turning(monkeypatch: pytest.MonkeyPatch, one: Hook, count: int) -> list[Delivery]:
    deliveries = [Delivery(one, f"{number}", b"{}") for number in range(count)]
    waiting = iter(deliveries)
    monkeypatch.setattr("app.webhooks.notifier.turn", lambda *_: next(waiting))
    return deliveries


def test_what_is_not_received_is_tried_again_later_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times: list[float] = []
    answers = iter(["away", "away", "away", ""])

    def flaky(_: Delivery) -> str:
        times.append(time.monotonic())
        return next(answers)

    turning(monkeypatch, hook(), 1)
    notifier = Notifier(Slow(), [hook()], send=flaky, pauses=(0.05, 0.1, 0.2))  # type: ignore[arg-type]
    notifier.uploaded("a" * 26, hook().labels, "http://x")
    deadline = time.monotonic() + 10
    while len(times) < 4 and time.monotonic() < deadline:
        time.sleep(0.01)
    notifier.close()
    gaps = [later - at for at, later in pairwise(times)]
    assert len(times) == 4 and gaps[0] >= 0.05 and gaps[1] >= 0.1 and gaps[2] >= 0.2


def test_in_the_end_it_is_given_up_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    complaints: list[str] = []
    turning(monkeypatch, hook(name="a\x1b[31m"), 1)

    def fails(_: Delivery) -> str:
        raise RuntimeError

    one = hook(name="a\x1b[31m")
    notifier = Notifier(Slow(), [one], send=fails, pauses=(0.01,), complain=complaints.append)  # type: ignore[arg-type]
    notifier.uploaded("a" * 26, one.labels, "http://x")
    deadline = time.monotonic() + 10
    while not complaints and time.monotonic() < deadline:
        time.sleep(0.01)
    notifier.close()
    assert complaints == ["webhook a\\x1b[31m: 0 was not delivered: RuntimeError"]


def test_what_waits_has_an_end_and_an_upload_never_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    complaints: list[str] = []
    monkeypatch.setattr("app.webhooks.notifier.MAX_WAITING", 3)
    turning(monkeypatch, hook(), 100)
    free, busy = threading.Event(), threading.Event()

    def stuck(_: Delivery) -> str:
        busy.set()
        free.wait(10)
        return ""

    notifier = Notifier(Slow(), [hook()], send=stuck, complain=complaints.append)  # type: ignore[arg-type]
    notifier.uploaded("a" * 26, hook().labels, "http://x")
    assert busy.wait(10)
    begun = time.monotonic()
    for _ in range(5):
        notifier.uploaded("a" * 26, hook().labels, "http://x")
    assert time.monotonic() - begun < 9  # and not the 10 s that the sender is stuck
    assert complaints == ["webhook main: too many uploads wait"] * 2
    free.set()
    notifier.close()


def test_what_is_to_be_tried_again_when_the_server_ends_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    complaints: list[str] = []
    turning(monkeypatch, hook(), 1)
    sent = threading.Event()

    def away(_: Delivery) -> str:
        sent.set()
        return "away"

    notifier = Notifier(Slow(), [hook()], send=away, pauses=(60,), complain=complaints.append)  # type: ignore[arg-type]
    notifier.uploaded("a" * 26, hook().labels, "http://x")
    assert sent.wait(10)
    notifier.close()
    assert complaints == ["webhook main: 0 was not delivered: the server ends"]


class Receiver(BaseHTTPRequestHandler):
    """Takes messages, and answers as it is told to."""

    got: ClassVar[list[tuple[dict[str, str], bytes]]] = []
    answers: ClassVar[list[int]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((dict(self.headers), body))
        self.send_response(self.answers.pop(0) if self.answers else 204)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def receiver() -> Iterator[tuple[str, type[Receiver]]]:
    class Own(Receiver):
        got: ClassVar[list[tuple[dict[str, str], bytes]]] = []
        answers: ClassVar[list[int]] = []

    http = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    thread = threading.Thread(target=http.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}/hook", Own
    http.shutdown()
    thread.join()
    http.server_close()


def documented() -> Any:
    """The receiver's check of docs/webhooks.md, as it stands there."""
    page = (ROOT / "docs" / "webhooks.md").read_text("utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    names: dict[str, Any] = {}
    exec(code, names)
    return names["is_ours"]


def test_a_message_is_signed_with_its_time(receiver: tuple[str, type[Receiver]]) -> None:
    address, received = receiver
    assert post(Delivery(hook(url=address), "k1", b'{"a": 1}')) == ""
    headers, body = received.got[0]
    is_ours = documented()
    assert headers["X-Bootscope-Delivery"] == "k1" and is_ours(SECRET, headers, body)
    assert not is_ours(b"another secret, too", headers, body)
    assert not is_ours(SECRET, headers, body + b" ")
    old = str(int(headers["X-Bootscope-Timestamp"]) - 600)
    assert not is_ours(SECRET, headers | {"X-Bootscope-Timestamp": old}, body)
    late = {"X-Bootscope-Timestamp": old, "X-Bootscope-Signature": signature(SECRET, old, body)}
    assert not is_ours(SECRET, headers | late, body), "signed, and sent again too late"


def test_the_signature_is_hmac_as_openssl_has_it() -> None:
    # printf '1700000000.{}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
    digest = "417adf36b901772f658597a76d329694e335e65fc0849d7715c3ca33406309b5"
    assert signature(SECRET, "1700000000", b"{}") == f"sha256={digest}"


@pytest.mark.parametrize("status", [301, 400, 404, 500])
def test_other_answers_are_no_receipt(status: int, receiver: tuple[str, type[Receiver]]) -> None:
    address, received = receiver
    received.answers.append(status)
    assert post(Delivery(hook(url=address), "k1", b"{}")) == f"it answered {status}"
    assert len(received.got) == 1


def test_nobody_there_is_no_receipt(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
        monkeypatch.setattr("app.webhooks.delivery.SECONDS", 0.2)
        mute = post(Delivery(hook(url=f"http://127.0.0.1:{port}/"), "k", b"{}"))
        assert mute == "ReadTimeoutError"
    assert post(Delivery(hook(url=f"http://127.0.0.1:{port}/"), "k", b"{}"))


def write(folder: Path, text: str, secret: bytes = SECRET) -> Path:
    (folder / "boots.secret").write_bytes(secret)
    (folder / "boots.secret").chmod(0o600)
    file = folder / "webhooks.yaml"
    file.write_text(text)
    return file


def test_the_documented_file_is_one(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "webhooks.md").read_text("utf-8")
    (text,) = re.findall(r"^```yaml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    (one,) = load_hooks(write(tmp_path, text, SECRET + b"\n"))
    assert (one.name, [str(label) for label in one.labels]) == ("main on rk3588", [*LABELS])
    assert (one.secret, one.recovered) == (SECRET, True)
    assert one.policy == Policy("error", False, True)
    assert "0123" not in repr(one)
    assert load_hooks(write(tmp_path, "")) == ()


ENTRY = "- {name: a, labels: [b=c], url: 'http://x/', secret_file: boots.secret"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {", "webhooks.yaml:"),
        ("a: b", "valid list"),
        ("- a", "1: "),
        (f"{ENTRY}, more: 1}}", "1.more: Extra"),
        (f"{ENTRY}, recovered: 1}}", "1.recovered: "),
        (ENTRY.replace("b=c", "b") + "}", "has no value"),
        (ENTRY.replace("b=c", "") + "}", "1."),
        (ENTRY.replace("http", "ftp") + "}", "1.url: "),
        (ENTRY.replace("x/", "me:hidden@x/") + "}", "holds no password"),
        (ENTRY.replace("boots.secret", "none") + "}", "No such file"),
        (f"{ENTRY}}}\n{ENTRY}}}", "a name of its own"),
        (f"{ENTRY}, fail_on: all}}", "1.fail_on: "),
    ],
)
def test_a_file_that_is_none_is_refused(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_hooks(write(tmp_path, text))
    assert said in str(caught.value) and "hidden" not in str(caught.value)


def test_a_short_secret_is_refused_and_one_for_all_is_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SettingsError, match="16 bytes or more"):
        load_hooks(write(tmp_path, f"{ENTRY}}}", b"short"))
    with pytest.raises(SettingsError, match="No such file"):
        load_hooks(tmp_path / "none.yaml")
    file = write(tmp_path, f"{ENTRY}}}")
    load_hooks(file)
    assert not capsys.readouterr().err
    (tmp_path / "boots.secret").chmod(0o644)
    load_hooks(file)
    assert "can be read by everybody" in capsys.readouterr().err


def test_a_real_server_tells_it(tmp_path: Path, receiver: tuple[str, type[Receiver]]) -> None:
    address, received = receiver
    received.answers.append(503)
    text = ENTRY.replace("http://x/", address).replace("b=c", "branch=main")
    file = write(tmp_path, f"{text}, recovered: true}}")
    is_ours = documented()
    with serving(tmp_path / "data", webhooks=str(file)) as server:
        for log in (GREEN, RED):
            with urlopen(Request(f"{server}{LOGS}?label=branch%3Dmain", log)) as answer:
                assert answer.status == 201
        deadline = time.monotonic() + 60
        while len(received.got) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        with urlopen(Request(f"{server}{LOGS}?label=branch%3Dmain", other(GREEN, 1))):
            pass
    assert len(received.got) == 3, "refused once, sent again; and what waited at the end"
    assert all(is_ours(SECRET, headers, body) for headers, body in received.got)
    first, second, third = (json.loads(body) for _, body in received.got)
    assert first == second and (first["event"], third["event"]) == ("red", "green")
    assert first["log"]["url"].startswith(f"{server}/l/")
