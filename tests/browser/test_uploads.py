"""Archives, companions, another framing and help, in the browser."""

import base64
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.api.test_archives import NOTES, SYMBOLS, zipped
from tests.browser.conftest import OpenPage, Site, Watched, wait_drawn
from tests.conftest import SAMPLES

BROKEN = SAMPLES / "ff-rootfs-protected.log"
LUCKY = SAMPLES / "ff-device-protected.log"
CALLER = SAMPLES / "ff-rootfs-protected-caller.log"
TRACED = SAMPLES / "deb612-arm64-trace.log"
TRACE = SAMPLES / "trace" / "deb612-arm64-trace.trace.txt.xz"
DROP = """(files) => {
  const carried = new DataTransfer();
  for (const [name, text] of files) {
    carried.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
  }
  for (const kind of ['dragenter', 'dragover', 'drop']) {
    document.body.dispatchEvent(new DragEvent(kind, {dataTransfer: carried, bubbles: true}));
  }
}"""
HOSTILE = "../../<script>alert(1)</script>\u202e.log"


def drop(page: Page, *files: tuple[str, bytes]) -> None:
    page.evaluate(DROP, [[name, base64.b64encode(data).decode()] for name, data in files])


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "boots.zip"
    path.write_bytes(
        zipped(
            (HOSTILE, BROKEN.read_bytes()), ("b.log", LUCKY.read_bytes()), ("notes.txt", NOTES),
            ("System.map", SYMBOLS),
        )
    )  # fmt: skip
    return path


def rows(page: Page) -> list[str]:
    return [
        re.sub(r"\s+", " ", row).strip() for row in page.locator(".judged li").all_inner_texts()
    ]


