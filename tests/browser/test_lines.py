"""A log that keeps no times, drawn by line, in a real browser."""

import lzma
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Site
from tests.browser.test_timeline import chart_point, span, wait_for_span
from tests.conftest import SAMPLES

NO_TIMES = "this log keeps no times"
ROW_MIDDLE = """async () => {
  const { placeRows } = await import(
    document.querySelector('script[src$="/early.js"]').src.replace('early', 'rows'));
  const url = document.getElementById('chart').dataset.timelineUrl;
  const { lanes } = await (await fetch(url)).json();
  const rows = placeRows(lanes).rows;
  return Object.fromEntries(lanes.map(({ kind, first_row }) => (
    [kind, (rows[first_row].top + rows[first_row].bottom) / 2])));
}"""


def untimed(site: Site, name: str = "dmesg-ul-t.txt") -> str:
    return site.send(lzma.decompress((SAMPLES / "formats" / f"{name}.xz").read_bytes()), name)


@pytest.mark.parametrize("name", ["dmesg-ul-t.txt", "dmesg-ul-T.txt"])
def test_it_is_drawn_with_lines_on_the_axis(open_page: OpenPage, site: Site, name: str) -> None:
    page = open_page(untimed(site, name))
    low, high = span(page)
    assert 500 < low < 591
    assert 612 < high < 700
    expect(page.locator("#axis-note")).to_have_text("by line, not by time")
    ticks = page.locator("#chart .xtick text").all_text_contents()
    assert len(ticks) >= 4
    assert all(re.fullmatch(r"line \d+", tick) for tick in ticks), ticks
    labels = page.locator("#chart .labels .pin").all_inner_texts()
    assert "kvm_arm_init, 6 device, line 612" in labels
    assert "ffa.up in ffa_init, rootfs..6, line 591" in labels


def test_the_strip_places_by_line_without_javascript(open_page: OpenPage, site: Site) -> None:
    page = open_page(untimed(site), drawn=False, java_script_enabled=False)
    strip = page.locator(".verdict .strip")
    svg = strip.locator("svg")
    expect(svg).to_have_attribute("aria-label", "ffa.up at line 591, kvm_arm_init at line 612")
    expect(svg.locator(".who").nth(1)).to_contain_text("kvm_arm_init")
    expect(svg.locator(".who").nth(1)).to_contain_text("line 612")
    expect(svg.locator(".call")).to_have_count(2)
    expect(svg.locator(".arrow")).to_have_count(1)
    expect(strip.locator("figcaption")).to_contain_text("the log keeps no times")


def test_the_tooltip_says_so_and_keeps_what_was_reported(open_page: OpenPage, site: Site) -> None:
    page = open_page(untimed(site))
    middle = page.evaluate(ROW_MIDDLE)
    x, y = chart_point(page, 607, middle["initcalls"])
    page.mouse.move(x, y)
    tooltip = page.locator("#tooltip")
    expect(tooltip).to_contain_text("kvm_arm_init")
    expect(tooltip).to_contain_text(NO_TIMES)
    expect(tooltip).to_contain_text("246 ms reported")
    expect(tooltip).not_to_contain_text("between the stamps")
    page.mouse.click(x, y)
    expect(page).to_have_url(re.compile(r"#L602-L612$"))
    expect(page.locator(".log-row.marked")).to_have_count(11)
    x, y = chart_point(page, 591, middle["markers"])
    page.mouse.move(x + 1, y)
    expect(tooltip).to_contain_text("line 591")
    expect(tooltip).to_contain_text(NO_TIMES)


def test_zoom_stops_at_lines_and_the_view_is_kept(open_page: OpenPage, site: Site) -> None:
    page = open_page(untimed(site))
    start = span(page)
    page.keyboard.press("f")
    whole = wait_for_span(page, start)
    assert (whole[0] <= 1, whole[1] >= 1000) == (True, True)
    labels = page.locator("#chart .xtick text").all_text_contents()
    assert not {"line 0", "line 1100"} & set(labels)
    page.keyboard.press("/")
    page.keyboard.type("kvm_arm_init")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    for _ in range(30):
        page.keyboard.press("w")
    page.wait_for_url(re.compile(r"\?t=[\d.]+-[\d.]+"))
    low, high = span(page)
    assert 5 <= high - low <= 7
    ticks = page.locator("#chart .xtick text").all_text_contents()
    assert len(set(ticks)) == len(ticks) >= 5, "whole lines, each once"
    again = open_page(f"{untimed(site)}?t=590-620")
    assert span(again) == (590, 620)


def test_an_open_call_is_hatched_to_the_last_line(open_page: OpenPage, site: Site) -> None:
    timed = (SAMPLES / "k612-nofw-protected-hyppanic.log").read_bytes()
    page = open_page(site.send(re.sub(rb"(?m)^\[ *\d+\.\d+\] ", b"", timed)))
    expect(page.locator("h1")).to_have_text("kvm_arm_init() never returned")
    expect(page.locator(".verdict .strip .call.open")).to_have_count(1)
    expect(page.locator(".verdict .strip .who")).to_contain_text("never returned · line 588")
    middle = page.evaluate(ROW_MIDDLE)
    x, y = chart_point(page, 612, middle["initcalls"])
    page.mouse.move(x, y)
    expect(page.locator("#tooltip")).to_contain_text("never returned")


def test_a_timed_log_keeps_its_seconds(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample("ff-rootfs-protected"))
    expect(page.locator("#axis-note")).to_be_empty()
    ticks = page.locator("#chart .xtick text").all_text_contents()
    assert ticks
    assert all(tick.endswith(" s") for tick in ticks), ticks
    labels = page.locator("#chart .labels .pin").all_inner_texts()
    assert "kvm_arm_init, 6 device, 1.891921 s" in labels
    expect(page.locator(".verdict .strip .who").nth(1)).to_contain_text("1.892 s")
