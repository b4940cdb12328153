"""Every term is explained where it first shows, a step away."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Site


def test_terms_lead_to_what_they_mean(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample("ff-rootfs-protected"))
    legend = page.locator("#legend a.word")
    in_legend = legend.evaluate_all("links => links.map(one => one.getAttribute('href'))")
    assert len(in_legend) == len(set(in_legend)), "a term is linked once"
    for heading in (
        "initcall",
        "probe",
        "calling-and-returned",
        "marker",
        "outcome",
        "rule-kind-and-pack",
    ):
        assert f"/help/words#{heading}" in in_legend
    # The words are as they were: a link changes what can be done, not what is read.
    expect(page.locator("#legend")).to_contain_text("initcall returned 0 (366)")
    expect(page.locator("#legend")).to_contain_text(
        "Rows: What the rules speak of, Initcalls, built in, Probes, Markers"
    )
    page.keyboard.press("?")
    expect(page.locator("#help a.word").first).to_be_visible()
    everywhere = page.locator("a[href^='/help/words']").evaluate_all(
        "links => links.map(one => one.getAttribute('href'))"
    )
    meant = {href.partition("#")[2] for href in everywhere} - {""}
    assert {"level", "level-source", "link-order", "deferral", "took-and-reported"} <= meant
    assert {"outcome", "finding-and-evidence", "coverage", "rule-kind-and-pack"} <= meant
    expect(page.locator(".verdict a.badge")).to_have_attribute("href", "/help/words#outcome")
    page.goto(f"{site.url}/help/words")
    missing = [one for one in sorted(meant) if page.locator(f"[id='{one}']").count() != 1]
    assert missing == []


def test_the_columns_of_the_table_say_what_they_are(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample("ff-rootfs-protected"))
    page.locator("#tab-table").click()
    heads = page.locator("#table [role=columnheader] button")
    assert heads.count() == 9
    for place in range(heads.count()):
        assert len(heads.nth(place).get_attribute("title") or "") > 15


def test_a_log_with_nothing_to_draw_says_what_would_help(open_page: OpenPage, site: Site) -> None:
    address = site.send(b"[    0.000000] Linux version 6.12.117 (x)\n[    1.000000] hello\n")
    page = open_page(address, drawn=False)
    expect(page.locator(".chart-wait").first).to_contain_text("initcall_debug on its command line")
