"""The pages about rules, as people see them: wide and narrow, light and dark, no script."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Site

PAGES = ["/rules", "/rules/FFA001", "/rules/INIT002", "/help/first-rule", "/help/rules"]
SIZES = [(390, 800), (1280, 800)]
VIEWS = [
    (path, size, scheme)
    for path in PAGES
    for size, scheme in [(SIZES[0], "dark"), (SIZES[1], "light")]
] + [("/rules/FFA001", SIZES[0], "light"), ("/rules/FFA001", SIZES[1], "dark")]


def is_fit(page: Page) -> None:
    """Not wider than the screen, and nothing that axe objects to."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    faults = [
        (rule["id"], [node["target"] for node in rule["nodes"]])
        for rule in Axe().run(page).response["violations"]
    ]
    assert faults == []


@pytest.mark.parametrize(("path", "size", "scheme"), VIEWS)
def test_a_page_is_fit_to_read(
    open_page: OpenPage, site: Site, path: str, size: tuple[int, int], scheme: str
) -> None:
    is_fit(open_page(site.url + path, drawn=False, size=size, color_scheme=scheme))


def test_from_a_finding_to_its_rule_and_on(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample("ff-rootfs-protected"), drawn=False, java_script_enabled=False)
    page.get_by_role("link", name="About FFA001").click()
    expect(page.locator("h1")).to_have_text("FFA001: FF-A comes up after pKVM traps SMCs")
    expect(page.locator(".language-finding").first).to_contain_text("FAIL FFA001: FF-A comes up")
    expect(page.locator(".numbered .marked").first).to_contain_text("ARM FF-A: Driver version 1.1")
    page.get_by_role("link", name="FFA003").first.click()
    expect(page.locator("h1")).to_have_text("FFA003: FF-A clients bind")
    page.get_by_role("link", name="All rules").click()
    page.get_by_role("link", name="INIT001").click()
    expect(page).to_have_url(f"{site.url}/rules/INIT001")


@pytest.mark.parametrize("size", SIZES)
def test_a_finding_that_is_opened_is_fit(
    open_page: OpenPage, site: Site, size: tuple[int, int]
) -> None:
    page = open_page(site.sample("ff-rootfs-protected"), size=size)
    page.locator("#FFA003 > summary").click()
    expect(page.locator("#FFA003 .own-page a")).to_have_attribute("href", "/rules/FFA003")
    page.locator("#FFA007 > summary").click()
    expect(page.locator("#FFA007 .own-page a")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
