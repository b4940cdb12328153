"""The page of two boots in a real browser: both timelines as one, moves, swap, choosing."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Site

ROOTFS, DEVICE, MODULE = "ff-rootfs-protected", "ff-device-protected", "ff-module-protected"


def address(site: Site, one: str, other: str, query: str = "") -> str:
    ids = [site.sample(name).rpartition("/")[2] for name in (one, other)]
    return f"{site.url}/compare/{ids[0]}/{ids[1]}{query}"


def drawn(page: Page) -> Page:
    expect(page.locator("html")).to_have_attribute("data-both", "drawn")
    return page


def ink(page: Page) -> str:
    """What the canvas shows, as text that changes with any pixel."""
    shown: str = page.locator("#both canvas").evaluate("canvas => canvas.toDataURL()")
    return shown


def span(page: Page) -> tuple[float, float]:
    expect(page).to_have_url(re.compile("[?&]t="))
    found = re.search(r"t=(-?[\d.]+)~(-?[\d.]+)", page.url)
    assert found is not None, page.url
    return float(found[1]), float(found[2])


def test_a_move_is_shown_told_and_leads_to_its_line(open_page: OpenPage, site: Site) -> None:
    page = drawn(open_page(address(site, ROOTFS, DEVICE), drawn=False))
    expect(page.locator("h1")).to_have_text(
        "Changed: FFA001; fixed: FFA003; ffa_init moved across kvm_arm_init"
    )
    before = ink(page)
    page.get_by_role("link", name="ffa_init").click()
    low, high = span(page)
    assert low < 1.579198 and high > 1.904101 and high - low < 0.6
    assert ink(page) != before
    expect(page.locator("#told")).to_contain_text("Second: level 6, at 1.904101 s")
    expect(page.locator("#told")).to_contain_text("first: level rootfs..6, at 1.579198 s")
    page.locator("#told a").click()
    expect(page).to_have_url(re.compile(r"/l/[a-z2-7]{26}#L859$"))


def test_the_address_keeps_the_view_and_swap_turns_it(open_page: OpenPage, site: Site) -> None:
    query = "?at=call:kvm_arm_init&t=-0.2~0.4"
    page = drawn(open_page(address(site, ROOTFS, DEVICE, query), drawn=False))
    expect(page.locator("#aligned")).to_have_text("kvm_arm_init")
    expect(page.locator("#at")).to_have_value("call:kvm_arm_init")
    page.locator("#both").focus()
    page.keyboard.press("d")
    expect(page).to_have_url(re.compile("t=-0.08"))
    assert span(page) == pytest.approx((-0.08, 0.52))
    first = re.search(r"compare/(\w+)/(\w+)", page.url)
    page.locator("#swap").click()
    drawn(page)
    second = re.search(r"compare/(\w+)/(\w+)", page.url)
    assert first is not None and second is not None and first.groups() == second.groups()[::-1]
    assert span(page) == pytest.approx((-0.08, 0.52))
    expect(page.locator("#aligned")).to_have_text("kvm_arm_init")
    expect(page.locator("h1")).to_contain_text("New: FFA003")


def test_both_are_aligned_on_what_is_chosen(open_page: OpenPage, site: Site) -> None:
    page = drawn(open_page(address(site, DEVICE, MODULE), drawn=False))
    before = ink(page)
    page.locator("#at").select_option("marker:ffa.up")
    expect(page.locator("#aligned")).to_have_text("ffa.up")
    expect(page).to_have_url(re.compile(r"\?at=marker:ffa\.up$"))
    assert ink(page) != before
    page.locator("#any-call").fill("populate_rootfs")
    page.locator("#any-call").press("Enter")
    expect(page.locator("#aligned")).to_have_text("populate_rootfs")
    page.locator("#any-call").fill("no_such_init")
    page.locator("#any-call").press("Enter")
    expect(page.locator("#aligned")).to_have_text("populate_rootfs")


def test_wheel_drag_and_keys_move_both(open_page: OpenPage, site: Site) -> None:
    page = drawn(open_page(address(site, DEVICE, MODULE), drawn=False))
    box = page.locator("#both canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    page.mouse.wheel(0, -600)
    low, high = span(page)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 60, steps=4)
    page.mouse.up()
    page.wait_for_timeout(400)
    moved = span(page)
    assert moved[0] > low and moved[1] - moved[0] == pytest.approx(high - low, rel=0.01)
    page.locator("#both").focus()
    for _ in range(2):
        page.keyboard.press("n")
    expect(page.locator("#told b")).to_have_text("ffa_init")
    page.keyboard.press("f")
    expect(page).not_to_have_url(re.compile("t="))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_nothing_for_axe_to_object_to(
    open_page: OpenPage, site: Site, scheme: str, size: tuple[int, int]
) -> None:
    url = address(site, DEVICE, MODULE)
    page = drawn(open_page(url, drawn=False, size=size, color_scheme=scheme))
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_without_javascript(open_page: OpenPage, site: Site) -> None:
    page = open_page(address(site, DEVICE, MODULE), drawn=False, java_script_enabled=False)
    expect(page.locator("svg.both rect.moved")).to_have_count(12)
    expect(page.locator("svg.both line.join")).to_have_count(6)
    expect(page.get_by_role("row", name="ffa_init later, past 66")).to_be_visible()
    page.locator("#at").select_option("level:6")
    page.get_by_role("button", name="Align").click()
    expect(page.locator("#aligned")).to_have_text("level 6")


def test_the_log_page_leads_to_the_choice(open_page: OpenPage, site: Site) -> None:
    """An upload of this browser is offered; a link can be given; samples are there."""
    other = site.sample(DEVICE).rpartition("/")[2]
    page = open_page(site.sample(ROOTFS))
    page.evaluate(
        "id => localStorage.setItem('bootscope.recent', JSON.stringify("
        "[{id, name: '<b>mine</b>.log', verdict: 'fragile', headline: 'x', at: '2026-01-01'}]))",
        other,
    )
    page.get_by_role("link", name="Compare with another boot").click()
    expect(page.locator("#recent")).to_contain_text("<b>mine</b>.log")
    assert Axe().run(page).violations_count == 0
    page.locator("#b").fill("nothing")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#wrong")).to_be_visible()
    page.locator("#b").fill(f"{site.url}/l/{other}#FFA001")
    page.get_by_role("button", name="Compare").click()
    drawn(page)
    page.go_back()
    page.get_by_role("link", name="<b>mine</b>.log").click()
    drawn(page)
