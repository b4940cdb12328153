"""Selecting a span of time, in a real browser. Figures are reckoned from the log's stamps."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Site
from tests.browser.test_timeline import FAILING, chart_point, span, wait_for_span


def test_a_span_tells_count_chain_and_gaps(open_page: OpenPage, site: Site) -> None:
    page = open_page(f"{site.sample(FAILING)}?s=1.5-1.9")
    panel = page.locator("#span-panel")
    expect(panel).to_contain_text("Selected: 400 ms")
    expect(panel).to_contain_text("28 initcalls, 0 probes")
    chain = panel.locator("[data-span=chain] li")
    expect(chain.nth(0)).to_have_text("246 mskvm_arm_init")
    expect(chain.nth(1)).to_have_text("58 msffa_init")
    expect(chain.nth(2)).to_have_text("45 mschr_dev_init")  # 48 ms of it lie before the span
    gaps = panel.locator("[data-span=gaps] li")
    expect(gaps.nth(0)).to_have_text("4.5 msfrom 1.641079 s")
    expect(gaps.nth(1)).to_have_text("816 usfrom 1.891921 s")
    chain.nth(1).get_by_role("button").click()
    expect(page.locator("#selection")).to_contain_text("ffa_init")
    expect(page).to_have_url(re.compile(r"#L601-L606$"))


def test_shift_and_a_drag_select_and_z_zooms(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    start = span(page)
    x, y = chart_point(page, 1_650_000, 230)
    to, _ = chart_point(page, 1_850_000, 230)
    page.mouse.move(x, y)
    page.keyboard.down("Shift")
    page.mouse.down()
    page.mouse.move(to, y, steps=5)
    page.mouse.up()
    page.keyboard.up("Shift")
    expect(page.locator("#span-panel")).to_contain_text("Selected: 200 ms")
    assert span(page) == start
    expect(page).to_have_url(re.compile(r"[?&]s=1\.6\d+-1\.8\d+"))
    page.keyboard.press("z")
    low, high = wait_for_span(page, start)
    assert abs(low - 1_650_000) < 3_000
    assert abs(high - 1_850_000) < 3_000
    page.keyboard.press("Escape")
    expect(page.locator("#span-panel")).to_be_hidden()
    expect(page).not_to_have_url(re.compile(r"[?&]s="))


def test_a_span_is_selected_and_moved_by_keys(open_page: OpenPage, site: Site) -> None:
    page = open_page(f"{site.sample(FAILING)}?t=1-2")
    page.keyboard.press("x")
    expect(page.locator("#span-panel")).to_contain_text("1.333333 s to 1.666667 s")
    end = page.get_by_role("slider", name="Selected span, end")
    expect(end).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#span-panel")).to_contain_text("1.333333 s to 1.676667 s")
    page.locator("#chart").focus()
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator("#span-panel")).to_contain_text("1.333333 s to 1.626667 s")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("kvm_arm")
    expect(page.locator("#search-count")).to_have_text("1 match")
    page.keyboard.press("Enter")
    expect(page.locator("#selection")).to_contain_text("kvm_arm_init")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    expect(page.locator("#span-panel")).to_contain_text("Selected: 246 ms")


def test_what_ran_beside_the_main_thread_is_not_in_its_chain(
    open_page: OpenPage, site: Site
) -> None:
    log = (
        b"[    1.000000] calling  outer+0x0/0x1 @ 1\n[    1.100000] calling  inner+0x0/0x1 @ 1\n"
        b"[    1.150000] calling  beside+0x0/0x1 [mod] @ 45\n"
        b"[    1.400000] initcall inner+0x0/0x1 returned 0 after 300000 usecs\n"
        b"[    1.500000] initcall outer+0x0/0x1 returned 0 after 500000 usecs\n"
        b"[    1.700000] initcall beside+0x0/0x1 [mod] returned 0 after 550000 usecs\n"
        b"[    1.800000] calling  last+0x0/0x1 @ 1\n"
        b"[    1.900000] initcall last+0x0/0x1 returned 0 after 100000 usecs\n"
        b"[    2.000000] Run /init as init process\n"
    )
    page = open_page(f"{site.send(log)}?s=1-2")
    panel = page.locator("#span-panel")
    chain = panel.locator("[data-span=chain] li")
    expect(chain).to_have_text(["300 msinner in outer", "200 msouter", "100 mslast"])
    # beside ran until 1.7: from there to last nothing did, nor after last.
    expect(panel.locator("[data-span=gaps] li")).to_have_text(
        ["100 msfrom 1.700000 s", "100 msfrom 1.900000 s"]
    )
    # inner is in outer: 500 + 550 + 100 ms.
    expect(panel).to_contain_text("4 initcalls, 0 probes; the initcalls took 1.15 s of it together")
