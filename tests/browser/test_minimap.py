"""The strip that shows the whole boot, and the window in it, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Site
from tests.browser.test_timeline import FAILING, span, wait_for_span

Box = dict[str, float]


def box_of(page: Page, selector: str) -> Box:
    page.locator(selector).scroll_into_view_if_needed()
    box = page.locator(selector).bounding_box()
    assert box is not None
    return dict(box)


def middle(box: Box) -> tuple[float, float]:
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_it_shows_density_findings_and_the_shown_span(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    # Something ran in much of the boot, and nothing in firmware's share of it.
    assert 200 < int(page.locator("#minimap").get_attribute("data-busy") or 0) < 800
    # FFA001 and FFA002 failed: at least their four ends are marked.
    assert int(page.locator("#minimap").get_attribute("data-signs") or 0) >= 4
    strip, window = box_of(page, "#minimap"), box_of(page, "#minimap .range-window")
    low, high = span(page)
    assert 0.1 < window["width"] / strip["width"] < 0.3
    share = (high - low) / (2_307_000 * 1.13)
    assert window["width"] / strip["width"] == pytest.approx(share, rel=0.15)


def test_the_window_is_dragged_and_resized_by_mouse(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    start = span(page)
    x, y = middle(box_of(page, "#minimap .range-window"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 80, y, steps=4)
    page.mouse.up()
    moved = wait_for_span(page, start)
    assert moved[0] < start[0]
    assert moved[1] - moved[0] == pytest.approx(start[1] - start[0], abs=2)
    edge = middle(box_of(page, "#minimap .range-edge.start"))
    page.mouse.move(*edge)
    page.mouse.down()
    page.mouse.move(edge[0] - 60, edge[1], steps=4)
    page.mouse.up()
    wider = wait_for_span(page, moved)
    assert wider[0] < moved[0]
    assert wider[1] == pytest.approx(moved[1], abs=2)


def test_a_press_beside_the_window_brings_it_there(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    start = span(page)
    strip = box_of(page, "#minimap")
    page.mouse.click(strip["x"] + strip["width"] * 0.4, strip["y"] + 20)
    low, high = wait_for_span(page, start)
    assert high - low == pytest.approx(start[1] - start[0], abs=2)
    assert low < 0.4 * 2_400_000 < high


def test_the_window_is_moved_by_touch(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING), size=(390, 844), has_touch=True)
    start = span(page)
    x, y = middle(box_of(page, "#minimap .range-window"))
    client = page.context.new_cdp_session(page)
    for kind, at in (("touchStart", x), ("touchMove", x - 20), ("touchMove", x - 40)):
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": at, "y": y}]})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    moved = wait_for_span(page, start)
    assert moved[0] < start[0]
    assert moved[1] - moved[0] == pytest.approx(start[1] - start[0], abs=2)


def test_the_window_and_its_edges_are_sliders_for_keys(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    start = span(page)
    sliders = page.locator("#minimap").get_by_role("slider")
    expect(sliders).to_have_count(3)
    window = page.get_by_role("slider", name="Shown span", exact=True)
    window.focus()
    page.keyboard.press("ArrowLeft")
    moved = wait_for_span(page, start)
    assert moved[0] < start[0]
    assert moved[1] < start[1]
    page.get_by_role("slider", name="Shown span, end").focus()
    page.keyboard.press("End")
    expect(page.locator("#chart")).not_to_have_attribute("data-to", str(moved[1]))
    wide = span(page)
    assert wide[0] == pytest.approx(moved[0], abs=2)
    assert wide[1] > 2_300_000
    expect(window).to_have_attribute(
        "aria-valuetext", f"{wide[0] / 1e6:.6f} s to {wide[1] / 1e6:.6f} s"
    )
