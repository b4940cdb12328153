"""The log beside the chart: search, step, quote, and very long ones, in a real browser."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Site
from tests.browser.test_timeline import FAILING, chart_point


def in_sight(page: Page, box: str, row: str) -> bool:
    """Whether a row is within what its box shows, wherever the page is scrolled to."""
    told: bool = page.locator(row).first.evaluate(
        """(row, box) => {
          const inner = row.getBoundingClientRect();
          const outer = document.querySelector(box).getBoundingClientRect();
          return inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
        }""",
        box,
    )
    return told


def test_search_counts_and_steps(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    page.keyboard.press("l")
    page.keyboard.type("optee")
    count = page.locator("#log-search-count")
    expect(count).to_have_text("10 lines")  # grep -c optee
    page.keyboard.press("Enter")
    expect(count).to_have_text(re.compile(r"^\d+ of 10$"))
    expect(page.locator(".log-row.current")).to_be_in_viewport()
    expect(page.locator(".log-row.current mark").first).to_have_text("optee")
    first = page.locator(".log-row.current a").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator(".log-row.current a")).not_to_have_text(first)
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".log-row.current a")).to_have_text(first)
    page.locator("#log-search").fill("/^.{15}ARM FF-A: (Driver|Firmware) version 1/")
    expect(count).to_have_text("2 lines")
    page.locator("#log-search").fill("/[/")
    expect(count).to_have_text("not a regex")
    page.keyboard.press("Escape")
    expect(page.locator("#log-search")).to_have_value("")
    expect(page.locator("#log")).to_be_focused()


TWO_SEARCHES = """async (script) => {
  const { Finder } = await import(script);
  const finder = new Finder();
  finder.offer('names', () => ['a'.repeat(40) + '!']);
  finder.offer('lines', () => 'one\\ntwo\\ntwo');
  const asked = [
    finder.find('names', '/^(a+)+$/'), finder.find('lines', 'one'), finder.find('lines', 'two')];
  const found = await Promise.all(asked);
  return found.map((one) => (typeof one === 'string' ? one : [...one]));
}"""


def test_a_slow_search_makes_no_other_fail(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    script = page.locator("script[src$='drop.js']").get_attribute("src") or ""
    found = page.evaluate(TWO_SEARCHES, script.replace("drop.js", "finder.js"))
    assert found == ["slow", "stale", [1, 2]]


def test_marked_lines_without_a_clipboard_object(open_page: OpenPage, site: Site) -> None:
    page = open_page(f"{site.sample(FAILING)}#L602", permissions=["clipboard-read"])
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.evaluate(
        "document.addEventListener('copy', () => { window.copied = document.activeElement.value; })"
    )
    page.keyboard.press("c")
    expect(page.locator("#toast")).to_have_text("1 line copied as quoted text")
    assert page.evaluate("window.copied") == "> [    1.585658] ARM FF-A: Driver version 1.1"


def test_marked_lines_are_copied_as_quoted_text(open_page: OpenPage, site: Site) -> None:
    page = open_page(
        f"{site.sample(FAILING)}#L602", permissions=["clipboard-read", "clipboard-write"]
    )
    page.keyboard.press("Shift+J")
    expect(page.locator(".log-row.marked")).to_have_count(2)
    page.keyboard.press("c")
    expect(page.locator("#toast")).to_have_text("2 lines copied as quoted text")
    assert page.evaluate("navigator.clipboard.readText()") == (
        "> [    1.585658] ARM FF-A: Driver version 1.1\n"
        "> [    1.585935] ARM FF-A: Firmware version 1.2 found"
    )
    expect(page).to_have_url(re.compile(r"#L602-L603$"))


def test_shift_and_a_click_mark_all_between(open_page: OpenPage, site: Site) -> None:
    page = open_page(f"{site.sample(FAILING)}#L602")
    page.locator(".log-row a", has_text=re.compile("^605$")).click(modifiers=["Shift"])
    expect(page).to_have_url(re.compile(r"#L602-L605$"))
    expect(page.locator(".log-row.marked")).to_have_count(4)


def test_log_and_chart_point_at_each_other(open_page: OpenPage, site: Site) -> None:
    page = open_page(f"{site.sample(FAILING)}?t=1.5-1.9#L602")
    line = page.locator(".cursor-line")
    expect(line).to_be_visible()
    box, (x, _) = line.bounding_box(), chart_point(page, 1_585_658, 0)
    assert box is not None
    assert abs(box["x"] - x) < 4
    mark = page.locator("#minimap .log-mark")
    page.locator("#log").evaluate("(log) => { log.scrollTop = 0; }")
    expect(mark).not_to_have_attribute("data-from", "")
    page.locator("#log").evaluate("(log) => { log.scrollTop = 273 * 20; }")
    # Line 274 calls genl_init at 0.780968; what is seen ends some lines later.
    expect(mark).to_have_attribute("data-from", "780968")


def test_a_click_beside_the_bars_scrolls_the_log_there(open_page: OpenPage, site: Site) -> None:
    page = open_page(f"{site.sample(FAILING)}?t=0-2.4")
    page.mouse.click(*chart_point(page, 800_000, 40))
    expect(page.locator(".log-row a[data-line='274']")).to_be_attached()
    assert in_sight(page, "#log", ".log-row a[data-line='274']")


def test_half_a_million_lines(open_page: OpenPage, site: Site) -> None:
    lines = [b"[    0.000000] calling  one+0x0/0x1 @ 1"]
    lines += [
        b"[%5d.%06d] dev%d: ready" % (i // 10_000, i % 10_000 * 100, i) for i in range(500_000)
    ]
    page = open_page(site.send(b"\n".join(lines)), drawn=False)
    expect(page.locator("html")).to_have_attribute("data-log", "shown", timeout=60_000)
    expect(page.locator("#log")).to_have_attribute("data-lines", "500001")
    steps = page.locator("#log").evaluate(
        """async (log) => {
          const took = [];
          for (let step = 0; step < 20; step += 1) {
            const before = performance.now();
            log.scrollTop = (step / 20) * log.scrollHeight;
            await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            took.push(performance.now() - before);
          }
          return took.sort((a, b) => a - b);
        }"""
    )
    assert steps[10] < 200, steps
    assert page.locator(".log-row").count() < 80
    page.locator("#log").evaluate("(log) => { log.scrollTop = log.scrollHeight; }")
    expect(page.locator(".log-row", has_text="dev499999: ready")).to_be_attached()
    assert in_sight(page, "#log", ".log-row a[data-line='500001']")
