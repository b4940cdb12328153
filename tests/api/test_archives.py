"""Archives of several logs: each kept and judged by itself, whatever else is in there."""

import gzip
import hashlib
import io
import lzma
import tarfile
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.digests import log_id
from app.main import create_app
from app.report import Report
from app.settings import Settings
from tests.conftest import ROOT, SAMPLES

LOGS = "/api/v1/logs"
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
BROKEN = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
LUCKY = (SAMPLES / "ff-device-protected.log").read_bytes()
SYMBOLS = lzma.decompress((SAMPLES / "ff-rootfs-protected.System.map.xz").read_bytes())
TRACED = (SAMPLES / "deb612-arm64-trace.log").read_bytes()
TRACE = lzma.decompress((SAMPLES / "trace" / "deb612-arm64-trace.trace.txt.xz").read_bytes())
NOTES = b"Read me.\n"
FOLDER = tarfile.TarInfo("folder")
FOLDER.type = tarfile.DIRTYPE
STUB = b"ffffffffffffffff B The real System.map is in the linux-image-<version>-dbg package\n"


def zipped(*files: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return packed.getvalue()


def tarred(*files: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, data in files:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", samples="", max_log_bytes=2_000_000)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def post(client: TestClient, data: bytes, **params: str) -> Any:
    answer = client.post(LOGS, content=data, params={"name": "boots.zip"} | params)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


@pytest.mark.parametrize(
    "pack",
    [zipped, tarred, lambda *files: gzip.compress(tarred(*files))],
    ids=["zip", "tar", "tgz"],
)
def test_each_log_gets_its_own_id_link_and_token(client: TestClient, pack: Any) -> None:
    data = pack(("one/a.log", BROKEN), ("b.log", LUCKY))
    answer = client.post(LOGS, content=data)
    assert answer.status_code == 201
    got = answer.json()
    assert [log["name"] for log in got["logs"]] == ["one/a.log", "b.log"]
    assert [log["id"] for log in got["logs"]] == [log_id(sha256(BROKEN)), log_id(sha256(LUCKY))]
    assert [log["verdict"] for log in got["logs"]] == ["fail", "fragile"]
    assert [log["exit_code"] for log in got["logs"]] == [1, 0]
    assert (got["verdict"], got["exit_code"], got["set_aside"]) == ("fail", 1, [])
    assert got["headline"] == "one/a.log: FF-A came up 306 ms before pKVM traps SMCs"
    tokens = {log["deletion_token"] for log in got["logs"]}
    assert len(tokens) == 2
    first = got["logs"][0]
    assert client.get(f"{LOGS}/{first['id']}/raw").content == BROKEN
    again = client.post(LOGS, content=data)
    assert again.status_code == 200
    assert [log["created"] for log in again.json()["logs"]] == [False, False]
    headers = {"Authorization": f"Bearer {first['deletion_token']}"}
    assert client.delete(first["report_url"], headers=headers).status_code == 204


def test_one_log_alone_is_as_it_was(client: TestClient) -> None:
    data = zipped(("a.log", BROKEN))
    got = post(client, data)
    assert got["id"] == log_id(sha256(data))
    assert "logs" not in got
    assert client.get(f"{LOGS}/{got['id']}/raw").content == data


def test_a_log_and_its_symbols_are_one(client: TestClient) -> None:
    packed = post(client, zipped(("System.map", SYMBOLS), ("dmesg.txt", BROKEN)))
    files = {"log": ("dmesg.txt", BROKEN), "symbols": ("System.map", SYMBOLS)}
    apart = client.post(LOGS, files=files).json()
    assert packed["id"] == apart["id"] == log_id(sha256(BROKEN), [sha256(SYMBOLS)])
    report = Report.from_json(client.get(f"{LOGS}/{packed['id']}").content)
    assert (report.coverage.symbols, report.capture.name) == (True, "boots.zip/dmesg.txt")


def test_a_log_and_its_vmlinux_are_one(client: TestClient) -> None:
    vmlinux = (ROOT / "tests" / "unit" / "parsers" / "elf" / "vmlinux-arm64.elf").read_bytes()
    got = post(client, zipped(("vmlinux", vmlinux), ("dmesg.txt", LUCKY)))
    assert got["id"] == log_id(sha256(LUCKY), [sha256(vmlinux)])
    capture = client.get(f"{LOGS}/{got['id']}").json()["capture"]
    assert capture["symbols_sha256"] == sha256(vmlinux)


def test_a_log_and_its_trace_are_one(client: TestClient) -> None:
    got = post(client, tarred(("trace.txt", TRACE), ("dmesg.txt", TRACED)))
    assert got["id"] == log_id(sha256(TRACED), [None, sha256(TRACE)])
    report = Report.from_json(client.get(f"{LOGS}/{got['id']}").content)
    assert sum(call.level_source == "trace" for call in report.initcalls) == 1001


def test_a_trace_and_symbols_without_a_log(client: TestClient) -> None:
    got = post(client, zipped(("trace.txt", TRACE), ("map", SYMBOLS)))
    assert got["id"] == log_id(sha256(TRACE), [sha256(SYMBOLS)])
    two = post(client, zipped(("1", TRACE), ("2", TRACE + b"#\n"), ("3", TRACED)))
    assert [log["name"] for log in two["logs"]] == ["1", "2", "3"]


def test_one_that_cannot_be_read_does_not_take_the_others_along(client: TestClient) -> None:
    binary = bytes(range(256)) * 8
    data = zipped(("notes.txt", NOTES), ("a.log", LUCKY), ("core", binary), ("b.log", BROKEN))
    got = post(client, data)
    assert [log["exit_code"] for log in got["logs"]] == [3, 0, 3, 1]
    assert (got["verdict"], got["exit_code"]) == ("fail", 3)
    first, _, third, _ = got["logs"]
    assert first["problem"]["title"] == "No kernel log found"
    assert third["problem"]["status"] == 415
    assert first["problem"]["hint"] and third["problem"]["hint"]


def test_symbols_without_a_log_of_their_own_are_set_aside(client: TestClient) -> None:
    got = post(client, zipped(("a.log", LUCKY), ("b.log", BROKEN), ("System.map", SYMBOLS)))
    assert got["exit_code"] == 1
    ((aside),) = got["set_aside"]
    assert (aside["name"], "not a log" in aside["why"]) == ("System.map", True)
    for log in got["logs"]:
        assert not client.get(f"{LOGS}/{log['id']}").json()["coverage"]["symbols"]
    got = post(client, zipped(("a.log", LUCKY), ("1.map", SYMBOLS), ("2.map", SYMBOLS)))
    assert [file["name"] for file in got["set_aside"]] == ["1.map", "2.map"]
    assert got["logs"][0]["id"] == log_id(sha256(LUCKY))


def test_a_stub_of_symbols_is_named(client: TestClient) -> None:
    got = post(client, zipped(("a.log", LUCKY), ("System.map", STUB)))
    assert "Debian's /boot/System.map is a stub" in got["set_aside"][0]["why"]
    assert (got["exit_code"], got["logs"][0]["id"]) == (0, log_id(sha256(LUCKY)))


def test_a_companion_that_cannot_be_used_does_not_take_the_log_along(client: TestClient) -> None:
    odd = b"".join(b"ffffffff80000%03x t function%d\n" % (i, i) for i in range(9))
    got = post(client, zipped(("a.log", LUCKY), ("System.map", odd)))
    assert got["logs"][0]["id"] == log_id(sha256(LUCKY))
    assert got["set_aside"][0]["why"].startswith("Not used: symbols: ")
    other = b"sh-1 [000] .....     1.579198: sched_switch: prev_comm=sh\n" * 5
    got = post(client, zipped(("a.log", LUCKY), ("trace.txt", other)))
    assert got["logs"][0]["id"] == log_id(sha256(LUCKY))
    assert got["set_aside"][0]["name"] == "trace.txt"
    assert got["set_aside"][0]["why"].startswith("Not used: trace: ")
    packed = zipped(("a.log", LUCKY), ("System.map", SYMBOLS))
    refused = client.post(LOGS, content=packed, params={"framing": "printk_caller"})
    assert (refused.status_code, "a.log: No line of this log" in refused.text) == (422, True)


def test_symbols_beside_an_archive_are_for_all_its_logs(client: TestClient) -> None:
    data = zipped(("a.log", BROKEN), ("b.log", LUCKY))
    files = {"log": ("b.zip", data), "symbols": ("System.map", SYMBOLS)}
    got = client.post(LOGS, files=files).json()
    assert [log["id"] for log in got["logs"]] == [
        log_id(sha256(log), [sha256(SYMBOLS)]) for log in (BROKEN, LUCKY)
    ]
    data = zipped(("a.log", BROKEN), ("System.map", SYMBOLS + b"\n"))
    got = client.post(LOGS, files=files | {"log": ("b.zip", data)}).json()
    assert got["set_aside"][0]["why"].endswith("sent beside the archive.")
    assert got["logs"][0]["id"] == log_id(sha256(BROKEN), [sha256(SYMBOLS)])


def test_as_text(client: TestClient) -> None:
    data = zipped(("a.log", BROKEN), ("notes.txt", NOTES), ("b.log", LUCKY), ("map", SYMBOLS))
    text = client.post(LOGS, content=data, headers={"Accept": "text/plain"}).text
    assert text.startswith("== a.log\nFAIL: FF-A came up 306 ms before pKVM traps SMCs\n")
    assert "\n== notes.txt\nline 1: No line of this text reads" in text
    assert "\n== b.log\nFRAGILE: " in text
    assert "\n== map\nA table of symbols" in text
    assert text.count("http://testserver/l/") == 2


def test_what_packers_add_by_themselves_is_passed_over(client: TestClient) -> None:
    data = zipped(("a.log", LUCKY), ("__MACOSX/._a.log", b"\0\5\x16\7"), ("x/.DS_Store", b"\0Bud1"))
    assert post(client, data)["id"] == log_id(sha256(LUCKY))


@pytest.mark.parametrize(
    ("data", "status", "title", "said"),
    [
        (zipped(), 422, "Empty log", "empty"),
        (zipped(("a", b""), ("b", b"\n")), 422, "Empty log", "empty"),
        (zipped(("a", NOTES), ("b", NOTES)), 422, "No kernel log found", "a: line 1: No line"),
        (zipped(("a", SYMBOLS), ("b", SYMBOLS)), 422, "No kernel log found", "a: A table of"),
        (zipped(*((f"{n}", b"x") for n in range(10_000))), 413, "Log too large", "1,000 files"),
        (zipped(*((f"{n}/", b"") for n in range(10_001))), 413, "Log too large", "10,000 files"),
        (FOLDER.tobuf() * 10_001, 413, "Log too large", "10,000 files"),
        (zipped(("a", BROKEN), ("b", bytes(500_000))), 413, "Log too large", "400,000 bytes"),
        (zipped(("a", BROKEN), ("b", LUCKY))[:-30], 415, "Not a text log", "broken"),
    ],
    ids=[
        "nothing", "empty files", "no log", "symbols", "10,000 files", "folders", "tar", "bomb",
        "cut",
    ],
)  # fmt: skip
def test_unusable_archives(tmp_path: Path, data: bytes, status: int, title: str, said: str) -> None:
    settings = Settings(data=tmp_path, samples="", max_log_bytes=400_000)
    cap = settings.model_copy(update={"max_log_bytes": max(400_000, len(data) + 6_000_000)})
    bounded = settings if "bytes" in said else cap
    with TestClient(create_app(bounded)) as client:
        answer = client.post(LOGS, content=data)
    assert (answer.status_code, answer.json()["title"]) == (status, title)
    assert said in answer.json()["detail"]
    assert answer.json()["hint"]


def test_archives_in_archives(client: TestClient) -> None:
    inner = zipped(("a.log", BROKEN), ("b.log", LUCKY))
    single = zipped(("c.log", LUCKY))
    got = post(client, zipped(("inner.zip", inner), ("single.zip", single), ("d.log", LUCKY)))
    assert [log["exit_code"] for log in got["logs"]] == [3, 0, 0]
    assert "holds 2 files (a.log, b.log)" in got["logs"][0]["problem"]["detail"]
    deep = zipped(("x", LUCKY))
    for _ in range(5):
        deep = zipped(("x", deep))
    assert client.post(LOGS, content=deep).status_code == 415


def test_a_bomb_in_a_member_costs_only_that_member(client: TestClient) -> None:
    bomb = gzip.compress(bytes(9_000_000))
    got = post(client, zipped(("bomb.gz", bomb), ("a.log", LUCKY)))
    assert got["logs"][0]["problem"]["status"] == 413
    assert got["logs"][1]["verdict"] == "fragile"


def test_names_are_only_shown(client: TestClient, settings: Settings) -> None:
    names = ["../../x", "/etc/passwd", "<script>alert(1)</script>", "a\x1b[31m\u202e", "n" * 5000]
    data = zipped(*((name, LUCKY + b"\n" * place) for place, name in enumerate(names)))
    got = post(client, data)
    assert [log["name"] for log in got["logs"][:3]] == names[:3]
    assert len(got["logs"][4]["name"]) == 200
    written = [path for path in settings.data.parent.rglob("*") if path.is_file()]
    assert all(path.is_relative_to(settings.data) for path in written)
    page = client.post("/upload", files={"log": ("<b>.zip", data)}, headers=PAGE)
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert not {"\x1b", "\u202e"} & set(page.text)
    report = client.get(f"/l/{got['logs'][2]['id']}", headers=PAGE).text
    assert "<script>alert" not in report


def test_a_name_that_is_no_text(client: TestClient) -> None:
    raw = tarred(("caf_.log", LUCKY), ("b.log", BROKEN)).replace(b"caf_.log", b"caf\xe9.log", 1)
    head = bytearray(raw[:512])
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    got = post(client, bytes(head) + raw[512:])
    assert got["logs"][0]["name"] == "caf\\udce9.log"
    bad = zipped(("caf\u00e9.log", LUCKY), ("b.log", BROKEN)).replace(
        b"caf\xc3\xa9", b"caf\xff\xff"
    )
    assert client.post(LOGS, content=bad).status_code == 415


def test_the_form_lists_the_logs(client: TestClient) -> None:
    data = zipped(("a.log", BROKEN), ("notes.txt", NOTES), ("b.log", LUCKY), ("map", SYMBOLS))
    page = client.post("/upload", files={"log": ("b.zip", data)}, headers=PAGE)
    assert page.status_code == 200
    for log, verdict in ((BROKEN, "Fails"), (LUCKY, "Fragile")):
        assert f'href="/l/{log_id(sha256(log))}"' in page.text
        assert verdict in page.text
    assert "Not read" in page.text and "Not used" in page.text
    both = zipped(("a.log", BROKEN), ("map", SYMBOLS))
    to = client.post("/upload", files={"log": ("b.zip", both)}, follow_redirects=False)
    assert to.headers["location"] == f"/l/{log_id(sha256(BROKEN), [sha256(SYMBOLS)])}"


def limited(tmp_path: Path, **limits: float) -> TestClient:
    return TestClient(create_app(Settings(data=tmp_path, samples="", **limits)))


def test_how_many_logs_one_upload_may_make(tmp_path: Path) -> None:
    with limited(tmp_path, max_logs=2) as client:
        refused = client.post(LOGS, content=zipped(("a", LUCKY), ("b", BROKEN), ("c", TRACED)))
        assert (refused.status_code, "more than 2 logs" in refused.text) == (413, True)
        assert client.get(f"{LOGS}/{log_id(sha256(LUCKY))}").status_code == 404
        assert len(post(client, zipped(("a", LUCKY), ("b", BROKEN)))["logs"]) == 2


def test_how_long_one_upload_may_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with limited(tmp_path, max_seconds=5) as client:
        now = [0.0]
        clock = SimpleNamespace(monotonic=lambda: now[0])
        for module in ("batch", "archives"):
            monkeypatch.setattr(f"app.{module}.time", clock)
        submit = client.app.state.service.submit  # type: ignore[attr-defined]

        def slow(*args: Any, **kwargs: Any) -> Any:
            now[0] += 4
            return submit(*args, **kwargs)

        monkeypatch.setattr(client.app.state.service, "submit", slow)  # type: ignore[attr-defined]
        data = zipped(("a", LUCKY), ("b", BROKEN), ("c", TRACED))
        got = post(client, data)
        assert [log["exit_code"] for log in got["logs"]] == [0, 1, 3]
        assert got["logs"][2]["problem"]["title"] == "Not judged in time"
        monkeypatch.setattr("app.archives.time", SimpleNamespace(monotonic=lambda: 1e9))
        assert len(post(client, data)["logs"]) == 3, "not looked at, and judged all the same"


def test_a_framing_is_asked_of_each_log(client: TestClient) -> None:
    caller = (SAMPLES / "ff-rootfs-protected-caller.log").read_bytes()
    got = post(client, zipped(("a", caller), ("b", LUCKY)), framing="printk_caller")
    assert [log["exit_code"] for log in got["logs"]] == [1, 3]
    assert got["logs"][0]["url"].endswith("?framing=printk_caller")
    assert "reads as 'printk_caller'" in got["logs"][1]["problem"]["detail"]
