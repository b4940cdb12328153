"""The pages as they leave the server: what a browser without JavaScript shows."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import app.service
from app.errors import NotFound, SettingsError
from app.main import create_app
from app.pages.assets import Assets
from app.settings import Settings
from tests.conftest import SAMPLES

BROKEN = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
HOSTILE = b"""\
[    0.000000] Linux version 6.12</title><script>alert(1)</script> (x)
[    0.000000] Machine model: <img src=x onerror=alert(1)>
[    0.000000] Kernel command line: "><script>alert(1)</script>
[    1.000000] calling  <b/onmouseover=alert(1)>x</b>+0x0/0x1 @ 1
[    2.000000] calling  </script><script>alert(1)</script>+0x0/0x1 @ 7
"""


def upload(client: TestClient, data: bytes = BROKEN, name: str = "my.log") -> str:
    identity: str = client.post("/api/v1/logs", content=data, params={"name": name}).json()["id"]
    return identity


def test_home(client: TestClient) -> None:
    page = client.get("/", headers=PAGE)
    assert page.status_code == 200
    for part in ("initcall_debug", "/upload", 'name="log"', "journalctl"):
        assert part in page.text
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert page.headers["referrer-policy"] == "no-referrer"


def test_verdict_and_evidence_without_javascript(client: TestClient) -> None:
    page = client.get(f"/l/{upload(client)}", headers=PAGE).text
    before_chart = page[: page.index('id="chart"')]
    for part in (
        "FF-A came up 306 ms before pKVM traps SMCs",
        "ARM FF-A: Driver version 1.1",
        "initcall kvm_arm_init+0x0/0x1264 returned 0 after 246115 usecs",
        "6.12.117-ffalab",
        "FFA003",
    ):
        assert part in before_chart
    assert not re.search(r"\sstyle=|\son\w+=", page), "no inline style, no handlers"
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page), "nothing from another host"


def test_first_screen_needs_no_other_file(client: TestClient) -> None:
    answer = client.get(f"/l/{upload(client)}", headers=PAGE)
    until_verdict = answer.text[: answer.text.index('<div class="bench">')]
    head, _, body = until_verdict.partition("</head>")
    assert not re.search(r"<script(?![^>]* (?:defer|type=\"module\"))[^>]* src=", until_verdict)
    assert "stylesheet" not in head
    assert "stylesheet" not in body[: body.index('class="limits"')]
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    assert ".verdict {" in style and "bootscope.theme" in script
    policy = dict(
        part.split(maxsplit=1) for part in answer.headers["content-security-policy"].split("; ")
    )
    for name, text in (("script-src", script), ("style-src", style)):
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert policy[name] == f"'self' 'sha256-{digest}'"
    assert policy["default-src"] == "'none'"


def test_log_text_is_text(client: TestClient) -> None:
    name = '"><script>alert(2)</script>.log'
    page = client.get(f"/l/{upload(client, HOSTILE, name)}", headers=PAGE).text
    for tag in ("<script>alert", "<img src=x", "<b/onmouseover", "</title><script>"):
        assert tag not in page
    assert "&lt;b/onmouseover=alert(1)&gt;x&lt;/b&gt;" in page
    assert page.count("<title>") == 1


def test_pages_can_be_asked_for_their_headers(client: TestClient) -> None:
    for path in ("/", f"/l/{upload(client)}", "/healthz"):
        answer = client.head(path)
        assert (answer.status_code, answer.headers["x-content-type-options"]) == (200, "nosniff")


def test_the_charts_data(client: TestClient) -> None:
    page = client.get(f"/l/{upload(client)}", headers=PAGE).text
    address = re.search(r'data-timeline-url="([^"]+)"', page)
    assert address
    answer = client.get(address[1])
    assert answer.headers["cache-control"].endswith("immutable")
    assert json.loads(answer.content)["schema"] == "bootscope.timeline/1"


@pytest.mark.parametrize(
    ("files", "data", "status"),
    [
        ({"log": ("a.log", BROKEN)}, {}, 303),
        ({"log": ("", b"")}, {"text": BROKEN.decode()}, 303),
        ({"log": ("", b"")}, {"text": ""}, 422),
        ({"log": ("a.html", b"<html>")}, {}, 415),
    ],
)
def test_the_form_works_without_javascript(
    client: TestClient, files: dict[str, tuple[str, bytes]], data: dict[str, str], status: int
) -> None:
    answer = client.post("/upload", files=files, data=data, headers=PAGE, follow_redirects=False)
    assert answer.status_code == status
    if status == 303:
        assert client.get(answer.headers["location"], headers=PAGE).status_code == 200
    else:
        assert answer.headers["content-type"].startswith("text/html")
        assert "<h1" in answer.text


@pytest.mark.parametrize("path", ["/l/nope", "/nothing", "/static/x/nothing.js"])
def test_errors_are_pages_for_browsers_and_problems_for_others(
    client: TestClient, path: str
) -> None:
    page = client.get(path, headers=PAGE)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    problem = client.get(path)
    assert problem.headers["content-type"] == "application/problem+json"


def test_rules_that_changed_are_offered(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = upload(client)
    with monkeypatch.context() as patch:
        patch.setattr(app.service.Service, "judged_today", lambda *_: False)
        assert "judge-again" in client.get(f"/l/{identity}", headers=PAGE).text
    assert "judge-again" not in client.get(f"/l/{identity}", headers=PAGE).text
    again = client.post(f"/l/{identity}/judge-again", follow_redirects=False)
    assert (again.status_code, again.headers["location"]) == (303, f"/l/{identity}")
    again = client.post(f"/l/{identity}/judge-again?boot=1", follow_redirects=False)
    assert again.headers["location"] == f"/l/{identity}?boot=1"


def test_static_files_are_packed_and_never_change(client: TestClient) -> None:
    page = client.get("/", headers=PAGE).text
    address = re.search(r'href="(/static/[^"]+\.sheet\.css)"', page)
    assert address
    packed = client.get(address[1])
    assert packed.headers["content-encoding"] == "gzip"
    assert "immutable" in packed.headers["cache-control"]
    plain = client.get(address[1], headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == packed.content
    assert client.get(address[1]).content == packed.content


@pytest.mark.parametrize("path", ["/", "/rules", "/rules/new", "/help/words", "/nothing"])
def test_a_page_waits_for_one_style_sheet(client: TestClient, path: str) -> None:
    head, _, _ = client.get(path, headers=PAGE).text.partition("</head>")
    (address,) = re.findall(r'<link rel="stylesheet" href="([^"]+)">', head)
    sheet = client.get(address)
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert ":root {" in sheet.text and ".intake {" in sheet.text
    assert client.get(address.replace(".sheet.css", "s.sheet.css")).status_code == 404


def test_components_are_for_developers(client: TestClient, tmp_path: Path) -> None:
    refused = client.get("/components", headers=PAGE)
    assert refused.status_code == 404
    assert "BOOTSCOPE_COMPONENTS=1" in refused.text
    without = Settings(data=tmp_path / "other", samples="", components=True)
    with TestClient(create_app(without)) as bare:
        page = bare.get("/components", headers=PAGE).text
    assert "No sample is loaded" in page
    assert page.count('class="badge v-') == 7


def test_assets_stay_in_their_folder(tmp_path: Path) -> None:
    (tmp_path / "static" / "vendor").mkdir(parents=True)
    (tmp_path / "secret").write_text("x")
    with pytest.raises(SettingsError, match="make run"):
        Assets(tmp_path / "static")
    (tmp_path / "static" / "vendor" / "manifest.json").write_text("{}")
    (tmp_path / "static" / "blob.unknown").write_bytes(b"x")
    assets = Assets(tmp_path / "static")
    assert assets.prefix.startswith("/static/")
    assert assets.response("blob.unknown", "gzip").media_type == "application/octet-stream"
    with pytest.raises(NotFound):
        assets.response("../secret", "")


def test_each_boot_of_a_capture_has_its_page(client: TestClient) -> None:
    second = (SAMPLES / "ff-device-protected.log").read_bytes()
    identity = upload(client, BROKEN + second)
    for boot, release, verdict in ((None, 0, "fail"), (1, 0, "fail"), (2, 1, "fragile")):
        query = f"?boot={boot}" if boot else ""
        report = client.get(f"/api/v1/logs/{identity}{query}").json()
        assert (report["capture"]["boot_index"], report["verdict"]) == (release, verdict)
        assert [one["verdict"] for one in report["boots"]] == ["fail", "fragile"]
        page = client.get(f"/l/{identity}{query}", headers=PAGE)
        assert report["headline"] in page.text
        address = re.search(r'data-timeline-url="([^"]+)"', page.text)
        assert address
        assert client.get(address[1].replace("&amp;", "&")).status_code == 200
    assert client.get(f"/l/{identity}?boot=3", headers=PAGE).status_code == 404
    assert client.get(f"/l/{identity}?boot=0", headers=PAGE).status_code == 422
    text = client.get(f"/api/v1/logs/{identity}?boot=2&format=text").text
    assert text.splitlines()[-1].endswith(f"/l/{identity}?boot=2")
    assert "  1. fail, lines 1-1089: FF-A came up 306 ms before pKVM" in text


def test_permalinks_behind_a_proxy(client: TestClient) -> None:
    service = client.app.state.service
    service.settings = service.settings.model_copy(update={"public_url": "https://boots.example/"})
    answer = client.post("/api/v1/logs", content=BROKEN).json()
    assert answer["url"] == f"https://boots.example/l/{answer['id']}"


def test_the_charts_columns_come_packed_or_not(client: TestClient) -> None:
    page = client.get(f"/l/{upload(client)}", headers=PAGE).text
    address = re.search(r'data-timeline="([^"]+)"', page)
    assert address
    url = address[1].replace("&amp;", "&")
    packed = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "immutable" in packed.headers["cache-control"]
    known = client.get(url, headers={"If-None-Match": packed.headers["etag"]})
    assert known.status_code == 304
    for odd in (url.replace("v=", "v=0"), url.partition("?")[0]):  # not named by what it is
        assert client.get(odd).headers["cache-control"] == "no-cache"
    plain = client.get(url, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == packed.content
    length = int.from_bytes(plain.content[:4], "little")
    assert json.loads(plain.content[4 : 4 + length])["schema"] == "bootscope.timeline/1"


def test_all_initcalls_in_pages_of_plain_rows(client: TestClient) -> None:
    data = (SAMPLES / "deb612-arm64-smallbuf.log").read_bytes()
    identity = upload(client, data)
    assert f'href="/l/{identity}/initcalls"' in client.get(f"/l/{identity}").text
    first = client.get(f"/l/{identity}/initcalls").text
    assert first.count("<tr") == 501 and "Page 1 of 2" in first
    assert f'href="/l/{identity}/initcalls?page=2" rel="next"' in first
    last = client.get(f"/l/{identity}/initcalls", params={"page": 2, "boot": 1}).text
    assert last.count("<tr") == 1 + 847 - 500
    assert f'href="/l/{identity}/initcalls?boot=1&amp;page=1" rel="prev"' in last
    row = re.search(r"<tr>.*<code>balloon_wait_finish</code>.*", last)
    assert row is not None
    assert "-19 (ENODEV)" in row[0] and "1826 to 1827" in row[0] and "level 7s" in row[0]
    beyond = client.get(f"/l/{identity}/initcalls", params={"page": 3}, headers=PAGE)
    assert (beyond.status_code, "The last one is 2" in beyond.text) == (404, True)


def test_a_boot_without_initcalls_has_an_empty_table(client: TestClient) -> None:
    identity = upload(client, b"[    0.000000] Linux version 6.12.1 (lab@qemu)\n")
    assert "Page 1 of 1" in client.get(f"/l/{identity}/initcalls").text


def test_the_page_as_one_file(client: TestClient) -> None:
    identity = upload(client)
    answer = client.get(f"/l/{identity}/page.html")
    name = f'attachment; filename="bootscope-{identity[:8]}.html"'
    assert answer.headers["content-disposition"] == name
    assert f'<a href="http://testserver/l/{identity}">this log on its server</a>' in answer.text
    assert "lines-data" in answer.text


def test_lines_that_findings_name_are_anchors_without_javascript(client: TestClient) -> None:
    page = client.get(f"/l/{upload(client)}").text
    plain = page[page.index("plain-lines") :]
    assert '<li id="L602">' in plain and '<li id="L623">' in plain
