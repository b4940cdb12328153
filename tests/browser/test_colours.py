"""What the colours mean, and the filter, in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Site
from tests.browser.test_timeline import FAILING

FILLS = """() => [...document.querySelectorAll('#chart .plot .js-fill')]
  .map((fill) => fill.style.fill + ' ' + getComputedStyle(fill).fillOpacity)"""
LUMINANCE = """() => ['light', 'dark'].map((theme) => {
  document.documentElement.dataset.theme = theme;
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const lum = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, place) => sum + one * [0.2126, 0.7152, 0.0722][place], 0);
  const names = [...Array(12).keys()].map((n) => `--p-level-${n}`)
    .concat([...Array(8).keys()].map((n) => `--p-part-${n}`), '--p-unknown');
  const text = lum(colour('--bar-text'));
  return Math.min(...names.map((name) => lum(colour(name)))
    .map((one) => (Math.max(one, text) + 0.05) / (Math.min(one, text) + 0.05)));
})"""


def legend(page: Page) -> dict[str, int]:
    """Words of the legend, and how many bars each stands for."""
    items = [
        re.fullmatch(r"(.*) \(([\d,]+)\)", text)
        for text in page.locator("#legend li").all_inner_texts()
    ]
    return {item[1]: int(item[2].replace(",", "")) for item in items if item}


def test_the_legend_follows_the_colouring(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    assert legend(page)["initcall returned an error"] == 9
    total = sum(legend(page).values())
    page.locator("#color-by").select_option("level")
    expect(page.locator("#legend")).to_have_attribute("data-by", "level")
    levels = legend(page)
    assert {"6 device_initcall", "rootfs_initcall", "7 late_initcall"} <= levels.keys()
    assert sum(levels.values()) == total
    page.locator("#color-by").select_option("duration")
    expect(page.locator("#legend")).to_have_attribute("data-by", "duration")
    # kvm_arm_init, genl_init and of_platform_default_populate_init took over 0.1 s.
    assert legend(page)["under 1 s"] == 3
    page.locator("#color-by").select_option("subsystem")
    expect(page.locator("#legend")).to_have_attribute("data-by", "subsystem")
    parts = legend(page)
    assert parts["unknown: the name does not tell"] > 0
    assert sum(parts.values()) == total
    expect(page).to_have_url(re.compile(r"[?&]c=subsystem"))


def test_the_chart_is_painted_anew_and_by_key(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    before = page.evaluate(FILLS)
    page.keyboard.press("v")
    expect(page.locator("#color-by")).to_have_value("level")
    page.wait_for_function(f"JSON.stringify(({FILLS})()) !== {str(before)!r}.replaceAll(`'`, '\"')")
    assert page.evaluate(FILLS) != before


@pytest.mark.parametrize(
    ("name", "owner", "subsystem"),
    [
        ("ffa_init", "", "firmware"),
        ("mtk_pinctrl_init", "", "clocks and pins"),
        ("init", "tpm_crb_ffa", "tpm"),
        ("kvm_arm_init", "", "virtualisation"),
        ("pci_driver_init", "", "pci"),
        ("qnoc_driver_init", "", "unknown"),
        ("constructor", "__proto__", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_a_subsystem_is_told_by_name_or_not_at_all(
    open_page: OpenPage, site: Site, name: str, owner: str, subsystem: str
) -> None:
    page = open_page(f"{site.url}/", drawn=False)
    prefix = page.locator("link[rel=stylesheet]").first.get_attribute("href") or ""
    url = f"{prefix.partition('/css/')[0]}/js/subsystems.js"
    told = page.evaluate(
        """async ([url, name, owner]) => {
          const { SUBSYSTEMS, subsystemOf } = await import(url);
          return SUBSYSTEMS[subsystemOf(name, owner)];
        }""",
        [url, name, owner],
    )
    assert told == subsystem


def test_names_can_be_read_on_every_colour(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    light, dark = page.evaluate(LUMINANCE)
    assert light >= 4.5
    assert dark >= 4


def open_filter(page: Page) -> None:
    page.locator("#filter-summary").click()


def test_the_filter_counts_dims_and_hides(open_page: OpenPage, site: Site) -> None:
    page = open_page(f"{site.sample(FAILING)}?t=0-2.4")
    open_filter(page)
    page.get_by_label("at least").fill("100 ms")
    page.get_by_label("at least").press("Tab")
    expect(page.locator("#filter-count")).to_have_text("3 of 420 pass; 417 others dimmed")
    expect(page).to_have_url(re.compile(r"[?&]d=100000-(&|$)"))
    dim = int(page.locator("#chart").get_attribute("data-blocks") or 0)
    page.get_by_label("hide the others").check()
    expect(page.locator("#filter-count")).to_contain_text("417 others hidden")
    expect(page.locator("#chart")).not_to_have_attribute("data-blocks", str(dim))
    expect(page.locator("#chart")).to_have_attribute("data-blocks", "3")
    page.get_by_role("button", name="Clear the filter").click()
    expect(page.locator("#filter-count")).to_have_text("")


def test_the_filter_knows_result_level_module_and_thread(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample("deb73-ffa-module-protected"))
    count = page.locator("#filter-count")
    open_filter(page)
    page.get_by_label("module or driver").fill("ffa_module, ffa_core")
    page.get_by_label("module or driver").press("Enter")
    expect(count).to_contain_text(re.compile(r"^[23] of "))
    page.get_by_label("module or driver").fill("")
    page.get_by_label("thread", exact=True).fill("0")
    page.get_by_label("thread", exact=True).press("Enter")
    zero = int((count.inner_text().split(" ")[0]).replace(",", ""))
    assert 0 < zero < 100
    page.get_by_role("checkbox", name="early_initcall").check()
    expect(count).to_contain_text(" pass")
    page.get_by_label("at most").fill("soon")
    page.get_by_label("at most").press("Tab")
    expect(page.get_by_label("at most")).to_have_attribute("aria-invalid", "true")


def test_search_counts_only_what_the_filter_lets_pass(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    page.locator("#search").fill("kvm_arm")
    expect(page.locator("#search-count")).to_have_text("1 match")
    open_filter(page)
    page.get_by_label("at most").fill("1ms")
    page.get_by_label("at most").press("Tab")
    expect(page.locator("#search-count")).to_have_text("0 matches")


def test_a_pattern_that_never_ends_does_not_stop_the_page(open_page: OpenPage, site: Site) -> None:
    name = "a" * 40
    log = (
        f"[    1.000000] calling  {name}!+0x0/0x1 @ 1\n"
        f"[    1.500000] initcall {name}!+0x0/0x1 returned 0 after 5 usecs\n"
    )
    page = open_page(site.send(log.encode()))
    page.locator("#search").fill("/^(a+)+$/")
    page.evaluate("new Promise((done) => requestAnimationFrame(done))")  # it is not stopped
    expect(page.locator("#search-count")).to_have_text("takes too long", timeout=20_000)
    page.locator("#search").fill("aaa")
    expect(page.locator("#search-count")).to_have_text("1 match")


def test_nothing_serious_with_everything_open(open_page: OpenPage, site: Site) -> None:
    for scheme in ("light", "dark"):
        page = open_page(
            f"{site.sample(FAILING)}?c=level&s=1.5-1.9&v=table&q=ffa&d=10-", color_scheme=scheme
        )
        open_filter(page)
        expect(page.locator("#span-panel")).to_be_visible()
        expect(page.locator("#table .table-space .table-row").first).to_be_visible()
        serious = [
            f"{rule['id']}: {[node['html'][:120] for node in rule['nodes'][:3]]}"
            for rule in Axe().run(page).response["violations"]
            if rule["impact"] in ("serious", "critical")
        ]
        assert serious == []
