"""Captures with several boots: the picker, and addresses that keep the boot."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Site, wait_drawn
from tests.browser.test_timeline import span, wait_for_span
from tests.conftest import SAMPLES

FIRST, SECOND = "ff-rootfs-protected", "ff-device-protected"


def capture(site: Site, *names: str) -> str:
    """Several logs in one; the address of its page."""
    return site.send(b"".join((SAMPLES / f"{name}.log").read_bytes() for name in names))


def picker(page: Page) -> list[str]:
    """Each boot's text, in one line."""
    links = page.get_by_role("navigation", name="Boots in this log").get_by_role("link")
    return [re.sub(r"\s+", " ", text).strip() for text in links.all_inner_texts()]


def first_row(page: Page) -> int:
    """The first line of the log that is wholly in sight."""
    return int(page.evaluate("Math.ceil(document.getElementById('log').scrollTop / 20) + 1"))


def test_one_boot_has_no_picker(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FIRST))
    expect(page.get_by_role("navigation", name="Boots in this log")).to_have_count(0)


def test_each_boot_is_named_and_judged(open_page: OpenPage, site: Site) -> None:
    page = open_page(capture(site, FIRST, SECOND), drawn=False, java_script_enabled=False)
    assert picker(page) == [
        "Boot 1 Fails 6.12.117-ffalab lines 1 to 1089",
        "Boot 2 Fragile 6.12.117-ffalab lines 1090 to 2178",
    ]
    expect(page.locator("#boots [aria-current=page]")).to_contain_text("Fails")
    page.get_by_role("link", name=re.compile("Boot 2")).click()
    expect(page).to_have_url(re.compile(r"\?boot=2$"))
    expect(page.locator("#boots [aria-current=page]")).to_contain_text("lines 1090 to 2178")
    expect(page.locator("#boots [aria-current]")).to_have_count(1)
    expect(page.locator(".verdict .badge")).to_have_text("Fragile")
    expect(page).to_have_title(re.compile("boot 2"))


def test_a_boot_shows_its_own_timeline_and_lines(open_page: OpenPage, site: Site) -> None:
    address = capture(site, FIRST, SECOND)
    page = open_page(f"{address}?boot=2")
    assert first_row(page) == 1089, "its first line, with the one before it"
    expect(page.locator("#log")).to_have_attribute("data-lines", "2178")
    expect(page.locator("#log-status")).to_have_text("boot 2: lines 1090 to 2178")
    expect(page.locator(".log-row.boot-start")).to_contain_text("Booting Trusted Firmware")
    labels = page.locator("#chart .labels .pin").all_inner_texts()
    assert any("kvm_arm_init, 6 device, 1.690071 s" in text for text in labels), labels
    first = open_page(f"{address}?boot=1")
    assert 580 < first_row(first) <= 602, "as with one boot, at the evidence"
    anchored = open_page(f"{address}?boot=2#L1707")
    expect(anchored.locator(".log-row.marked")).to_contain_text("initcall kvm_arm_init")
    expect(anchored.locator(".log-row.marked")).to_be_in_viewport()


def test_view_and_boot_are_kept_apart(open_page: OpenPage, site: Site) -> None:
    address = capture(site, FIRST, SECOND)
    page = open_page(f"{address}?boot=2", permissions=["clipboard-read", "clipboard-write"])
    start = span(page)
    page.keyboard.press("w")
    wait_for_span(page, start)
    page.wait_for_url(re.compile(r"\?boot=2&t=[\d.]+-[\d.]+$"))
    page.locator(".verdict-main .evidence a").first.click()
    expect(page).to_have_url(re.compile(r"\?boot=2&t=[\d.]+-[\d.]+#L1707$"))
    page.wait_for_timeout(600)  # the address follows the view a little later
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#toast")).to_have_text("Link copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url
    again = open_page(copied)
    expect(again.locator(".verdict .badge")).to_have_text("Fragile")
    assert span(again)[0] == pytest.approx(span(page)[0], abs=1000)
    again.keyboard.press("s")
    again.wait_for_timeout(400)
    assert again.url.count("&t=") == 1
    again.locator("#boots a").first.click()
    wait_drawn(again)
    expect(again).to_have_url(re.compile(r"\?boot=1$"))


def test_an_untimed_boot_is_drawn_in_its_own_lines(open_page: OpenPage, site: Site) -> None:
    logs = [(SAMPLES / f"{name}.log").read_bytes() for name in (FIRST, SECOND)]
    bare = re.sub(rb"(?m)^\[ *\d+\.\d+\] ", b"", b"".join(logs))
    page = open_page(f"{site.send(bare)}?boot=2")
    page.keyboard.press("f")
    page.wait_for_url(re.compile(r"\?boot=2&t="))
    low, high = span(page)
    assert (1060 < low <= 1090, 2100 < high < 2250) == (True, True)
    ticks = page.locator("#chart .xtick text").all_text_contents()
    assert all(1090 <= int(tick.removeprefix("line ")) <= 2178 for tick in ticks), ticks


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desk", "phone"])
def test_many_boots_stay_compact(open_page: OpenPage, site: Site, size: tuple[int, int]) -> None:
    address = capture(site, *[FIRST, SECOND] * 7)
    page = open_page(f"{address}?boot=10", size=size)
    assert len(picker(page)) == 14
    expect(page.locator(".boots-sum")).to_contain_text("14 boots in this log: Fails 7, Fragile 7")
    box = page.locator("#boots").bounding_box()
    assert box is not None
    assert box["height"] < 110
    expect(page.locator("#boots [aria-current=page]")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    for part in (".verdict .badge", "h1", ".verdict .basis", ".verdict-main .evidence li >> nth=1"):
        found = page.locator(part).first.bounding_box()
        assert found is not None
        assert found["y"] + found["height"] <= size[1], part


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picker_suits_assistive_technology(
    open_page: OpenPage, site: Site, scheme: str
) -> None:
    page = open_page(f"{capture(site, FIRST, SECOND)}?boot=2", color_scheme=scheme)
    serious = [
        f"{rule['id']}: {[node['html'][:120] for node in rule['nodes'][:3]]}"
        for rule in Axe().run(page).response["violations"]
        if rule["impact"] in ("serious", "critical")
    ]
    assert serious == []
    page.locator("#boots a").first.focus()
    page.keyboard.press("Tab")
    expect(page.locator("#boots [aria-current=page]")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?boot=1$"))
    wait_drawn(page)
