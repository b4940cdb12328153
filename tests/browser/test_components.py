"""The page of components: everything is there, in both themes, and fits a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Site

SERIOUS = ("serious", "critical")
# One page shows the same finding, first screen and dialog more than once.
TWICE = ("duplicate-id", "duplicate-id-aria", "landmark-unique")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_part_is_shown_and_readable(
    open_page: OpenPage, site: Site, theme: str, width: int
) -> None:
    page = open_page(f"{site.url}/components", drawn=False, size=(width, 800), color_scheme=theme)
    expect(page.locator("html")).to_have_attribute("data-legends", "shown")
    for outcome in (
        "fail",
        "error",
        "warning",
        "fragile",
        "inconclusive",
        "pass",
        "not_applicable",
    ):
        expect(page.locator(f"details.finding.o-{outcome} .finding-body").first).to_be_visible()
    legends = page.locator("[data-legend]")
    assert legends.count() >= 4
    assert all(
        legends.nth(place).locator("ul.legend:has(li)").count() == 4
        for place in range(legends.count())
    )
    expect(page.locator("#help")).to_be_visible()
    expect(page.locator("#intake")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in SERIOUS and one["id"] not in TWICE] == []
