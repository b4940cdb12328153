"""On paper: verdict, evidence, findings and chart, all within the page."""

import io

import pytest
from playwright.sync_api import Page, expect
from pypdf import PageObject, PdfReader

from tests.browser.conftest import OpenPage, Site

MARGIN = 30  # points; 12 mm are 34


def printed(page: Page) -> PdfReader:
    return PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))


def words(paper: PdfReader) -> str:
    return " ".join(" ".join(sheet.extract_text() for sheet in paper.pages).split())


Place = tuple[str, float, float]


def places_on(sheet: PageObject) -> list[Place]:
    """Each piece of text and where it begins, in points from the left and the bottom."""
    found: list[Place] = []

    def keep(text: str, user: list[float], own: list[float], *_: object) -> None:
        x = own[4] * user[0] + own[5] * user[2] + user[4]
        y = own[4] * user[1] + own[5] * user[3] + user[5]
        if text.strip():
            found.append((text, x, y))

    sheet.extract_text(visitor_text=keep)
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_boot_on_paper(open_page: OpenPage, site: Site, theme: str) -> None:
    page = open_page(site.sample("ff-rootfs-protected"), color_scheme=theme)
    rules = page.locator("details.finding .rule").all_inner_texts()
    paper = printed(page)
    text = words(paper)
    assert 2 <= len(paper.pages) <= 8
    assert "FF-A came up 306 ms before pKVM traps SMCs" in text
    assert "no level settles it" in text
    assert "1.585658] ARM FF-A: Driver version 1.1" in text
    assert "initcall kvm_arm_init+0x0/0x1264 returned 0 after 246115 usecs" in text
    assert page.url.partition("#")[0].partition("?")[0] in text
    assert len(rules) > 20
    assert [rule for rule in rules if rule not in text] == []
    # Of what is folded on the screen: why it matters, and what a warning says.
    assert "Ways out" in text and "EL3" in text
    # The chart: a lane, a label at its subject, a legend.
    assert "Initcalls, built in" in text
    assert "kvm_arm_init, 6 device" in text
    for control in ("Search", "Filter", "Colour by", "Copy link", "Theme"):
        assert control not in text
    width, height = float(paper.pages[0].mediabox.width), float(paper.pages[0].mediabox.height)
    found = [place for sheet in paper.pages for place in places_on(sheet)]
    assert len(found) > 100
    outside = [
        (text, x, y)
        for text, x, y in found
        if not (MARGIN <= x <= width - MARGIN and MARGIN <= y <= height - MARGIN)
    ]
    assert outside == []
    expect(page.locator("html")).to_have_attribute("data-theme", theme)


def test_paper_is_light_and_the_screen_stays_as_it_was(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample("ff-rootfs-protected"), color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).color") == "rgb(26, 31, 39)"
    chart = page.locator("#chart").bounding_box()
    assert chart is not None and chart["width"] == 680
    fills = page.locator("#chart .labels .pin").first
    assert fills.evaluate("(label) => getComputedStyle(label).color") == "rgb(26, 31, 39)"
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("getComputedStyle(document.documentElement).color") == "rgb(230, 233, 238)"
    wide = page.locator("#chart").bounding_box()
    assert wide is not None and wide["width"] > 800


def test_without_the_script_paper_is_light_too(open_page: OpenPage, site: Site) -> None:
    page = open_page(f"{site.url}/help/words", drawn=False, color_scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).color") == "rgb(26, 31, 39)"
    assert "What Bootscope's terms mean" in words(printed(page))


@pytest.mark.parametrize("path", ["/", "/rules", "/rules/FFA001", "/help/capturing", "/help/rules"])
def test_no_page_is_cut_on_paper(open_page: OpenPage, site: Site, path: str) -> None:
    page = open_page(f"{site.url}{path}", drawn=False, size=(703, 1000))
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 703
    wider = page.evaluate(
        """() => [...document.querySelectorAll('pre, table, .card')]
        .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth)
        .map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert wider == []
