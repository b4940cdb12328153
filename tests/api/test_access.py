"""Who may do what, by the setting BOOTSCOPE_ACCESS; whose page sent it; under which name."""

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update
from starlette.datastructures import Headers

from app.main import create_app
from app.settings import Settings
from app.store.metadata import open_engine
from app.store.tables import TOKENS
from app.web.access import scope_needed, token_of
from tests.conftest import SAMPLES

LOG = b"[    0.000000] Linux version 6.12.0\n[    0.100000] calling  a+0x0/0x1 @ 1\n"
SYMBOLS = (SAMPLES / "ff-rootfs-protected.System.map.xz").read_bytes()
LOGS = "/api/v1/logs"
Make = Callable[..., TestClient]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """An application with settings of its own."""
    made: list[TestClient] = []

    def make(**settings: object) -> TestClient:
        app = create_app(Settings(data=tmp_path / "data", samples="", **settings))
        made.append(TestClient(app, raise_server_exceptions=False, base_url="http://box:8000"))
        return made[-1]

    yield make
    for client in made:
        client.close()


def token(client: TestClient, *scopes: str, name: str = "bot") -> dict[str, str]:
    """A new token, as a header."""
    made = client.app.state.service.tokens.create(name, scopes)  # type: ignore[attr-defined]
    return {"Authorization": f"Bearer {made}"}


def basic(header: dict[str, str]) -> dict[str, str]:
    """The same token, as a browser sends it."""
    pair = f"any:{header['Authorization'].removeprefix('Bearer ')}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


POSTS = {
    "logs": (LOGS, {"content": LOG}),
    "builds": ("/api/v1/builds", {"content": SYMBOLS}),
    "form": ("/upload", {"files": {"log": ("a.log", LOG)}}),
    "tests": ("/api/v1/rules/test", {"content": b"x: 1"}),
}


def test_open_needs_nothing(make: Make) -> None:
    client = make()
    sent = client.post(LOGS, content=LOG)
    assert sent.status_code == 201
    assert client.get(f"{LOGS}/{sent.json()['id']}").status_code == 200
    assert client.get("/", headers={"Authorization": "Bearer bsc_nonsense"}).status_code == 200


@pytest.mark.parametrize("kind", POSTS)
def test_upload_asks_a_token_of_who_sends(make: Make, kind: str) -> None:
    client = make(access="upload")
    path, given = POSTS[kind]
    refused = client.post(path, **given)
    problem = refused.json()
    assert (refused.status_code, problem["title"]) == (401, "Token needed")
    assert refused.headers["content-type"] == "application/problem+json"
    assert "bootscope tokens create NAME --scope upload" in problem["hint"]
    challenge = refused.headers["www-authenticate"]
    assert challenge.startswith('Bearer realm="Bootscope"')
    # an API answer makes no browser ask where pages are for everybody
    assert ("Basic" in challenge) == (not path.startswith("/api/"))
    assert client.post(path, headers=token(client, "upload"), **given).status_code < 423
    reader = client.post(path, headers=token(client, "read", "delete", name="reader"), **given)
    assert (reader.status_code, reader.json()["title"]) == (403, "Not in the token's scope")
    assert 'error="insufficient_scope", scope="upload"' in reader.headers["www-authenticate"]


def test_upload_lets_everybody_read(make: Make) -> None:
    client = make(access="upload")
    sent = client.post(LOGS, content=LOG, headers=token(client, "upload")).json()
    assert sent["deletion_token"]
    for path in ("/", f"/l/{sent['id']}", f"{LOGS}/{sent['id']}", "/api/v1/rules", "/rules/new"):
        assert client.get(path).status_code == 200, path
    looked = client.post("/api/v1/rules/lint", content=b"id: X")
    assert looked.status_code == 200


def test_judging_and_judging_again_are_for_who_may_send(make: Make) -> None:
    client = make(access="upload")
    sender = token(client, "upload")
    identity = client.post(LOGS, content=LOG, headers=sender).json()["id"]
    for path in (f"{LOGS}/{identity}/judge", f"/l/{identity}/judge-again"):
        assert client.post(path, content=b"x").status_code == 401
        assert client.post(path, content=b"x", headers=sender).status_code != 401
    page = client.post(f"/l/{identity}/judge-again", headers=basic(sender), follow_redirects=False)
    assert page.status_code == 303


