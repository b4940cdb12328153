"""The page as one file: whole, asking nobody, and with a policy that names what runs."""

import hashlib
import json
import re
from base64 import b64encode
from html.parser import HTMLParser

import pytest

from app.analysis import analyse
from app.pages.standalone import render_page
from parsers.source import read_source
from tests.conftest import SAMPLES

HOSTILE = b"""\
[    0.000000] Linux version 6.12.1</script><script>alert(1)</script> (lab@qemu)
[    0.100000] Machine model: <!--<script> --> <img src=x onerror=alert(2)>
[    1.000000] calling  </script><img/src=x/onerror=alert(3)>+0x0/0x10 @ 1
[    2.000000] Kernel panic - not syncing: </style></textarea></script><svg onload=alert(4)>\xff
"""


class Page(HTMLParser):
    """Elements with their attributes, and the text of scripts and styles, as a browser has it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[dict[str, str | None], str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.raw.append(({**dict(attrs), "": tag}, ""))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem in ("script", "style"):
            attributes, text = self.raw[-1]
            self.raw[-1] = (attributes, text + data)


def page_of(data: bytes) -> tuple[str, Page]:
    report = analyse(data, name="my.log").report
    text = render_page(report, read_source(data).lines)
    return text, Page(text)


@pytest.mark.parametrize("data", [(SAMPLES / "ff-rootfs-protected.log").read_bytes(), HOSTILE])
def test_it_names_nothing_outside_itself(data: bytes) -> None:
    _, page = page_of(data)
    for tag, attributes in page.elements:
        for name in ("src", "href", "action", "srcset", "data", "poster"):
            value = attributes.get(name)
            assert value is None or value.startswith(("#", "data:")), (tag, attributes)
        assert not any(name.startswith("on") or name == "style" for name in attributes), attributes
        assert tag not in ("iframe", "object", "embed", "img"), attributes
        assert tag != "form" or attributes.get("method") == "dialog"


@pytest.mark.parametrize("data", [(SAMPLES / "ff-rootfs-protected.log").read_bytes(), HOSTILE])
def test_its_policy_names_each_script_and_style_by_hash(data: bytes) -> None:
    _, page = page_of(data)
    (policy,) = [
        attributes["content"] or "" for tag, attributes in page.elements
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]  # fmt: skip
    assert policy.startswith("default-src 'none'; ") and "unsafe" not in policy
    said = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    there: dict[str, list[str]] = {"script": [], "style": []}
    for attributes, text in page.raw:
        if attributes.get("type") != "application/json":
            digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
            there[attributes[""] or ""].append(f"'sha256-{digest}'")
    assert said["script-src"].split() == there["script"] and len(there["script"]) == 3
    assert sorted(said["style-src"].split()) == sorted(there["style"])
    assert "connect-src" not in said, "none but the default, which is no host"


def test_the_data_is_all_there_whatever_the_log_says() -> None:
    _, page = page_of(HOSTILE)
    data = {
        attributes["id"]: json.loads(text)
        for attributes, text in page.raw
        if attributes.get("type") == "application/json"
    }
    assert data["lines-data"].split("\n") == [*read_source(HOSTILE).lines]
    assert "</script><img/src=x/onerror=alert(3)>" in data["timeline-data"]["strings"]
    assert len(page.raw) == 8, "five scripts, three styles, and none of the log's"


def test_without_javascript_there_is_a_table_of_all_initcalls() -> None:
    text, _ = page_of((SAMPLES / "ff-rootfs-protected.log").read_bytes())
    table = text[text.index('<table class="initcalls">') :]
    assert len(re.findall(r"<tr", table)) == 1 + 375
    row = re.search(r"<tr><td>\d+</td><th scope=\"row\"><code>kvm_arm_init</code>.*", table)
    assert row is not None
    for part in ("level 6 · device_initcall", "1.645616 s", "246 ms", "<td>0</td>", "613 to 623"):
        assert part in row[0]


def test_what_needs_a_server_is_left_out() -> None:
    text, _ = page_of((SAMPLES / "deb612-arm64-smallbuf.log").read_bytes())
    for part in ("/help/", "/api/", "Copy link", "og:image", "judge-again", "raw file"):
        assert part not in re.sub(r"<(script|style).*?</\1>", "", text, flags=re.DOTALL)
