"""What is drawn beside the bars: waiting, missing ends, the console's share; a real browser."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Site
from tests.browser.test_timeline import FAILING, span, wait_for_span


def test_a_retry_is_joined_to_the_first_attempt_with_the_time_waited(
    open_page: OpenPage, site: Site
) -> None:
    page = open_page(f"{site.sample('ff-defer-device-protected')}?t=0.95-1.35")
    # Deferred at 1.024224, taken up again 159 ms later.
    expect(page.locator(".labels .pending")).to_have_text("arm-ffa waited 159 ms")
    expect(page.locator("#legend")).to_contain_text("deferred until tried again")


def test_the_missing_end_of_an_order_is_drawn_as_missing(open_page: OpenPage, site: Site) -> None:
    page = open_page(f"{site.sample('ff-rootfs-protected-noinitcalldebug')}#FFA002")
    expect(page.locator(".labels .lost")).to_have_text(
        "FFA002: what must come first is not in this log"
    )
    expect(page.locator("#legend")).to_contain_text("not in this log: 1 end of an order")


def test_levels_are_named_by_number_and_macro(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    before = span(page)
    page.keyboard.press("f")
    wait_for_span(page, before)
    bands = page.locator(".labels .band").all_inner_texts()
    assert "6 device_initcall" in bands
    assert any("TF-A" in name for name in bands)


def test_what_the_kernels_figure_leaves_out_stands_first(open_page: OpenPage, site: Site) -> None:
    page = open_page(f"{site.sample(FAILING)}?t=1.05-1.25")
    # of_platform_default_populate_init: 1.069549 to 1.231990, 52 ms by its own figure.
    left, right = page.evaluate(
        """() => {
          const card = getComputedStyle(document.documentElement).getPropertyValue('--card').trim();
          const probe = document.createElement('i');
          probe.style.fill = card;
          const veil = [...document.querySelectorAll('#chart .plot .js-fill')].find((path) => (
            path.style.fill === probe.style.fill && !path.style.fill.startsWith('url')));
          const boxes = veil.getAttribute('d').split('Z').filter(Boolean).map((part) => {
            const xs = [...part.matchAll(/[ML]?(-?[\\d.]+),/g)].map((found) => Number(found[1]));
            return [Math.min(...xs), Math.max(...xs)];
          });
          const chart = document.getElementById('chart').clientWidth;
          const [from, to] = ['from', 'to'].map((end) => Number(
            document.getElementById('chart').dataset[end]));
          const widest = boxes.sort((a, b) => (b[1] - b[0]) - (a[1] - a[0]))[0];
          return widest.map((x) => from + (x / chart) * (to - from));
        }"""
    )
    assert abs(left - 1_069_549) < 1_000
    assert abs(right - (1_231_990 - 52_000)) < 1_000


TWO_AT_A_TIME = b"""\
[    0.000000] Linux version 6.12.0 (x)
[    1.000000] calling  a_init+0x0/0x10 [a] @ 10
[    1.200000] calling  b_init+0x0/0x10 [b] @ 11
[    1.500000] initcall b_init+0x0/0x10 [b] returned 0 after 200000 usecs
[    2.000000] initcall a_init+0x0/0x10 [a] returned 0 after 700000 usecs
"""
LEFT_OUT = """async (script) => {
  const [{ decode }, { outsideOf }] = await Promise.all(
    ['data.js', 'outside.js'].map((name) => import(script.replace('drop.js', name))));
  const answer = await fetch(document.getElementById('chart').dataset.timelineUrl);
  const timeline = decode(await answer.json()), { bars, strings } = timeline;
  return [...bars.name].map((name, bar) => [strings[name], outsideOf(timeline, bar)]);
}"""


def test_a_figure_that_two_initcalls_share_leaves_nothing_out(
    open_page: OpenPage, site: Site
) -> None:
    """The kernel keeps one clock for all: b_init set it anew while a_init ran."""
    page = open_page(site.send(TWO_AT_A_TIME))
    script = page.locator("script[src$='drop.js']").get_attribute("src")
    assert dict(page.evaluate(LEFT_OUT, script)) == {"a_init": 0, "b_init": 100_000}
