"""A log whose every text is an attack shows literally and runs nothing."""

from http.client import HTTPConnection

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Site

NAMES = (
    "</script><script>alert(1)</script>",
    "%{x}",
    "javascript:alert(1)",
    "<img/src=x/onerror=alert(1)>",
    "{{7*7}}",
    "&lt;i&gt;",
    "<b/onmouseover=alert(1)>x</b>",
    "gnp.\u202efdp",
)
DEVICE = "<b onmouseover=alert(1)>x</b>"


SPELLED = ("{}/js/../js/text.js", "{}/js/./text.js", "{}//js/text.js", "{}/js/%2e%2e/js/text.js")


def hostile_log() -> bytes:
    """Attacks as function, device, kernel release, machine, command line and message."""
    lines = [
        "[    0.000000] Booting Linux on physical CPU 0x0000000000",
        "[    0.000000] Linux version 6.12.1-<script>alert(1)</script> (lab@qemu)",
        "[    0.000000] Machine model: <img src=x onerror=alert(1)>",
        '[    0.000000] Kernel command line: kvm-arm.mode=protected "><script>alert(1)</script>',
    ]
    for place, name in enumerate(NAMES):
        start = 0.1 + place / 10
        lines += [
            f"[    {start:.6f}] calling  {name}+0x0/0x10 @ 1",
            f"[    {start + 0.08:.6f}] initcall {name}+0x0/0x10 returned 0 after 80000 usecs",
            f"[    {start + 0.09:.6f}] probe of {DEVICE} returned 0 after 900 usecs",
        ]
    lines += [
        "[    1.000000] ARM FF-A: Driver version 1.1",
        "[    1.100000] calling  kvm_arm_init+0x0/0x10 @ 1",
        "[    1.200000] initcall kvm_arm_init+0x0/0x10 returned 0 after 100000 usecs",
        "[    1.400000] calling  <b>x</b><script>alert(1)</script>+0x0/0x1 @ 1",
        "[    1.450000] calling  <b onmouseover=alert(1)>x</b>+0x0/0x10 @ 7",
        "[    1.500000] Run /init as init process",
    ]
    return "\n".join(lines).encode() + b"\n"


@pytest.mark.parametrize("scripts", [True, False], ids=["with-js", "without-js"])
def test_shown_literally(open_page: OpenPage, site: Site, scripts: bool) -> None:
    address = site.send(hostile_log(), "%3Cb%3Ename.log")
    page = open_page(address, drawn=scripts, java_script_enabled=scripts)
    expect(page.locator("h1")).to_contain_text("<b>x</b><script>alert(1)</script>() never returned")
    expect(page.locator(".about-boot")).to_contain_text("6.12.1-<script>alert(1)</script>")
    expect(page.locator(".about-boot")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(page.locator(".about-boot")).to_contain_text("<b>name.log")
    assert page.locator("main img, main script, a[href^='javascript:']").count() == 0


def test_chart_tooltip_log_and_search_run_nothing(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.send(hostile_log()))
    page.keyboard.press("f")
    for name in NAMES[:6]:
        page.locator("#search").fill(name)
        expect(page.locator("#search-count")).to_have_text("1 match")
        page.keyboard.press("Enter")
        expect(page.locator("#selection")).to_contain_text(name)
    page.locator("#search").fill("")
    box = page.locator("#chart").bounding_box()
    assert box is not None
    for row in range(0, int(box["height"]), 12):
        for part in range(1, 12):
            page.mouse.move(box["x"] + box["width"] * part / 12, box["y"] + row)
    chart = page.locator("#chart")
    expect(chart).to_contain_text("<b>x</b><script>alert(1)</script>")
    assert chart.locator("a, script, foreignObject, image").count() == 0
    expect(page.locator("#log")).to_contain_text("</script><script>alert(1)</script>")
    assert "\u202e" not in page.locator("#log").inner_text()
    assert page.locator("#log img, #log script, #tooltip img, #tooltip script").count() == 0


@pytest.mark.parametrize("place", [0, 1, 3, 5], ids=["script", "template", "img", "entity"])
def test_names_inside_bars_are_literal(open_page: OpenPage, site: Site, place: int) -> None:
    start = 0.1 + place / 10
    page = open_page(f"{site.send(hostile_log())}?t={start:.2f}-{start + 0.08:.2f}")
    expect(page.locator("#chart .plot")).to_contain_text(NAMES[place])


@pytest.mark.parametrize("spelled", SPELLED)
def test_a_file_has_one_address(open_page: OpenPage, site: Site, spelled: str) -> None:
    page = open_page(site.url, drawn=False)
    script = page.locator("script[src$='drop.js']").get_attribute("src") or ""
    prefix = script.removesuffix("/js/drop.js")
    assert asked_as_it_is(site, f"{prefix}/js/text.js") == 200
    assert asked_as_it_is(site, spelled.format(prefix)) == 404


def asked_as_it_is(site: Site, path: str) -> int:
    """The answer to a path that no client has put in order."""
    connection = HTTPConnection(site.url.removeprefix("http://"), timeout=15)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status
