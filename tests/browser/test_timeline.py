"""The page of a boot, in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Site, settle

FAILING = "ff-rootfs-protected"


FIRST_SCREEN = (
    ".verdict .badge", "h1", ".verdict .basis", ".verdict-main .evidence li >> nth=1",
    ".verdict .message", ".verdict .about-boot", ".verdict .limits dd >> nth=0",
)  # fmt: skip
"""Verdict, why, basis, proof, kernel and board, what the log cannot tell."""


def span(page: Page) -> tuple[int, int]:
    """The span of time that the chart shows, in µs."""
    settle(page)
    chart = page.locator("#chart")
    return int(chart.get_attribute("data-from") or 0), int(chart.get_attribute("data-to") or 0)


def wait_for_span(page: Page, other_than: tuple[int, int]) -> tuple[int, int]:
    """Until the chart shows another span."""
    expect(page.locator("#chart")).not_to_have_attribute("data-from", str(other_than[0]))
    return span(page)


def chart_point(page: Page, time_us: int, y: float) -> tuple[float, float]:
    """Where a time and a height of the chart are on the screen."""
    page.locator("#chart").scroll_into_view_if_needed()
    box = page.locator("#chart").bounding_box()
    assert box is not None
    low, high = span(page)
    return box["x"] + (time_us - low) / (high - low) * box["width"], box["y"] + y


def test_verdict_basis_and_both_lines_without_javascript(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING), drawn=False, java_script_enabled=False)
    expect(page.locator(".verdict .badge")).to_have_text("Fails")
    expect(page.locator("h1")).to_have_text("FF-A came up 306 ms before pKVM traps SMCs")
    expect(page.locator(".verdict .basis")).to_contain_text("link order")
    lines = page.locator(".verdict-main .evidence li")
    expect(lines).to_have_count(2)
    expect(lines.nth(0)).to_contain_text("1.585658] ARM FF-A: Driver version 1.1")
    expect(lines.nth(1)).to_contain_text("kvm_arm_init+0x0/0x1264 returned 0 after 246115 usecs")
    expect(lines.nth(0).locator("a")).to_have_attribute("href", "#L602")
    expect(page.locator(".verdict .strip svg .arrow")).to_have_count(1)
    expect(page.locator("#FFA003")).to_contain_text("FFA003")
    expect(page.locator("body")).not_to_contain_text("Drawing the timeline", use_inner_text=True)


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desk", "phone"])
@pytest.mark.parametrize("sample", [FAILING, "k73-imalatesync-protected"])
def test_the_first_screen_answers(
    open_page: OpenPage, site: Site, sample: str, size: tuple[int, int]
) -> None:
    page = open_page(site.sample(sample), size=size)
    for part in FIRST_SCREEN:
        box = page.locator(part).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= size[1], part
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize(
    ("sample", "badge"),
    [
        ("ff-device-protected", "Fragile"),
        ("ff-defer-device-protected", "Warning"),
        ("k612-nofw-protected-hyppanic", "Fails"),
        ("ff-rootfs-protected-noinitcalldebug", "Fails"),
        ("deb612-amd64", "Passes"),
        ("k73-upstream-nokvm-stuck", "Fails"),
    ],
)
def test_each_kind_of_boot_is_drawn(
    open_page: OpenPage, site: Site, sample: str, badge: str
) -> None:
    page = open_page(site.sample(sample))
    expect(page.locator(".verdict .badge")).to_have_text(badge)
    page.keyboard.press("f")
    expect(page.locator("#chart .main-svg").first).to_be_attached()


def test_the_chart_begins_at_the_leading_finding(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    low, high = span(page)
    assert 1_400_000 < low < 1_579_198
    assert 1_891_921 < high < 2_100_000
    assert int(page.locator("#chart").get_attribute("data-blocks") or 0) > 0


def test_search_counts_and_steps(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    page.keyboard.press("/")
    page.keyboard.type("kvm_arm")
    expect(page.locator("#search-count")).to_have_text("1 match")
    page.keyboard.press("Enter")
    expect(page.locator("#selection")).to_contain_text("kvm_arm_init: level 6 device_initcall")
    page.locator("#search").fill("/^ffa_(init|x)$/")
    expect(page.locator("#search-count")).to_have_text("1 match")
    page.locator("#search").fill("/(/")
    expect(page.locator("#search-count")).to_have_text("not a regex")
    page.keyboard.press("Escape")
    expect(page.locator("#search")).to_have_value("")


def test_a_click_on_a_bar_shows_its_lines(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    page.keyboard.press("/")
    page.keyboard.type("kvm_arm_init")
    page.keyboard.press("Escape")
    # The first lane below the pinned rows holds the built-in initcalls.
    y = page.evaluate(
        """async () => {
          const { placeRows } = await import(
    document.querySelector('script[src$="/early.js"]').src.replace('early', 'rows'));
          const url = document.getElementById('chart').dataset.timelineUrl;
          const { lanes } = await (await fetch(url)).json();
          const lane = lanes.find((one) => one.kind === 'initcalls');
          const row = placeRows(lanes).rows[lane.first_row];
          return (row.top + row.bottom) / 2;
        }"""
    )
    x, y = chart_point(page, 1_750_000, y)
    page.mouse.move(x, y)
    expect(page.locator("#tooltip")).to_be_visible()
    expect(page.locator("#tooltip")).to_contain_text("1.645616 s")
    expect(page.locator("#tooltip")).to_contain_text("246 ms reported")
    page.mouse.click(x, y)
    expect(page.locator("#selection")).to_contain_text("lines L613 to L623")
    expect(page).to_have_url(re.compile(r"#L613-L623$"))
    expect(page.locator(".log-row.marked")).to_have_count(11)
    expect(page.locator(".log-row.marked").first).to_contain_text("calling  kvm_arm_init")


def test_a_finding_zooms_to_its_subjects(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    before = span(page)
    page.locator("#FFA002 > summary").click()
    low, high = wait_for_span(page, before)
    assert low < 1_579_198
    assert 2_167_641 < high < 2_400_000
    page.keyboard.press("f")
    whole = wait_for_span(page, (low, high))
    assert whole[0] < 100_000
    page.locator("#FFA002 [data-show]").click()
    assert wait_for_span(page, whole) == (low, high)


def test_line_anchors_work_on_load_and_later(open_page: OpenPage, site: Site) -> None:
    page = open_page(f"{site.sample(FAILING)}#L602")
    expect(page.locator(".log-row.marked")).to_have_count(1)
    expect(page.locator(".log-row.marked")).to_contain_text("ARM FF-A: Driver version 1.1")
    expect(page.locator(".log-row.marked")).to_be_in_viewport()
    page.locator(".verdict-main .evidence a", has_text="L623").click()
    expect(page.locator(".log-row.marked")).to_contain_text("initcall kvm_arm_init")
    page.evaluate("location.hash = '#L120-L135'")
    expect(page.locator(".log-row.marked")).to_have_count(16)


def test_a_copied_view_opens_as_it_was(open_page: OpenPage, site: Site) -> None:
    address = site.sample(FAILING)
    page = open_page(address)
    page.keyboard.press("w")
    page.wait_for_url(re.compile(r"\?t="))
    again = open_page(page.url)
    assert span(again)[0] == pytest.approx(span(page)[0], abs=1000)
    third = open_page(f"{address}?t=0.5-0.75#L602")
    assert span(third) == (500_000, 750_000)


def test_keys_move_the_view(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    start = span(page)
    page.keyboard.press("w")
    near = wait_for_span(page, start)
    assert near[1] - near[0] < start[1] - start[0]
    page.keyboard.press("d")
    right = wait_for_span(page, near)
    assert right[0] > near[0]
    page.locator("#chart").focus()
    page.keyboard.press("ArrowLeft")
    left = wait_for_span(page, right)
    assert left[0] < right[0]
    page.keyboard.press("]")
    wait_for_span(page, left)
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()


def test_the_wheel_zooms_at_the_pointer_and_a_drag_moves(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    start = span(page)
    x, y = chart_point(page, 1_700_000, 60)
    page.mouse.move(x, y)
    page.mouse.wheel(0, -200)
    near = wait_for_span(page, start)
    at, _ = chart_point(page, 1_700_000, 60)
    assert at == pytest.approx(x, abs=2)
    page.mouse.down()
    page.mouse.move(x + 120, y, steps=4)
    page.mouse.up()
    moved = wait_for_span(page, near)
    assert moved[0] < near[0]
    assert moved[1] - moved[0] == pytest.approx(near[1] - near[0], abs=2)


def test_link_and_report_can_be_copied(open_page: OpenPage, site: Site) -> None:
    address = site.sample(FAILING)
    page = open_page(address, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#toast")).to_have_text("Link copied")
    assert page.evaluate("navigator.clipboard.readText()") == address
    page.locator("details.menu > summary", has_text="Copy").click()
    page.get_by_role("button", name="Copy as text").click()
    expect(page.locator("#toast")).to_have_text("Text copied")
    assert page.evaluate("navigator.clipboard.readText()").startswith("FAIL: FF-A came up 306 ms")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_for_assistive_technology(
    open_page: OpenPage, site: Site, scheme: str
) -> None:
    for address in (site.sample(FAILING), f"{site.url}/"):
        page = open_page(address, drawn="/l/" in address, color_scheme=scheme)
        for details in page.locator("details").all():
            details.evaluate("node => { node.open = true }")
        serious = [
            f"{rule['id']}: {[node['html'][:120] for node in rule['nodes'][:3]]}"
            for rule in Axe().run(page).response["violations"]
            if rule["impact"] in ("serious", "critical")
        ]
        assert serious == []


def test_the_theme_is_kept(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING), color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.locator("#theme").click()
    page.locator("#theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_without_plotly_the_page_says_so_and_works(
    open_page: OpenPage, site: Site, watched: object
) -> None:
    page = open_page(f"{site.url}/", drawn=False)
    page.route(
        "**/vendor/*.js", lambda route: route.fulfill(body="", content_type="text/javascript")
    )
    page.goto(site.sample(FAILING))
    expect(page.locator(".chart-wait")).to_contain_text("cannot be drawn")
    expect(page.locator(".log-row").first).to_be_attached()
    watched.faults.clear()  # type: ignore[attr-defined]


def test_firmware_stands_before_the_clock(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    page.locator("#chart").focus()
    before = span(page)
    page.keyboard.press("f")
    low, _ = wait_for_span(page, before)
    assert low < -50_000
    expect(page.locator(".labels .band", has_text="TF-A")).to_be_visible()
    expect(page.locator("#legend")).to_contain_text("firmware, before the kernel's clock")
    page.mouse.click(*chart_point(page, -100_000, 60))
    expect(page).to_have_url(re.compile(r"#L1-L9$"))
    page.mouse.move(*chart_point(page, -90_000, 70))
    expect(page.locator("#tooltip")).to_contain_text("no clock of its own")