def test_all_asks_a_token_of_who_reads(make: Make) -> None:
    client = make(access="all")
    sender, reader = token(client, "upload"), token(client, "read", name="reader")
    identity = client.post(LOGS, content=LOG, headers=sender).json()["id"]
    paths = (
        "/", "/rules", "/help/words", "/schema/rule/1.json", "/nothing", f"/l/{identity}",
        f"/l/{identity}/timeline.bin", f"{LOGS}/{identity}", f"{LOGS}/{identity}/raw",
        "/api/v1/openapi.json", "/l/zzz",
    )  # fmt: skip
    for path in paths:
        refused = client.get(path)
        assert refused.status_code == 401, path
        # a line each: Chromium takes no list of challenges
        assert refused.headers.get_list("www-authenticate") == [
            'Bearer realm="Bootscope"', 'Basic realm="Bootscope", charset="UTF-8"'
        ]  # fmt: skip
        assert "csp" not in refused.text and refused.headers["content-security-policy"]
        assert client.get(path, headers=sender).status_code == 403, path
        wanted = 404 if path in ("/nothing", "/l/zzz") else 200
        assert client.get(path, headers=reader).status_code == wanted, path
        assert client.get(path, headers=basic(reader)).status_code == wanted, path
    assert client.post(LOGS, content=LOG, headers=reader).status_code == 403
    assert client.post("/api/v1/rules/lint", content=b"id: X").status_code == 401


def test_what_stays_open(make: Make) -> None:
    client = make(access="all", rate="1/minute", allowed_hosts="box")
    for probe in ("/livez", "/healthz", "/readyz") * 2:
        assert client.get(probe, headers={"Host": "10.0.0.9"}).json() == {"status": "ok"}
    page = client.get("/", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"][:9]) == (401, "text/html")
    assert "Token needed" in page.text and "takes it as password" in page.text
    sheet = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert client.get(sheet).status_code == 200
    for path in ("/static/../api/v1/rules", "/static/%2e%2e/", "/healthz/../", "//healthz"):
        assert make(access="all").get(path).status_code in (401, 404), path


@pytest.mark.parametrize("host", ["x/static/", "x/static/?", "x/healthz#", "x/static"])
def test_no_host_header_opens_what_is_closed(make: Make, host: str) -> None:
    client = make(access="all")
    for path in ("/api/v1/rules", "/"):
        assert client.get(path, headers={"Host": host}).status_code == 401
    assert client.post(LOGS, content=LOG, headers={"Host": host}).status_code == 401


def test_an_expired_and_a_revoked_token_say_so(make: Make, tmp_path: Path) -> None:
    client = make(access="upload")
    sender = token(client, "upload", "admin")
    engine = open_engine(Settings(data=tmp_path / "data").database)
    with engine.begin() as connection:
        past = datetime.now(UTC) - timedelta(days=2)
        connection.execute(update(TOKENS).values(expires_at=past))
    engine.dispose()
    refused = client.post(LOGS, content=LOG, headers=sender)
    assert refused.status_code == 401
    assert refused.json()["detail"] == f"The token 'bot' is expired since {past:%Y-%m-%d}."
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]
    again = token(client, "upload")
    assert client.post(LOGS, content=LOG, headers=again).status_code == 201
    client.app.state.service.tokens.revoke("bot")  # type: ignore[attr-defined]
    refused = client.post(LOGS, content=LOG, headers=again)
    assert (refused.status_code, "is revoked since" in refused.text) == (401, True)
    assert sender["Authorization"][7:] not in refused.text


@pytest.mark.parametrize(
    "sent",
    [
        "Bearer", "Bearer ", "Bearer bsc_x", "bsc_x", "Basic !!!", "Basic", "Digest a=b",
        "Basic " + base64.b64encode(b"\xff\xfe").decode(), "Bearer " + "x" * 5000,
        "Bearer bsc_\xe9",
    ],
)  # fmt: skip
def test_what_is_no_token_is_refused(make: Make, sent: str) -> None:
    client = make(access="all")
    refused = client.get("/api/v1/rules", headers={"Authorization": sent.encode("latin-1")})
    assert (refused.status_code, "no token of this server" in refused.text) == (401, True)


@pytest.mark.parametrize("user", ["bsc_a:", ":bsc_a", "me:bsc_a", "bsc_a"])
def test_basic_holds_it_as_password_or_alone_as_user(user: str) -> None:
    packed = base64.b64encode(user.encode()).decode()
    assert token_of(Headers({"Authorization": f"basic {packed}"})) == "bsc_a"


