"""The address is the view: opened elsewhere, gone back to, or made up, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Site
from tests.browser.test_timeline import FAILING, chart_point, span, wait_for_span


def test_a_fresh_browser_shows_the_same(open_page: OpenPage, site: Site) -> None:
    page = open_page(f"{site.sample(FAILING)}?t=1.2-2.1")
    page.locator("#color-by").select_option("level")
    page.locator("#search").fill("init")
    expect(page.locator("#search-count")).to_contain_text("match")
    page.locator("#filter-summary").click()
    page.get_by_label("at least").fill("5 ms")
    page.get_by_label("at least").press("Tab")
    page.locator("#chart").focus()
    page.keyboard.press("x")
    expect(page).to_have_url(re.compile(r"s=1\.5"))
    page.get_by_role("tab", name="Initcalls").click()
    expect(page).to_have_url(re.compile(r"v=table"))
    assert len(page.url.partition("?")[2]) < 100
    again = open_page(page.url)
    assert span(again) == span(page)
    for part in ("#color-by", "#search"):
        expect(again.locator(part)).to_have_value(page.locator(part).input_value())
    for part in ("#filter-count", "#search-count", "#span-title", "#table-status"):
        expect(again.locator(part)).to_have_text(page.locator(part).inner_text())
    expect(again.locator("#panel-table")).to_be_visible()
    again.wait_for_timeout(400)
    assert again.url == page.url  # what is read is written as it was


def test_back_and_forward_keep_the_view(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    start = span(page)
    page.locator("#FFA002 > summary").click()
    second = wait_for_span(page, start)
    expect(page).to_have_url(re.compile(r"#FFA002$"))
    page.mouse.move(*chart_point(page, (second[0] + second[1]) // 2, 60))
    page.mouse.wheel(0, -200)
    near = wait_for_span(page, second)
    page.locator("#color-by").select_option("duration")
    expect(page).to_have_url(re.compile(r"c=duration"))
    page.go_back()
    expect(page.locator("#color-by")).to_have_value("result")
    assert span(page) == pytest.approx(near, abs=1000)  # the wheel made no entry of its own
    page.go_back()
    expect(page.locator("#chart")).to_have_attribute("data-from", str(start[0]))
    page.go_forward()
    wait_for_span(page, start)
    assert span(page) == pytest.approx(near, abs=1000)
    expect(page.locator("#FFA002")).to_have_class(re.compile("active"))
    page.go_forward()
    expect(page.locator("#color-by")).to_have_value("duration")


def test_back_leads_from_line_to_line(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    page.locator(".verdict-main .evidence a", has_text="L602").click()
    expect(page.locator(".log-row.marked")).to_contain_text("ARM FF-A")
    page.locator(".verdict-main .evidence a", has_text="L623").click()
    expect(page.locator(".log-row.marked")).to_contain_text("kvm_arm_init")
    page.go_back()
    expect(page.locator(".log-row.marked")).to_contain_text("ARM FF-A")


@pytest.mark.parametrize(
    "query",
    [
        "t=2-1&s=9-9&c=rainbow&q=&d=x-y&l=%00&r=nothing&m=,,&p=%2C&hide=7&v=x&lq=",
        "t=1e9-2e9&s=-5--4&c=__proto__&d=999999999999999999-1&l=constructor&r=open,open",
        "t=-999999999999-999999999999&s=0-999999999999&q=%2F(%2F&lq=%2F(%2F&m=" + "a" * 3000,
        "t=NaN-Infinity&q=%3Cscript%3Ealert(1)%3C%2Fscript%3E&m=%E2%80%AE",
    ],
)
def test_what_was_made_up_does_no_harm(open_page: OpenPage, site: Site, query: str) -> None:
    page = open_page(f"{site.sample(FAILING)}?{query}#L99999999999")
    low, high = span(page)
    assert low < high < 60_000_000
    page.keyboard.press("f")
    wait_for_span(page, (low, high))


def test_which_boot_stays_in_the_address(open_page: OpenPage, site: Site) -> None:
    page = open_page(f"{site.sample(FAILING)}?boot=1")
    before = span(page)
    page.keyboard.press("w")
    wait_for_span(page, before)
    expect(page).to_have_url(re.compile(r"\?boot=1&t="))


def test_an_open_call_does_not_swallow_the_lines_after_it(open_page: OpenPage, site: Site) -> None:
    log = (
        b"[    1.000000] calling  stuck+0x0/0x1 @ 45\n[    1.500000] calling  b+0x0/0x1 @ 1\n"
        b"[    1.600000] initcall b+0x0/0x1 returned 0 after 100000 usecs\n"
        b"[    9.000000] Run /init as init process\n"
    )
    page = open_page(f"{site.send(log)}?t=1-2#L2")
    box, (x, _) = page.locator(".cursor-line").bounding_box(), chart_point(page, 1_500_000, 0)
    assert box is not None
    assert abs(box["x"] - x) < 4


def test_a_search_in_the_address_waits_for_the_lines(open_page: OpenPage, site: Site) -> None:
    page = open_page(f"{site.sample(FAILING)}?lq=optee")
    expect(page.locator("#log-search-count")).to_have_text("10 lines")
