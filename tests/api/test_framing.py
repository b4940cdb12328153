"""A log read as another framing than the one that detection prefers."""

import json
import re

import pytest
from fastapi.testclient import TestClient

from app.report import Report
from tests.conftest import SAMPLES

LOGS = "/api/v1/logs"
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
CALLER = (SAMPLES / "ff-rootfs-protected-caller.log").read_bytes()
LUCKY = (SAMPLES / "ff-device-protected.log").read_bytes()
ODD = "dmesg"
"""Fits the lines of CALLER, too, but takes its callers for the beginning of the message."""


def upload(client: TestClient, data: bytes = CALLER) -> str:
    identity: str = client.post(LOGS, content=data, params={"name": "my.log"}).json()["id"]
    return identity


def test_the_report_tells_how_the_log_was_read(client: TestClient) -> None:
    capture = client.get(f"{LOGS}/{upload(client)}").json()["capture"]
    assert (capture["framing"], capture["framing_confidence"]) == ("printk_caller", 1.0)
    assert capture["framing_guesses"] == [
        {"name": "printk_caller", "confidence": 1.0},
        {"name": "dmesg", "confidence": 1.0},
    ]


def test_the_api_reads_it_as_asked(client: TestClient) -> None:
    identity = upload(client)
    usual = client.get(f"{LOGS}/{identity}")
    other = client.get(f"{LOGS}/{identity}", params={"framing": "dmesg_raw"})
    assert other.status_code == 422, "no line has a priority in front"
    other = client.get(f"{LOGS}/{identity}", params={"framing": ODD})
    got = other.json()
    assert (got["id"], got["capture"]["framing"]) == (identity, ODD)
    assert (got["counts"]["initcalls"], got["verdict"]) == (0, "inconclusive")
    assert (usual.json()["counts"]["returned"], usual.json()["verdict"]) == (375, "fail")
    assert other.headers["etag"] != usual.headers["etag"]
    again = client.get(
        f"{LOGS}/{identity}?framing={ODD}", headers={"If-None-Match": other.headers["etag"]}
    )
    assert again.status_code == 304
    assert client.get(f"{LOGS}/{identity}").content == usual.content, "nothing of it is kept"
    text = client.get(f"{LOGS}/{identity}?framing={ODD}&format=text").text
    assert text.splitlines()[-1].endswith(f"/l/{identity}?framing={ODD}")


def test_an_upload_is_read_as_asked_and_kept_as_detected(client: TestClient) -> None:
    got = client.post(LOGS, content=CALLER, params={"framing": ODD}).json()
    assert got["url"].endswith(f"/l/{got['id']}?framing={ODD}")
    assert got["report_url"].endswith(f"/{got['id']}?framing={ODD}")
    assert got["id"] == upload(client)
    assert client.get(got["report_url"]).json()["capture"]["framing"] == ODD
    assert client.get(f"{LOGS}/{got['id']}").json()["capture"]["framing"] == "printk_caller"
    refused = client.post(LOGS, content=LUCKY, params={"framing": "dmesg_raw"})
    assert refused.status_code == 422
    assert "No line of this log reads as 'dmesg_raw'" in refused.json()["detail"]
    assert "dmesg 99%" in refused.json()["hint"]
    known = upload(client, LUCKY)
    assert client.post(LOGS, content=LUCKY, params={"framing": "dmesg"}).json()["id"] == known


@pytest.mark.parametrize("name", ["nope", "<script>", "x\r\nX-Y: z", "\u202e"])
def test_an_unknown_framing_is_one_clear_message(client: TestClient, name: str) -> None:
    identity = upload(client)
    answer = client.get(f"{LOGS}/{identity}", params={"framing": name})
    assert (answer.status_code, answer.json()["title"]) == (422, "No kernel log found")
    assert answer.json()["hint"].startswith("Known framings: bugreport, ")
    assert client.post(LOGS, content=CALLER, params={"framing": name}).status_code == 422
    page = client.get(f"/l/{identity}", params={"framing": name}, headers=PAGE)
    assert page.status_code == 422
    assert "<script>" not in page.text and "\u202e" not in page.text
    assert f'href="/l/{identity}"' in page.text, "the way back"
    assert client.get(f"{LOGS}/{identity}", params={"framing": "n" * 41}).status_code == 422