def test_what_is_not_known_to_read_needs_to_send() -> None:
    assert scope_needed("upload", "PATCH", "/api/v1/new") == "upload"
    assert scope_needed("all", "POST", "/api/v1/new") == "upload"
    assert scope_needed("upload", "DELETE", "/api/v1/new") == "delete"
    assert scope_needed("all", "DELETE", f"{LOGS}/x") is None  # the route asks
    assert scope_needed("open", "DELETE", "/api/v1/new") is None


@pytest.mark.parametrize("access", ["open", "upload", "all"])
def test_deleting(make: Make, access: str) -> None:
    client = make(access=access)
    all_may = token(client, "admin", name="operator")
    first, second = (client.post(LOGS, content=LOG, headers=all_may).json() for _ in range(2))
    address = f"{LOGS}/{first['id']}"
    own = {"Authorization": f"Bearer {first['deletion_token']}"}
    assert client.delete(address).status_code == (401 if access == "all" else 403)
    assert client.delete(address, headers=token(client, "read", "upload")).status_code == 403
    assert client.delete(address, headers=own).status_code == 204
    assert client.delete(address, headers=own).status_code == 403
    assert client.get(address, headers=all_may).status_code == 200  # the second still holds it
    client.post(LOGS, content=LOG, headers=all_may)
    assert client.delete(address, headers=token(client, "delete", name="d")).status_code == 204
    assert client.get(address, headers=all_may).status_code == 404
    assert second["id"] == first["id"]


def test_where_all_is_closed_nobody_learns_which_logs_there_are(make: Make) -> None:
    client = make(access="all")
    sent = client.post(LOGS, content=LOG, headers=token(client, "upload")).json()
    for header in ("Bearer guess", "Basic x", "Bearer bsc_guess"):
        there, not_there = (
            client.delete(f"{LOGS}/{name}", headers={"Authorization": header})
            for name in (sent["id"], "a" * 26)
        )
        assert there.status_code == not_there.status_code == 403
        said, also_said = there.json(), not_there.json()
        assert said.pop("request_id") != also_said.pop("request_id")
        assert said == also_said


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, True),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://box:8000"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "http://box:8000"}, False),
        ({"Origin": "https://logs.example"}, False),
        ({"Origin": "http://evil.example"}, True),
        ({"Origin": "http://box:8001"}, True),
        ({"Origin": "null"}, True),
        ({"Origin": "null", "Host": ""}, True),
        ({"Origin": "http://[box"}, True),
        ({}, False),
    ],
)
def test_another_sites_page_may_not_send(
    make: Make, headers: dict[str, str], refused: bool
) -> None:
    client = make(public_url="https://logs.example")
    for path, given in (POSTS["logs"], POSTS["form"]):
        answer = client.post(path, headers=headers, follow_redirects=False, **given)
        assert (answer.status_code == 403) == refused
        if refused:
            assert answer.json()["type"] == "about:blank#cross-origin"


def test_another_sites_page_may_link_here_but_not_embed(make: Make) -> None:
    client = make(access="all")
    reader = basic(token(client, "read"))
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    picture = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert client.get("/", headers=reader | link).status_code == 200
    assert client.get("/", headers=reader | picture).status_code == 403
    own = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}
    assert client.get("/", headers=reader | own).status_code == 200


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("logs.example", True), ("LOGS.example:443", True), ("logs.example.", True),
        ("a.lab.example", True), ("a.b.lab.example", True), ("lab.example", False),
        (".lab.example", False), ("evil.example", False), ("xlogs.example", False),
        ("[::1]:8000", True), ("127.0.0.1:1", True), ("", False), ("[::1", False),
        ("evil@logs.example", False), ("logs.example/x", False),
        ("evil.example,logs.example", False),
    ],
)  # fmt: skip
def test_under_which_names_it_is_asked(make: Make, host: str, known: bool) -> None:
    client = make(allowed_hosts="logs.example, *.lab.example, ::1, 127.0.0.1")
    answer = client.get("/api/v1/packs", headers={"Host": host})
    assert answer.status_code == (200 if known else 400)
    assert known or answer.json()["title"] == "No such host here"
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_the_document_says_what_a_token_is(make: Make) -> None:
    document = make().get("/api/v1/openapi.json").json()
    assert document["security"] == [{}, {"access token": []}]
    delete = document["paths"][LOGS + "/{identity}"]["delete"]
    assert delete["security"] == [{"deletion token": []}, {"access token": []}]
    for path in document["paths"].values():
        for operation in path.values():
            assert {"401", "403", "429"} <= set(operation["responses"])
