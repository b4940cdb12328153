"""Markdown for a merge request: it says what the log proves, and nothing in it acts."""

import re

import pytest
from markdown_it import MarkdownIt

from app.analysis import analyse
from app.report import Report
from app.reporters.markdown import code, harmless, render_markdown
from tests.conftest import SAMPLES

LINK = "http://127.0.0.1:8000/l/abc"
HOSTILE = (
    "<script>alert(1)</script>", "<img src=//x onerror=alert(1)>", "[a](http://x.y)",
    "![a](http://x.y/z.png)", "http://x.y/z", "www.x.y", "@everyone", "#12", "!7", "a@b.cd",
    "**b**", "__b__", "_i_", "~~s~~", "`c`", "``` ", "|", "\\", "&lt;", "$$x$$", ":smile:",
    "<!--", "[x]:", "---", "<http://x.y>", "user/repo#1",
)  # fmt: skip


def sample(name: str) -> Report:
    return analyse((SAMPLES / f"{name}.log").read_bytes(), name=f"{name}.log").report


def markup(text: str) -> tuple[set[str], str, list[str]]:
    """Kinds of token that a renderer makes, its text outside code, the links' targets."""
    kinds, outside, links = set(), [], []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        kinds.add(token.type)
        for child in token.children or ():
            kinds.add(child.type)
            if child.type == "text":
                outside.append(child.content)
            if child.type == "link_open":
                links.append(child.attrs["href"])
    return kinds, "\n".join(outside), links


def test_it_says_verdict_why_evidence_and_link() -> None:
    text = render_markdown(sample("ff-rootfs-protected"), LINK)
    assert text.startswith("**Fails**: FF-A came up 306 ms before pKVM traps SMCs\n")
    assert f"[Timeline and log](<{LINK}>)" in text
    assert "\n```text\nL602 [    1.585658] ARM FF-A: Driver version 1.1\n" in text
    assert "| `FFA001` | Fails | link order | FF-A comes up after pKVM traps SMCs |" in text
    assert "Wrong in this boot, and no level settles it" in text
    kinds, _, links = markup(text)
    assert links == [LINK, f"{LINK}#FFA001", f"{LINK}#FFA003"]
    assert not kinds & {"html_inline", "html_block", "image"}
    assert "table_open" in kinds


def test_every_rule_has_its_row() -> None:
    for path in sorted(SAMPLES.glob("*.log")):
        report = analyse(path.read_bytes(), name=path.name).report
        rows = re.findall(r"^\| `(\w+)` \|", render_markdown(report), re.MULTILINE)
        assert rows == [finding.rule for finding in report.findings]


def test_without_a_server_there_is_no_link() -> None:
    assert markup(render_markdown(sample("ff-rootfs-protected")))[2] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_word_stands_in_code(text: str) -> None:
    kinds, outside, links = markup(f"Says: {harmless(f'ok {text} ok')}")
    assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text", "code_inline"}
    assert links == []
    assert not re.search(r"[@#!<>\[\]*_|~$&\\]|://|www", outside)


@pytest.mark.parametrize("text", ["a|b", "`", "``a", " a", "a ", "a`b``c"])
def test_a_code_span_shows_just_its_text(text: str) -> None:
    (token,) = [t for t in MarkdownIt("commonmark").parse(code(text)) if t.type == "inline"]
    (child,) = token.children or []
    assert (child.type, child.content) == ("code_inline", text)


def test_a_hostile_log_changes_nothing_around_it() -> None:
    lines = ["[    0.000000] Linux version 6.12.1<script>alert(1)</script> (lab@qemu)"]
    lines += ["[    0.100000] Machine model: ![x](http://x.y/z) `` ` | @everyone"]
    lines += ["[    0.200000] Kernel panic - not syncing: ``` <img src=x onerror=alert(1)> ~~~~"]
    report = analyse("\n".join(lines).encode(), name="[a](//x)|`.log").report
    text = render_markdown(report, LINK)
    kinds, outside, links = markup(text)
    assert links == [LINK, *(f"{LINK}#{found.rule}" for found in report.findings[:1])]
    assert not kinds & {"html_inline", "html_block", "image"}
    assert "everyone" not in outside and "alert" not in outside
