"""All initcalls as a table, in step with the chart, in a real browser."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Site
from tests.browser.test_log import in_sight
from tests.browser.test_timeline import FAILING, span, wait_for_span

ROWS = "#table .table-space .table-row"


def open_table(page: Page) -> None:
    page.get_by_role("tab", name="Initcalls").click()
    expect(page.locator(ROWS).first).to_be_visible()


def names(page: Page, count: int) -> list[str]:
    """The first names by row, in the order of the grid."""
    rows = page.locator(ROWS).evaluate_all(
        "(rows) => rows.map((row) => [Number(row.ariaRowIndex), row.firstChild.textContent])"
    )
    return [name for _, name in sorted(rows)][:count]


def test_it_sorts_and_says_so(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    open_table(page)
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "421")
    took = page.get_by_role("columnheader", name="Took")
    expect(took).to_have_attribute("aria-sort", "none")
    took.get_by_role("button").click()
    expect(took).to_have_attribute("aria-sort", "ascending")
    took.get_by_role("button").click()
    expect(took).to_have_attribute("aria-sort", "descending")
    assert names(page, 3) == ["kvm_arm_init", "genl_init", "of_platform_default_populate_init"]
    page.get_by_role("columnheader", name="Name").get_by_role("button").click()
    shown = names(page, 10)
    assert shown == sorted(shown)


def test_selection_goes_both_ways(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    before = span(page)
    open_table(page)
    page.get_by_role("columnheader", name="Took").get_by_role("button").click()
    page.get_by_role("columnheader", name="Took").get_by_role("button").click()
    page.locator(ROWS, has_text="genl_init").click()
    low, high = wait_for_span(page, before)
    assert low < 780_968 < high
    expect(page.locator("#selection")).to_contain_text("genl_init")
    expect(page).to_have_url(re.compile(r"#L274-L275$"))
    page.keyboard.press("/")
    page.keyboard.type("ffa_init")
    expect(page.locator("#search-count")).to_have_text("1 match")
    expect(page.locator(ROWS)).to_have_count(1)  # the table shows what was found
    page.keyboard.press("Enter")
    expect(page.locator(f"{ROWS}[aria-selected=true]")).to_contain_text("ffa_init")
    page.keyboard.press("Escape")
    assert in_sight(page, "#table", f"{ROWS}[aria-selected=true]")


def test_keys_move_and_select(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    page.keyboard.press("t")
    expect(page.get_by_role("grid")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    active = page.get_by_role("grid").get_attribute("aria-activedescendant")
    assert active == "row-2"
    page.keyboard.press("Enter")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    name = page.locator(f"#{active} .cell").first.inner_text()
    expect(page.locator("#selection")).to_contain_text(name)
    page.keyboard.press("End")
    expect(page.locator("#row-419")).to_be_in_viewport()
    page.keyboard.press("PageUp")
    expect(page.locator("#row-419.active")).to_have_count(0)


def test_the_tabs_are_told_by_arrows(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    page.get_by_role("tab", name="Log").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Initcalls")).to_be_focused()
    expect(page.locator("#panel-table")).to_be_visible()
    page.go_back()
    expect(page.locator("#panel-log")).to_be_visible()


def test_filter_and_shown_span_hold_in_it(open_page: OpenPage, site: Site) -> None:
    page = open_page(f"{site.sample(FAILING)}?v=table&d=100000-")
    expect(page.locator("#table-status")).to_have_text("3 rows of 420")
    page.get_by_label("only what the chart shows").check()
    expect(page.locator("#table-status")).to_have_text("1 row of 420")
    expect(page.locator(ROWS)).to_contain_text("kvm_arm_init")
    page.keyboard.press("f")
    expect(page.locator("#table-status")).to_have_text("3 rows of 420")


def test_thirty_thousand_rows_are_a_few_in_the_page(open_page: OpenPage, site: Site) -> None:
    from bench.measure import made_up

    page = open_page(f"{site.send(made_up(30_000))}?v=table")
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "30001")
    assert page.locator(ROWS).count() < 60
    page.locator("#table").focus()
    page.keyboard.press("End")
    expect(page.locator("#row-29999")).to_be_in_viewport()
    expect(page.locator("#row-29999")).to_contain_text("drv29999_init")
    assert page.locator(ROWS).count() < 60
