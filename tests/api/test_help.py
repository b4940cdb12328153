"""The pages of docs/ in the running product, and the links that lead there."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.analysis import analyse
from app.pages.documents import Documents, anchor
from tests.conftest import ROOT, SAMPLES

PAGE = {"Accept": "text/html"}
LOST_HEAD = (SAMPLES / "deb612-arm64-smallbuf.log").read_bytes()


@pytest.mark.parametrize("name", ["capturing", "first-rule", "framings", "rules"])
def test_a_page_is_its_markdown_file(client: TestClient, name: str) -> None:
    page = client.get(f"/help/{name}", headers=PAGE)
    assert page.status_code == 200
    source = (ROOT / "docs" / f"{name}.md").read_text("utf-8")
    outside = re.sub(r"(?ms)^```.*?^```$", "", source)
    headings = re.findall(r"(?m)^#+ (.+)$", outside)
    assert len(headings) > 5
    for heading in headings:
        assert f'id="{anchor(heading)}"' in page.text, heading
    assert ("<table" in page.text) == ("|---|" in source)
    assert not re.search(r"\sstyle=|\son\w+=", page.text)
    assert client.head(f"/help/{name}").status_code == 200


def test_there_are_no_other_pages(client: TestClient) -> None:
    for name in ("nope", "..%2Fcapturing", "../README", "<script>"):
        answer = client.get(f"/help/{name}", headers=PAGE)
        assert answer.status_code == 404
        assert "<script>" not in answer.text
    hint = client.get("/help/nope").json()["hint"]
    names = ("capturing", "first-rule", "framings", "rules", "words")
    assert hint == f"There are {', '.join(f'/help/{name}' for name in names)}."


def test_html_in_a_page_is_shown(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("text <script>alert(1)</script>\n\n<b>x</b>\n")
    document = Documents(tmp_path)["x"]
    assert "<script>" not in document.html and "&lt;b&gt;" in document.html
    assert document.title == "x"


def test_every_link_between_pages_leads_to_what_it_names(client: TestClient) -> None:
    pages = ["/rules", *(f"/help/{name}" for name in ("capturing", "first-rule", "rules"))]
    pages += [f"/rules/{rule['id']}" for rule in client.get("/api/v1/rules").json()]
    read = {path: client.get(path, headers=PAGE).text for path in pages}
    for path, text in [*read.items()]:
        for link in re.findall(r'<a [^>]*href="([^"]+)"', text):
            target, _, name = link.partition("#")
            target = target or path
            if target.startswith("https://"):
                continue
            if target not in read:
                read[target] = (answer := client.get(target, headers=PAGE)).text
                assert answer.status_code == 200, f"{path}: {link}"
            assert not name or f'id="{name}"' in read[target], f"{path}: {link}"


def test_every_cure_leads_to_a_section(client: TestClient) -> None:
    """Of all samples, each cut in four places, and of a trace alone."""
    page = client.get("/help/capturing", headers=PAGE).text
    anchors = set()
    for path in sorted(SAMPLES.glob("*.log")):
        lines = path.read_bytes().split(b"\n")
        for first, last in ((0, None), (0, len(lines) // 2), (len(lines) // 3, None)):
            report = analyse(b"\n".join(lines[first:last])).report
            anchors |= {found.cure.anchor for found in report.findings if found.cure}
    trace = (SAMPLES / "trace" / "deb612-arm64-trace.trace.txt.xz").read_bytes()
    anchors |= {found.cure.anchor for found in analyse(trace).report.findings if found.cure}
    assert anchors == {"the-command-line", "serial-console", "levels"}
    for wanted in anchors:
        assert f'id="{wanted}"' in page


def test_home_and_report_lead_there(client: TestClient) -> None:
    home = client.get("/", headers=PAGE).text
    assert 'href="/help/capturing"' in home and 'href="/help/framings"' in home
    assert "a zip or tar of up to 100 logs" in home and 'name="trace"' in home
    answer = client.post("/api/v1/logs", content=LOST_HEAD).json()
    unsure = [found for found in answer["findings"] if found["outcome"] == "inconclusive"]
    assert unsure
    for found in unsure:
        assert found["cure"] == {
            "capture": "boot with log_buf_len=16M, or capture the serial console",
            "anchor": "the-command-line",
        }
    page = client.get(f"/l/{answer['id']}", headers=PAGE).text
    assert page.count('href="/help/capturing#the-command-line"') == len(unsure)
    text = client.get(f"/api/v1/logs/{answer['id']}?format=text").text
    assert "    http://testserver/help/capturing#the-command-line\n" in text


def test_every_term_leads_to_what_it_means(client: TestClient) -> None:
    """On the pages of all samples; DESIGN's glossary is all there."""
    words = client.get("/help/words", headers=PAGE).text
    linked = set()
    for path in sorted(SAMPLES.glob("*.log")):
        page = client.post("/api/v1/logs", content=path.read_bytes()).json()["url"]
        linked |= set(re.findall(r'href="/help/words#([\w-]+)"', client.get(page).text))
    assert {"initcall", "level", "link-order", "basis", "level-source", "coverage"} <= linked
    for wanted in linked:
        assert f'id="{wanted}"' in words, wanted