def test_the_page_carries_the_view(client: TestClient) -> None:
    identity = upload(client)
    page = client.get(f"/l/{identity}?framing={ODD}", headers=PAGE)
    assert page.status_code == 200
    text = page.text.replace("&amp;", "&")
    assert f"Read as <b>{ODD}</b> because the address asks for it" in text
    assert f'href="/l/{identity}">Read as detected</a>' in text
    assert f'href="/api/v1/logs/{identity}?framing={ODD}"' in text
    assert f'data-copy-link="http://testserver/l/{identity}?framing={ODD}"' in text
    data = re.search(r'data-timeline-url="([^"]+)"', text)
    assert data
    usual = client.get(data[1].replace(f"&framing={ODD}", ""))
    assert len(client.get(data[1]).content) < len(usual.content) / 2, "no initcall is drawn"
    assert '<option value="dmesg" selected>' in text
    assert "every sampled line fits" in text
    moved = client.post(f"/l/{identity}/judge-again?framing={ODD}", follow_redirects=False)
    assert moved.headers["location"] == f"/l/{identity}?framing={ODD}"


def test_the_boots_of_a_log_are_kept_apart_as_asked(client: TestClient) -> None:
    identity = upload(client, (SAMPLES / "ff-rootfs-protected.log").read_bytes() + LUCKY)
    page = client.get(f"/l/{identity}?framing=dmesg_notime&boot=2", headers=PAGE)
    assert page.status_code == 200
    text = page.text.replace("&amp;", "&")
    for boot in (1, 2):
        assert f'href="/l/{identity}?boot={boot}&framing=dmesg_notime"' in text
    assert f'href="/api/v1/logs/{identity}?boot=2&framing=dmesg_notime"' in text
    usual = client.get(f"/l/{identity}?boot=2", headers=PAGE).text
    assert f'href="/l/{identity}?boot=1"' in usual


def test_the_usual_page_offers_the_others(client: TestClient) -> None:
    identity = upload(client)
    page = client.get(f"/l/{identity}?framing=", headers=PAGE).text
    assert "because the address asks" not in page
    assert 'Read as <b>printk_caller</b> <span class="muted">(every sampled line fits)' in page
    assert "<li><b>dmesg</b>, every sampled line fits</li>" in page
    assert f'<form method="get" action="/l/{identity}">' in page
    assert 'href="/help/framings"' in page
    page = client.get(f"/l/{upload(client, LUCKY)}", headers=PAGE).text
    assert 'Read as <b>dmesg</b> <span class="muted">(99 % of sampled lines fit)' in page
    assert "No other framing fits any sampled line." in page


def test_a_log_that_only_the_override_reads(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Detection may prefer a framing that then yields no line."""
    from parsers.framings.dmesg_raw import DMESG_RAW

    def misled(lines: object) -> object:
        return DMESG_RAW, [(DMESG_RAW, 1.0)]

    with monkeypatch.context() as patch:
        patch.setattr("parsers.pipeline.choose", misled)
        assert client.post(LOGS, content=CALLER).status_code == 422
        got = client.post(LOGS, content=CALLER, params={"framing": "printk_caller"}).json()
        assert got["verdict"] == "fail"
        kept = client.get(f"{LOGS}/{got['id']}").json()["capture"]
        assert kept["framing"] == "printk_caller"


def test_a_report_of_before_is_still_shown(client: TestClient) -> None:
    """Kept reports have no guesses and no cures until they are judged again."""
    text = client.get(f"{LOGS}/{upload(client)}").json()
    del text["capture"]["framing_guesses"]
    for found in text["findings"]:
        del found["cure"]
    report = Report.from_json(json.dumps(text))
    assert not report.capture.framing_overridden
    assert report.capture.framing_guesses == ()


def test_lines_come_in_the_order_that_findings_count_in(client: TestClient) -> None:
    """A crash's parts are kept newest first; what is said of them is in order of printing."""
    data = (SAMPLES / "framings" / "pstore.txt").read_bytes()
    identity = client.post(LOGS, content=data).json()["id"]
    lines = client.get(f"{LOGS}/{identity}/lines").text.split("\n")
    assert lines[0] == "Oops#1 Part3"
    told = 0
    for finding in client.get(f"{LOGS}/{identity}").json()["findings"]:
        for evidence in finding["evidence"]:
            assert evidence["text"] in lines[evidence["line"] - 1]
            told += 1
    assert told
    page = client.get(f"/l/{identity}/page.html").text
    assert page.index("Oops#1 Part3") < page.index("Oops#1 Part1")
    as_it_lies = client.get(f"{LOGS}/{identity}/lines?framing=dmesg_raw").text
    assert as_it_lies == data.decode().rstrip("\n")


def test_the_page_reads_lines_as_it_reads_the_log(client: TestClient) -> None:
    identity = client.post(LOGS, content=CALLER).json()["id"]
    for query in ("", f"?framing={ODD}"):
        page = client.get(f"/l/{identity}{query}", headers=PAGE).text
        address = re.search(r'data-lines="([^"]+)"', page)
        assert address
        answer = client.get(address[1].replace("&amp;", "&"))
        assert "immutable" in answer.headers["cache-control"]
        assert ("framing" in address[1]) == bool(query)
