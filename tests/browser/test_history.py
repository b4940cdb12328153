"""The history page as people see it: wide and narrow, light and dark, without a script."""

import json
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Site
from tests.conftest import SAMPLES

BOOTS = [
    "ff-device-protected", "ff-rootfs-protected", "ff-rootfs-protected-noinitcalldebug",
    "k73-imalatesync-protected",
]  # fmt: skip
MAIN = "/history?label=branch%3Dhistory-page"


@pytest.fixture(scope="module")
def boots(site: Site) -> list[str]:
    """Ids, oldest first."""
    ids = []
    for name in BOOTS:
        url = f"{site.url}/api/v1/logs?name={name}.log&label=branch=history-page&label=n={name}"
        data = (SAMPLES / f"{name}.log").read_bytes() + b"[   99.000000] of the history\n"
        with urlopen(Request(url, data=data), timeout=30) as answer:
            ids.append(json.load(answer)["id"])
    return ids


def is_fit(page: Page) -> None:
    """Not wider than the screen, and nothing that axe objects to."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    faults = [
        (rule["id"], [node["target"] for node in rule["nodes"]])
        for rule in Axe().run(page).response["violations"]
    ]
    assert faults == []


@pytest.mark.parametrize("path", [MAIN, f"{MAIN}-none", "/history"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(390, 844), (1280, 800)], ids=["phone", "desk"])
def test_the_page_is_fit(
    open_page: OpenPage, site: Site, boots: list[str], path: str, size: tuple[int, int], scheme: str
) -> None:
    page = open_page(site.url + path, drawn=False, size=size, color_scheme=scheme)
    is_fit(page)
    for more in page.locator("details.more > summary").all():
        more.click()
    is_fit(page)


def test_from_the_form_to_a_boot_without_a_script(
    open_page: OpenPage, site: Site, boots: list[str]
) -> None:
    page = open_page(site.url, drawn=False, java_script_enabled=False)
    page.get_by_role("link", name="History").click()
    page.get_by_label("branch").select_option("branch=history-page")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("h1")).to_have_text("History of history-page")
    strip = page.get_by_role("list", name="Boots, oldest first").get_by_role("link")
    assert strip.all_inner_texts() == [
        "Boot 1: Fragile", "Boot 2: Fails", "Boot 3: Fails", "Boot 4: Passes"
    ]  # fmt: skip
    row = page.locator(".rule-row", has=page.get_by_role("link", name="FFA001", exact=True))
    expect(row.locator(".badge")).to_have_text("Fixed")
    expect(row.locator(".rule-since")).to_contain_text("Failed in 2 of 4. Holds since")
    row.locator(".rule-since a").nth(1).click()
    expect(page).to_have_url(f"{site.url}/l/{boots[1]}#FFA001")


def test_what_is_drawn_shows(open_page: OpenPage, site: Site, boots: list[str]) -> None:
    page = open_page(f"{site.url}{MAIN}&initcall=kvm_arm_init", drawn=False)
    trend = page.locator(".trends li")
    expect(trend).to_have_count(1)
    box = trend.locator("svg").bounding_box()
    assert box is not None and box["width"] > 200 and box["height"] > 50
    expect(trend).to_contain_text("236 ms median of 3 boots")
    first = page.locator(".rule-row .outcomes").first
    fills = first.evaluate("svg => [...svg.children].map(one => getComputedStyle(one).fill)")
    assert len({*fills}) > 2