@pytest.mark.parametrize("scripts", [True, False], ids=["with-js", "without-js"])
def test_the_logs_of_an_archive_are_listed(
    open_page: OpenPage, site: Site, archive: Path, scripts: bool
) -> None:
    page = open_page(site.url, drawn=False, java_script_enabled=scripts)
    page.locator("#log-file").set_input_files(archive)
    if not scripts:
        page.get_by_role("button", name="Judge this boot").click()
    title = page.locator("#intake-judged-title" if scripts else "#judged-title")
    expect(title).to_have_text("3 logs in this archive")
    found = rows(page)
    name = HOSTILE.replace("\u202e", "") if scripts else HOSTILE.replace("\u202e", "\\x202e")
    assert found[0] == f"Fails {name} FF-A came up 306 ms before pKVM traps SMCs"
    assert found[1].startswith("Fragile b.log FF-A came up 216 ms after")
    assert found[2].startswith("Not read notes.txt line 1: No line of this text reads")
    assert found[3].startswith("Not used System.map A table of symbols")
    assert page.locator(".judged script").count() == 0
    if scripts:
        expect(title).to_be_focused()
        assert page.locator(".judged .badge svg use").count() == 4
    page.locator(".judged a").nth(1).click()
    page.wait_for_url(re.compile(r"/l/[a-z2-7]{26}$"))
    expect(page.locator(".verdict .badge")).to_have_text("Fragile")
    if scripts:
        wait_drawn(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desk", "phone"])
def test_the_list_suits_every_screen(
    open_page: OpenPage, site: Site, archive: Path, size: tuple[int, int], scheme: str
) -> None:
    page = open_page(site.url, drawn=False, size=size, color_scheme=scheme)
    page.locator("#log-file").set_input_files(archive)
    expect(page.locator(".judged li")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert serious(page) == []


def serious(page: Page) -> list[str]:
    return [
        f"{rule['id']}: {[node['html'][:120] for node in rule['nodes'][:3]]}"
        for rule in Axe().run(page).response["violations"]
        if rule["impact"] in ("serious", "critical")
    ]


def test_a_log_and_its_trace_are_dropped_together(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.url, drawn=False)
    drop(page, ("trace.txt.xz", TRACE.read_bytes()), ("dmesg.txt", TRACED.read_bytes()))
    page.wait_for_url(re.compile(r"/l/[a-z2-7]{26}$"))
    wait_drawn(page)
    identity = page.url.rpartition("/")[2]
    report = page.request.get(f"{site.url}/api/v1/logs/{identity}").json()
    assert report["capture"]["trace_sha256"]
    assert sum(call["level_source"] == "trace" for call in report["initcalls"]) == 1001


def test_log_trace_and_symbols_are_chosen_in_the_form(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.url, drawn=False, java_script_enabled=False)
    for part in ("Add the build", "Add a trace"):
        page.get_by_text(part).click()
    page.locator("#log-file").set_input_files(TRACED)
    page.locator("#trace-file").set_input_files(TRACE)
    page.get_by_role("button", name="Judge this boot").click()
    page.wait_for_url(re.compile(r"/l/[a-z2-7]{26}$"))
    report = page.request.get(page.url.replace("/l/", "/api/v1/logs/")).json()
    assert report["capture"]["trace_sha256"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with-js", "without-js"])
def test_a_log_is_read_as_another_framing(
    open_page: OpenPage, site: Site, watched: Watched, scripts: bool
) -> None:
    address = site.send(CALLER.read_bytes())
    page = open_page(address, drawn=scripts, java_script_enabled=scripts)
    box = page.locator(".read-as")
    expect(box.locator("summary")).to_have_text("Read as printk_caller (every sampled line fits)")
    box.locator("summary").click()
    expect(box).to_contain_text("dmesg, every sampled line fits")
    box.get_by_label("Read it as").select_option("dmesg")
    box.get_by_role("button", name="Read again").click()
    expect(page).to_have_url(f"{address}?framing=dmesg")
    expect(page.locator(".notice")).to_contain_text("Read as dmesg because the address asks for it")
    expect(page.locator(".verdict .badge")).to_have_text("Cannot tell")
    page.get_by_role("link", name="Read as detected").click()
    expect(page).to_have_url(address)
    expect(page.locator(".verdict .badge")).to_have_text("Fails")
    if scripts:
        wait_drawn(page)
    passed_over(watched, "no initcall, probe or marker to draw")


def passed_over(watched: Watched, text: str) -> None:
    """What the page, or Chromium itself, says of the case under test is no fault."""
    watched.faults[:] = [fault for fault in watched.faults if text not in fault]


def test_the_framing_stays_while_the_view_moves(open_page: OpenPage, site: Site) -> None:
    address = site.send((SAMPLES / "ff-rootfs-protected.log").read_bytes() + LUCKY.read_bytes())
    page = open_page(f"{address}?boot=2&framing=dmesg_notime")
    page.keyboard.press("w")
    page.wait_for_url(re.compile(r"\?boot=2&framing=dmesg_notime&t="))
    page.locator("#boots a").first.click()
    expect(page).to_have_url(f"{address}?boot=1&framing=dmesg_notime")
    wait_drawn(page)


def test_an_unknown_framing_shows_the_way_back(
    open_page: OpenPage, site: Site, watched: Watched
) -> None:
    address = site.send(LUCKY.read_bytes())
    page = open_page(f"{address}?framing=<script>alert(1)</script>", drawn=False)
    expect(page.locator("h1")).to_have_text("No kernel log found")
    expect(page.locator("main")).to_contain_text("There is no framing '<script>alert(1)</script>'.")
    page.get_by_role("link", name="Show this log as detected").click()
    expect(page).to_have_url(address)
    wait_drawn(page)
    passed_over(watched, "Failed to load resource")


def test_a_cure_leads_to_its_section(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample("deb612-arm64-smallbuf"))
    cure = page.locator(".verdict-main .cure")
    expect(cure).to_contain_text("boot with log_buf_len=16M, or capture the serial console")
    cure.get_by_role("link").click()
    expect(page).to_have_url(f"{site.url}/help/capturing#the-command-line")
    expect(page.get_by_role("heading", name="The command line")).to_be_in_viewport()


@pytest.mark.parametrize("name", ["capturing", "framings"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_help_suits_every_screen(
    open_page: OpenPage, site: Site, name: str, size: tuple[int, int], scheme: str
) -> None:
    page = open_page(f"{site.url}/help/{name}", drawn=False, size=size, color_scheme=scheme)
    expect(page.locator("article h1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert serious(page) == []


def test_keys_rest_while_a_dialog_is_open(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample("ff-rootfs-protected"))
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    before = page.url, page.locator("#chart").get_attribute("data-from")
    for key in ("f", "t", "v", "w", "x"):
        page.keyboard.press(key)
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    drop(page, ("a.log", BROKEN.read_bytes()), ("b.log", LUCKY.read_bytes()))
    expect(page.locator("#status")).to_have_text("2 logs: each is judged by itself.")
    for key in ("f", "t", "v", "w", "x"):
        page.keyboard.press(key)
    page.keyboard.press("Escape")
    expect(page.locator("#intake")).to_be_hidden()
    assert (page.url, page.locator("#chart").get_attribute("data-from")) == before
    expect(page.locator("#panel-table")).to_be_hidden()
    page.keyboard.press("t")  # and now they do what they say
    expect(page.locator("#panel-table")).to_be_visible()
