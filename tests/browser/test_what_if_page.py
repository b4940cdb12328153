"""The page of a boot that was never made, as people see it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Site
from tests.browser.test_rulebook import is_fit

ASKED = "/what-if?change=level:ffa_init%3D6&change=defer:ffa_init%3Dfinalize_pkvm"


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light"), (1280, "dark")])
def test_it_is_fit_to_read(open_page: OpenPage, site: Site, width: int, scheme: str) -> None:
    address = site.sample("ff-rootfs-protected") + ASKED
    is_fit(open_page(address, drawn=False, size=(width, 800), color_scheme=scheme))


def test_nobody_takes_it_for_measured(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample("ff-rootfs-protected") + ASKED, drawn=False)
    fill = "one => getComputedStyle(one).fill"
    assert "#hatch" in page.locator(".two-boots .hatched").first.evaluate(fill)
    assert "url" not in page.locator(".two-boots .solid").first.evaluate(fill)
    expect(page.locator(".two-boots .watermark").first).to_have_text("PREDICTED")
    expect(page.locator(".not-measured").first).to_contain_text("Predicted, not measured")


def test_from_the_boot_through_the_form_without_script(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample("ff-rootfs-protected"), drawn=False, java_script_enabled=False)
    page.get_by_role("link", name="What if").click()
    page.locator("[name=function]").fill("ffa_init")
    page.locator("[name=kind]").select_option("level")
    page.locator("[name=to]").fill("device_sync")
    page.get_by_role("button", name="Predict").click()
    expect(page.locator("h1")).to_have_text("What if level:ffa_init=device_sync?")
    row = page.locator("tr", has=page.locator("th", has_text="FFA001")).first
    expect(row.locator("td").nth(0)).to_have_text("fail")
    expect(row.locator("td").nth(1)).to_have_text("pass")
    page.get_by_role("link", name="Without level:ffa_init=device_sync").click()
    expect(page.locator("h1")).to_have_text("What if an initcall ran elsewhere?")
