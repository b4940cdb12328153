"""The home page: every way to give it a log leads to the timeline, or to words."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Site, Watched, wait_drawn
from tests.conftest import SAMPLES

LOG = SAMPLES / "ff-device-protected.log"
DROP = """([text, name]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name));
  for (const kind of ['dragenter', 'dragover', 'drop']) {
    document.body.dispatchEvent(new DragEvent(kind, {dataTransfer: carried, bubbles: true}));
  }
}"""


def is_shown(page: Page) -> None:
    """The timeline of the log, with its verdict."""
    page.wait_for_url(re.compile(r"/l/[a-z2-7]{26}"))
    wait_drawn(page)
    expect(page.locator(".verdict .badge")).to_have_text("Fragile")


def test_choose_a_file(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.url, drawn=False)
    page.locator("#log-file").set_input_files(LOG)
    is_shown(page)


def test_drop_a_file(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.url, drawn=False)
    page.evaluate(DROP, [LOG.read_text("utf-8", "replace"), "dropped.log"])
    is_shown(page)


def test_paste_text(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.url, drawn=False)
    page.get_by_text("Paste the log instead").click()
    page.locator("#log-text").fill(LOG.read_text("utf-8", "replace"))
    page.get_by_role("button", name="Judge this boot").click()
    is_shown(page)


def test_without_javascript_the_form_works(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.url, drawn=False, java_script_enabled=False)
    page.locator("#log-file").set_input_files(LOG)
    page.get_by_role("button", name="Judge this boot").click()
    page.wait_for_url(re.compile(r"/l/[a-z2-7]{26}"))
    expect(page.locator(".verdict .badge")).to_have_text("Fragile")


def test_samples_are_there_by_name(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.url, drawn=False)
    sample = page.locator(".samples li", has_text=re.compile(r"ff-rootfs-protected(?!-)"))
    expect(sample.first.locator(".badge")).to_have_text("Fails")
    sample.first.locator("a").click()
    wait_drawn(page)
    expect(page.locator("h1")).to_contain_text("FF-A came up 306 ms before pKVM traps SMCs")


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)], ids=["phone", "desk"])
def test_nothing_overflows(open_page: OpenPage, site: Site, size: tuple[int, int]) -> None:
    page = open_page(site.url, drawn=False, size=size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_errors_are_told_in_words(open_page: OpenPage, site: Site, watched: Watched) -> None:
    page = open_page(site.url, drawn=False)
    page.get_by_role("button", name="Judge this boot").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing to read yet")
    page.evaluate(DROP, ["<!doctype html><html><body>no log</body></html>", "page.html"])
    expect(page.locator("#problem")).to_contain_text("log")
    expect(page).to_have_url(f"{site.url}/")
    # Chromium itself reports the refused request; nothing else may have gone wrong.
    watched.faults[:] = [
        fault for fault in watched.faults if "Failed to load resource" not in fault
    ]


def test_an_unknown_address_says_so(open_page: OpenPage, site: Site, watched: Watched) -> None:
    page = open_page(f"{site.url}/l/{'a' * 26}", drawn=False)
    expect(page.locator("h1")).to_be_visible()
    expect(page.get_by_role("link", name="Give it another log")).to_be_visible()
    watched.faults[:] = [
        fault for fault in watched.faults if "Failed to load resource" not in fault
    ]
