"""Logs fetched from an address: what may be asked, and every way around it that is known.

A real HTTP server on this machine answers. Two things stand in for the internet: names are
resolved by a table, and what would be a connection to a public address of that table goes to
the server here. All that decides whether an address may be asked is the code that serves.
"""

import gzip
import http.server
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.errors import BadUrl, FetchRefused
from app.fetching import Fetcher, is_public, parse_url
from app.main import create_app
from app.settings import Settings
from app.web.fetched import Fetching
from tests.conftest import SAMPLES

LOG = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
LOGS = "/api/v1/logs"
PUBLIC, OTHER = "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"
NAMES = {
    "logs.example.org": [PUBLIC, OTHER],
    "also.example.org": [OTHER],
    "evil.example.org": [PUBLIC],
    "half.example.org": [PUBLIC, "10.0.0.7"],
    "inside.example.org": ["192.168.1.1"],
    "nowhere.example.org": [],
}
HOSTS = (
    "logs.example.org,also.example.org,half.example.org,inside.example.org,nowhere.example.org,"
    "unknown.example.org,localhost,127.0.0.1,2130706433,0x7f.1,::1,logs.example.org:8080"
)


class Site:
    """A server on this machine, which remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.answers: dict[str, Callable[[http.server.BaseHTTPRequestHandler], None]] = {}
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.headers["Host"], self.path))
                site.answers[self.path](self)

            def log_message(self, *_: object) -> None:
                return

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.connected: list[tuple[str, int]] = []
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def connect(self, address: tuple[str, int], timeout: float) -> socket.socket:
        """In place of a connection to a public address."""
        assert is_public(address[0])
        self.connected.append(address)
        return socket.create_connection(("127.0.0.1", self.server.server_port), timeout)

    def gives(self, path: str, data: bytes, kind: str = "text/plain") -> None:
        def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", kind)
            handler.send_header("Content-Length", str(len(data)))
            handler.end_headers()
            handler.wfile.write(data)

        self.answers[path] = answer

    def sends_on(self, path: str, location: str, status: int = 302) -> None:
        def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.send_header("Location", location)
            handler.end_headers()

        self.answers[path] = answer

    def says(self, path: str, *raw: bytes, pause: float = 0) -> None:
        """Bytes as they are, whatever HTTP thinks of them."""

        def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
            try:
                for piece in raw:
                    handler.wfile.write(piece)
                    time.sleep(pause)
            except OSError:
                return  # cut, as it is to be

        self.answers[path] = answer


def names(host: str, _: int) -> list[str]:
    """Resolves by the table; addresses and their odd spellings as the system does."""
    if host in NAMES:
        return NAMES[host]
    if host.endswith("example.org"):
        raise socket.gaierror("unknown")
    found = socket.getaddrinfo(host, 80, type=socket.SOCK_STREAM)
    return [str(where[0]) for *_, where in found]


@pytest.fixture(autouse=True)
def database() -> None:
    """Once, not on each of the databases: nothing here is about what rows are kept in."""


@pytest.fixture
def site() -> Iterator[Site]:
    running = Site()
    yield running
    running.server.shutdown()
    running.server.server_close()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        data=tmp_path_factory.mktemp("data"), samples="", max_log_bytes=400_000, fetch_hosts=HOSTS,
        fetch_seconds=5,
    )  # fmt: skip


@pytest.fixture
def fetcher(settings: Settings, site: Site) -> Fetcher:
    return replace(Fetcher.of(settings), resolve=names, connect=site.connect)


@pytest.fixture(scope="module")
def application(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def client(application: FastAPI, fetcher: Fetcher) -> Iterator[TestClient]:
    application.state.fetching = Fetching(fetcher)
    with TestClient(application, raise_server_exceptions=False) as client:
        yield client


def test_a_log_is_fetched_judged_and_kept(client: TestClient, site: Site) -> None:
    site.gives("/boot/dmesg%20a.txt?x=1", LOG, "application/x-whatever")
    url = "http://logs.example.org/boot/dmesg%20a.txt?x=1#L3"
    answer = client.post(LOGS, json={"url": url, "label": ["branch=main"]}, params={"label": "a=1"})
    assert (answer.status_code, answer.json()["verdict"]) == (201, "fail")
    assert answer.json()["labels"] == ["a=1", "branch=main"]
    assert client.get(f"{LOGS}/{answer.json()['id']}/raw").content == LOG
    report = client.get(f"{LOGS}/{answer.json()['id']}").json()
    assert report["capture"]["name"] == "dmesg a.txt"
    assert site.asked == [("logs.example.org", "/boot/dmesg%20a.txt?x=1")]
    assert site.connected == [(PUBLIC, 80)]
    assert client.post(LOGS, json={"url": url}).status_code == 200


def test_a_packed_log_and_a_chunked_one(client: TestClient, site: Site) -> None:
    site.gives("/a.gz", gzip.compress(LOG), "application/gzip")
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (LOG[:999], LOG[999:]))
    site.says("/b", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunked, b"0\r\n\r\n")
    for path in ("/a.gz", "/b"):
        answer = client.post(LOGS, json={"url": f"http://logs.example.org{path}"})
        assert answer.json()["verdict"] == "fail", answer.text


def test_a_name_that_is_sent_counts(client: TestClient, site: Site) -> None:
    for n, (body, asked, told) in enumerate(
        [
            ({"name": "mine"}, {"name": "theirs"}, "mine"), ({}, {"name": "theirs"}, "theirs"),
            ({}, {}, "dmesg.txt"),
        ]
    ):  # fmt: skip
        site.gives("/x/dmesg.txt", LOG + b"[    9.000000] boot %d\n" % n)
        body = {"url": "http://logs.example.org/x/dmesg.txt"} | body
        done = client.post(LOGS, json=body, params=asked).json()
        assert client.get(f"{LOGS}/{done['id']}").json()["capture"]["name"] == told
    site.gives("/", LOG + b"[    9.000000] last\n")
    done = client.post(LOGS, json={"url": "http://logs.example.org"}).json()
    assert client.get(f"{LOGS}/{done['id']}").json()["capture"]["name"] == "logs.example.org"


def test_json_that_is_a_log_is_still_one(client: TestClient) -> None:
    journal = b'{"__MONOTONIC_TIMESTAMP":"1","_TRANSPORT":"kernel","MESSAGE":"Linux version 6"}\n'
    for body, taken in (
        (journal, True), (journal * 3, True), (LOG, True), (b'{"a": 1}', False),
        (b"[" * 100_000, False), (b"", False), (b"null", False),
    ):  # fmt: skip
        answer = client.post(LOGS, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in ((200, 201) if taken else (422,))
        assert "body.url" not in answer.text


@pytest.mark.parametrize(
    "body",
    [{"url": 1}, {"url": "http://logs.example.org/", "nmae": "x"}, {"url": "x" * 2001},
     {"url": "http://logs.example.org/", "label": ["x"]}],
)  # fmt: skip
def test_a_faulty_request_is_told(client: TestClient, site: Site, body: dict[str, object]) -> None:
    answer = client.post(LOGS, json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert site.connected == []


def test_without_the_setting_nothing_is_fetched(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data=tmp_path, samples=""))) as client:
        answer = client.post(LOGS, json={"url": "http://logs.example.org/"})
        assert (answer.status_code, answer.json()["title"]) == (403, "Not fetched from there")
        assert "BOOTSCOPE_FETCH_HOSTS" in answer.json()["hint"]


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example.org/",
        "http://logs.example.org.evil.example.org/",
        "http://logs.example.org:81/",
        "https://logs.example.org:80/",
        "http://127.0.0.1/",
        "http://localhost/",
        "http://2130706433/",  # 127.0.0.1 as one decimal number
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://half.example.org/",  # one of its addresses is private
        "http://inside.example.org/",
        "http://169.254.169.254/latest/meta-data/",
        "http://nowhere.example.org/",
    ],
)
def test_what_may_not_be_asked_is_not_connected_to(
    client: TestClient, site: Site, url: str
) -> None:
    answer = client.post(LOGS, json={"url": url})
    assert (answer.status_code, answer.json()["title"]) == (403, "Not fetched from there")
    assert site.connected == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://logs.example.org/", "gopher://logs.example.org/", "//x/", "",
        "http:///x", "http://logs.example.org\\@evil.example.org/", "http://u:p@logs.example.org/",
        "http://logs.example.org@evil.example.org/", "http://logs.example.org/a b",
        "http://logs.example.org/\r\nX: y", "http://logs.example.org:99999/", "http://[::1/",
        "http://logs.examplé.org/", "http://logs.example.org/\t",
    ],
)  # fmt: skip
def test_what_is_no_address(client: TestClient, site: Site, url: str) -> None:
    answer = client.post(LOGS, json={"url": url})
    assert (answer.status_code, answer.json()["title"]) == (422, "Unusable address")
    assert site.connected == []


@pytest.mark.parametrize(
    "location",
    ["http://127.0.0.1/", "http://localhost:22/", "http://evil.example.org/",
     "http://inside.example.org/secret", "//evil.example.org/", "http://half.example.org/",
     "http://169.254.169.254/", "http://[::1]/"],
)  # fmt: skip
def test_a_redirect_leads_nowhere_else(client: TestClient, site: Site, location: str) -> None:
    site.sends_on("/a", location)
    answer = client.post(LOGS, json={"url": "http://logs.example.org/a"})
    assert (answer.status_code, answer.json()["title"]) == (403, "Not fetched from there")
    assert site.connected == [(PUBLIC, 80)]


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://logs.example.org/x"])
def test_a_redirect_to_another_scheme(client: TestClient, site: Site, location: str) -> None:
    site.sends_on("/a", location)
    answer = client.post(LOGS, json={"url": "http://logs.example.org/a"})
    assert answer.status_code == 422


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_within_the_hosts_is_followed(
    client: TestClient, site: Site, status: int
) -> None:
    site.sends_on("/a", "/b?c=d", status)
    site.sends_on("/b?c=d", "http://also.example.org/dmesg", status)
    site.gives("/dmesg", LOG)
    answer = client.post(LOGS, json={"url": "http://logs.example.org/a"})
    assert answer.json()["verdict"] == "fail"
    assert site.connected == [(PUBLIC, 80), (PUBLIC, 80), (OTHER, 80)]


def test_redirects_end(client: TestClient, site: Site) -> None:
    site.sends_on("/a", "/a")
    answer = client.post(LOGS, json={"url": "http://logs.example.org/a"})
    assert (answer.status_code, len(site.connected)) == (502, 6)


def test_a_name_that_changes_between_check_and_connection_is_asked_once(
    settings: Settings, site: Site
) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]])
    fetcher = replace(Fetcher.of(settings), resolve=lambda *_: next(answers), connect=site.connect)
    site.gives("/", LOG)
    assert fetcher.fetch("http://logs.example.org/").data == LOG
    assert site.connected == [(PUBLIC, 80)]
    with pytest.raises(FetchRefused, match="not public"):
        fetcher.fetch("http://logs.example.org/")


@pytest.mark.parametrize("declared", [True, False])
def test_what_is_too_large_is_not_read_to_its_end(
    client: TestClient, site: Site, declared: bool
) -> None:
    if declared:
        site.says("/", b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n")
    else:
        site.says("/", b"HTTP/1.1 200 OK\r\n\r\n", *[bytes(100_000)] * 1000)
    answer = client.post(LOGS, json={"url": "http://logs.example.org/"})
    assert (answer.status_code, answer.json()["title"]) == (413, "Log too large")


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\n\r\n",
        b"HTTP/1.1 206 Partial Content\r\nContent-Length: 1\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZ\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200,
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000,
    ],
)
def test_an_answer_that_is_none(client: TestClient, site: Site, raw: bytes) -> None:
    site.says("/", raw)
    answer = client.post(LOGS, json={"url": "http://logs.example.org/"})
    assert (answer.status_code, answer.json()["title"]) == (502, "Not fetched")
    assert "SSH" not in answer.text


def test_a_name_that_is_unknown(client: TestClient) -> None:
    answer = client.post(LOGS, json={"url": "http://unknown.example.org/"})
    assert (answer.status_code, answer.json()["detail"]) == (
        502, "unknown.example.org could not be read.",
    )  # fmt: skip


@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 200 OK\r\n\r\n"] + [b"x"] * 60,
        [b"H"] * 60,
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"] + [b"0"] * 60,
    ],
)
def test_a_server_that_drips_is_cut(fetcher: Fetcher, site: Site, pieces: list[bytes]) -> None:
    site.says("/", *pieces, pause=0.1)
    began = time.monotonic()
    with pytest.raises(Exception, match=r"did not send it in 0\.5 s"):
        replace(fetcher, seconds=0.5).fetch("http://logs.example.org/")
    assert time.monotonic() - began < 5.5  # all of it comes in 6


def test_https_is_checked_against_the_name(fetcher: Fetcher, site: Site) -> None:
    authority = trustme.CA()
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("logs.example.org").configure_cert(ours)
    site.server.socket = ours.wrap_socket(site.server.socket, server_side=True)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    site.gives("/", LOG)
    site.sends_on("/down", "http://logs.example.org/")
    known = replace(fetcher, context=trusting)
    assert known.fetch("https://logs.example.org/").data == LOG
    assert site.connected == [(PUBLIC, 443)]
    with pytest.raises(FetchRefused, match="from https to http"):
        known.fetch("https://logs.example.org/down")
    for one, url in ((known, "https://also.example.org/"), (fetcher, "https://logs.example.org/")):
        with pytest.raises(Exception, match="could not be read"):
            one.fetch(url)
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800::1", True), ("127.0.0.1", False), ("10.1.2.3", False),
        ("172.16.0.1", False), ("192.168.0.1", False), ("169.254.169.254", False),
        ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False), ("240.0.0.1", False),
        ("255.255.255.255", False), ("192.0.2.1", False), ("198.18.0.1", False), ("::1", False),
        ("::", False), ("fe80::1", False), ("fe80::1%lo", False), ("fc00::1", False),
        ("fec0::1", False), ("ff02::1", False), ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True), ("64:ff9b::a00:1", False), ("64:ff9b::5db8:d822", True),
        ("2002:7f00:1::", False), ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
        ("2001:db8::1", False), ("::7f00:1", False),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "2130706433", "0x7f.1", "[::1]"])
def test_with_nothing_stood_in_for_this_machine_is_not_asked(
    settings: Settings, site: Site, host: str
) -> None:
    port = site.server.server_port
    allowing = settings.model_copy(update={"fetch_hosts": f"{host.strip('[]')}:{port}"})
    with pytest.raises(FetchRefused, match="not public"):
        Fetcher.of(allowing).fetch(f"http://{host}:{port}/")
    assert site.asked == []


def test_an_address_taken_apart() -> None:
    assert parse_url("HTTP://Logs.Example.ORG.:8080?a=b#c") == (
        "http", "logs.example.org", 8080, "/?a=b",
    )  # fmt: skip
    assert parse_url("http://logs.example.org:8080/").site == "logs.example.org:8080"
    with pytest.raises(BadUrl):
        parse_url("http://" + "x" * 2000)


def test_the_hosts_of_the_settings(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, fetch_hosts=" A.example.org, b.example.org:8080 ,, ")
    assert settings.hosts == {"a.example.org", "b.example.org:8080"}
    assert Settings(data=tmp_path).hosts == frozenset()
