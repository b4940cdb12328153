"""A rule written in the browser: looked over as it is typed, tried on the log at hand."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app.rules.skeleton import skeleton
from tests.browser.conftest import OpenPage, Site, Watched, wait_drawn
from tests.conftest import SAMPLES

FAILING = "ff-rootfs-protected"
MINE = skeleton("MY007", "order").replace("misc_init", "kvm_arm_init")
MINE = MINE.replace("late_trace_init", "ffa_init")
WRONG = MINE.replace("then:", "than:")
ATTACK = "</textarea><script>alert(1)</script><img src=x onerror=alert(1)>"
PASTE = """([where, text]) => {
  const carried = new DataTransfer();
  carried.setData('text/plain', text);
  const pasted = new ClipboardEvent('paste', {clipboardData: carried, bubbles: true});
  document.querySelector(where).dispatchEvent(pasted);
}"""
SELECTED = "document.getElementById('rule').selectionStart"


def editor(open_page: OpenPage, site: Site, log: str = "", **more: object) -> Page:
    """The page, ready; for a sample log where one is named."""
    query = f"?log={site.sample(log).rpartition('/')[2]}" if log else ""
    page = open_page(f"{site.url}/rules/new{query}", drawn=False, **more)
    expect(page.locator("html")).to_have_attribute("data-rule", "ready")
    return page


def write(page: Page, text: str) -> None:
    page.locator("#rule").fill(text)


def try_it(page: Page) -> None:
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#answer-title")).to_be_focused()


def test_problems_are_marked_while_one_types(open_page: OpenPage, site: Site) -> None:
    page = editor(open_page, site)
    expect(page.locator("#rule-status")).to_have_text("No problem: MY001, order, 2 examples")
    write(page, WRONG)
    expect(page.locator("#rule-status")).to_have_text("2 problems")
    expect(page.locator("#problems li")).to_have_count(2)
    expect(page.locator("#problems li").last).to_have_text(
        "24:3'check.than' is not a known key here; did you mean 'then'?"
    )
    assert page.locator("#gutter .bad").all_text_contents() == ["21", "24"]
    expect(page.locator("#rule")).to_have_attribute("aria-invalid", "true")
    page.locator("#problems button").last.click()
    expect(page.locator("#rule")).to_be_focused()
    assert page.evaluate(SELECTED) == WRONG.index("than:")
    page.keyboard.press("Delete")
    page.keyboard.press("Delete")
    page.keyboard.press("Delete")
    page.keyboard.press("Delete")
    page.keyboard.type("then")
    expect(page.locator("#rule-status")).to_have_text("No problem: MY007, order, 2 examples")
    expect(page.locator("#problems")).to_be_hidden()
    assert page.locator("#gutter .bad").count() == 0
    expect(page.locator("#command")).to_contain_text("--pack MY007.yaml dmesg.txt")


def test_a_column_counts_characters_not_halves_of_them(open_page: OpenPage, site: Site) -> None:
    page = editor(open_page, site)
    text = "# \U0001f427\n" * 3 + MINE.replace("tags: []", 'tags: ["\U0001f427\U0001f427", {}]')
    write(page, text)
    page.locator("#problems button").click()
    assert page.evaluate(SELECTED) == len(text[: text.index("{}")].encode("utf-16-le")) // 2


def test_what_is_pasted_into_the_rule_is_not_taken_for_a_log(
    open_page: OpenPage, site: Site
) -> None:
    page = editor(open_page, site)
    log = (SAMPLES / f"{FAILING}.log").read_text("utf-8", "replace")
    page.evaluate(PASTE, ["#rule", log])
    page.wait_for_timeout(300)
    expect(page.locator("#intake")).to_be_hidden()
    expect(page).to_have_url(f"{site.url}/rules/new")
    page.evaluate(PASTE, ["body", log])
    page.wait_for_url(re.compile(r"/l/[a-z2-7]{26}"))
    wait_drawn(page)


def test_it_is_tried_on_the_log_at_hand(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    page.get_by_role("link", name="Write a rule of your own").click()
    expect(page.locator("html")).to_have_attribute("data-rule", "ready")
    write(page, MINE)
    try_it(page)
    expect(page.locator("#answer-title")).to_have_text(f"What it says of {FAILING}.log")
    finding = page.locator("#answer #MY007")
    expect(finding.locator(".finding-body > p").first).to_contain_text(
        "ffa_init() came 313 ms before the end of kvm_arm_init()"
    )
    assert finding.locator(".ln").all_text_contents() == ["L601", "L623"]
    expect(page.locator(".examples-title")).to_have_text("1 of 2 examples are as expected")
    expect(page.locator("#stale")).to_be_hidden()
    write(page, MINE + "\n# more\n")
    expect(page.locator("#stale")).to_be_visible()
    finding.locator(".ln").first.click()
    wait_drawn(page)
    expect(page).to_have_url(re.compile(r"/l/[a-z2-7]{26}#L601$"))


def test_faulty_rules_are_not_tried(open_page: OpenPage, site: Site) -> None:
    page = editor(open_page, site, FAILING)
    write(page, WRONG)
    try_it(page)
    expect(page.locator("#answer-title")).to_have_text("2 problems: not tried")
    page.locator("#answer .problems a").last.click()
    expect(page.locator("#rule")).to_be_focused()
    assert page.evaluate(SELECTED) == WRONG.index("than:")


def test_it_is_kept_in_the_browser(open_page: OpenPage, site: Site) -> None:
    page = editor(open_page, site)
    expect(page.locator("#rule-back")).to_be_hidden()
    write(page, MINE)
    expect(page.locator("#rule-status")).to_contain_text("MY007")
    page.goto(f"{site.url}/rules/new?kind=level")
    expect(page.locator("#rule")).to_have_value(MINE)
    page.get_by_role("button", name="Begin anew").click()
    expect(page.locator("#rule")).to_have_value(skeleton("MY001", "level"))
    write(page, MINE)
    page.get_by_text("Begin with another kind").click()
    page.get_by_role("link", name="deadline").click()
    expect(page.locator("#rule")).to_have_value(skeleton("MY001", "deadline"))
    expect(page.locator("#rule-status")).to_contain_text("MY001, deadline")
    page.get_by_role("button", name="Bring back what was here").click()
    expect(page.locator("#rule")).to_have_value(MINE)


def test_it_is_downloaded_as_a_file(open_page: OpenPage, site: Site, tmp_path: Path) -> None:
    page = editor(open_page, site)
    write(page, MINE)
    expect(page.locator("#rule-status")).to_contain_text("MY007")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "MY007.yaml"
    download.value.save_as(tmp_path / "MY007.yaml")
    assert (tmp_path / "MY007.yaml").read_text("utf-8") == MINE


def test_without_javascript_the_form_works(open_page: OpenPage, site: Site) -> None:
    address = f"{site.url}/rules/new?log={site.sample(FAILING).rpartition('/')[2]}"
    page = open_page(address, drawn=False, java_script_enabled=False)
    expect(page.locator("#download")).to_be_hidden()
    write(page, WRONG)
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#answer")).to_contain_text("24:3 'check.than' is not a known key")
    expect(page.locator("#rule")).to_have_value(WRONG)
    write(page, MINE)
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#answer #MY007")).to_contain_text("ffa_init() came 313 ms before")
    expect(page.locator("#rule")).to_have_value(MINE)
    page.locator("#rule-log").select_option(label="its own examples only")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#answer-title")).to_have_text("Tried on its examples")


def test_the_keyboard_is_enough(open_page: OpenPage, site: Site) -> None:
    page = editor(open_page, site, FAILING)
    page.locator("#rule").focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(WRONG)
    expect(page.locator("#problems li")).to_have_count(2)
    page.keyboard.press("Tab")  # a tab leaves the text: indenting is done with spaces
    expect(page.locator("#problems button").first).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#rule")).to_be_focused()
    assert page.evaluate(SELECTED) == WRONG.index("than:")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("x")
    line = WRONG.index("than:") + len("than: {initcall: ffa_init}")
    expect(page.locator("#rule")).to_have_value(WRONG[:line] + "\n  x" + WRONG[line:])
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(MINE)
    expect(page.locator("#problems")).to_be_hidden()
    for name in ("rule-log", "", "download"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == name
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#answer-title")).to_be_focused()
    expect(page.locator("#answer #MY007")).to_be_visible()


def test_what_is_hostile_runs_nothing(open_page: OpenPage, site: Site) -> None:
    hostile = (
        MINE.replace("Mine comes after yours", ATTACK)
        .replace("What goes wrong", f"{ATTACK} \u202e")
        .replace("as it should be", ATTACK)
        .replace('fail: "{then}', f'fail: "{ATTACK} \\u202e {{then}}')
    )
    page = editor(open_page, site, FAILING)
    write(page, hostile)
    try_it(page)
    expect(page.locator("#answer #MY007 .title")).to_have_text(ATTACK)
    expect(page.locator("#answer #MY007 .finding-body > p").first).to_contain_text(ATTACK)
    last = f"id: '{ATTACK}'\nschema: 1\n"
    for text in (hostile.replace("then:", f"'{ATTACK}':"), last):
        write(page, text)
        expect(page.locator("#problems")).to_contain_text(ATTACK)
        try_it(page)
        expect(page.locator("#answer")).to_contain_text(ATTACK)
    page.reload()
    expect(page.locator("#rule")).to_have_value(last)
    assert page.locator("main img, main script, main iframe").count() == 0
    assert "\u202e" not in page.locator("#answer").inner_text()


def test_a_limit_is_told(open_page: OpenPage, site: Site, watched: Watched) -> None:
    page = editor(open_page, site)
    write(page, "#" * (2**20 + 1))
    expect(page.locator("#rule-status")).to_contain_text("more than 1,048,576 bytes")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#answer")).to_contain_text("more than 1,048,576 bytes")
    # Chromium itself reports the refused requests; nothing else may have gone wrong.
    watched.faults[:] = [one for one in watched.faults if "Failed to load resource" not in one]


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_suits_every_screen(
    open_page: OpenPage, site: Site, size: tuple[int, int], scheme: str
) -> None:
    page = editor(open_page, site, FAILING, size=size, color_scheme=scheme)
    write(page, MINE)
    try_it(page)
    write(page, WRONG)
    expect(page.locator("#problems li")).to_have_count(2)
    expect(page.locator("#stale")).to_be_visible()
    for details in page.locator("details").all():
        details.evaluate("node => { node.open = true }")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    faults = [
        f"{rule['id']}: {[node['html'][:120] for node in rule['nodes'][:3]]}"
        for rule in Axe().run(page).response["violations"]
    ]
    assert faults == []
