"""What a page gives to others: texts, pictures, links, one file; and the page without scripts."""

import re
import struct
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import OpenPage, Site, Watched, wait_drawn
from tests.browser.test_hostile import hostile_log
from tests.conftest import ROOT, SAMPLES

FAILING = "ff-rootfs-protected"
HOSTILE = hostile_log() + b"[    1.600000] not the bytes that others send\n"
CLIPBOARD = ["clipboard-read", "clipboard-write"]


def copied(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def menu(page: Page, word: str) -> None:
    page.locator("details.menu > summary", has_text=word).click()


@pytest.mark.parametrize(("button", "name"), [("mail", "mail"), ("Markdown", "markdown")])
def test_a_copy_is_what_api_and_command_line_give(
    open_page: OpenPage, site: Site, button: str, name: str
) -> None:
    address = site.sample(FAILING)
    page = open_page(address, permissions=CLIPBOARD)
    menu(page, "Copy")
    page.get_by_role("button", name=f"Copy as {button}").click()
    expect(page.locator("#toast")).to_have_text(re.compile("copied"))
    with urlopen(f"{address.replace('/l/', '/api/v1/logs/')}?format={name}") as answer:
        assert copied(page) == answer.read().decode()
    expect(page.locator("details.menu[open]")).to_have_count(0)


def test_menus_by_keyboard(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING))
    summary = page.locator("details.menu > summary", has_text="Save")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Initcalls as CSV")).to_be_visible()
    menu(page, "Copy")
    expect(page.get_by_role("link", name="Initcalls as CSV")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("details.menu[open]")).to_have_count(0)


def save_view(page: Page, kind: str, folder: Path) -> bytes:
    menu(page, "Save")
    with page.expect_download() as saving:
        page.get_by_role("button", name=f"This view as {kind.upper()}").click()
    assert re.fullmatch(rf"bootscope-[a-z2-7]{{8}}\.{kind}", saving.value.suggested_filename)
    saving.value.save_as(folder / f"view.{kind}")
    return (folder / f"view.{kind}").read_bytes()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_view_as_a_picture(
    open_page: OpenPage, site: Site, tmp_path: Path, scheme: str
) -> None:
    page = open_page(site.sample(FAILING), accept_downloads=True, color_scheme=scheme)
    root = ElementTree.fromstring(save_view(page, "svg", tmp_path))
    said = ["".join(node.itertext()) for node in root.iter() if node.tag.endswith("}text")]
    assert said[0] == "Fails: FF-A came up 306 ms before pKVM traps SMCs"
    # A label that lies over the chart, a name in a bar, an axis tick, an entry of the legend.
    for words in ("kvm_arm_init, 6 device, 1.891921 s", "ffa_init", "1.6 s", "held"):
        assert words in said
    width, height = int(root.get("width") or 0), float(root.get("height") or 0)
    png = save_view(page, "png", tmp_path)
    assert struct.unpack(">II", png[16:24]) == (2 * width, int(2 * height))
    assert len(png) > 50_000


def test_hostile_names_in_a_picture_are_text(
    open_page: OpenPage, site: Site, tmp_path: Path
) -> None:
    page = open_page(site.send(HOSTILE), accept_downloads=True)
    page.keyboard.press("f")
    root = ElementTree.fromstring(save_view(page, "svg", tmp_path))
    names = {node.tag.rpartition("}")[2] for node in root.iter()}
    assert not names & {"script", "image", "foreignObject", "a", "img", "b"}
    attributes = {name.lower() for node in root.iter() for name in node.attrib}
    assert not [name for name in attributes if name.startswith("on")]
    assert any("<script>alert(1)</script>" in (node.text or "") for node in root.iter())


def test_a_finding_has_a_link_of_its_own(open_page: OpenPage, site: Site) -> None:
    address = site.sample(FAILING)
    page = open_page(address, permissions=CLIPBOARD)
    page.keyboard.press("w")
    expect(page).to_have_url(re.compile(r"\?t="))
    page.locator("#FFA007 > summary").click()
    page.locator("#FFA007").get_by_role("button", name="Copy link to this finding").click()
    expect(page.locator("#toast")).to_have_text("Link copied")
    assert copied(page) == f"{address}#FFA007"


@pytest.mark.parametrize(
    ("sample", "rule", "lead"),
    [(FAILING, "FFA007", False), (FAILING, "FFA003", False), (FAILING, "FFA001", True),
     ("k73-imalatesync-protected", "FFA002", False), ("deb612-amd64", "INIT001", True),
     ("deb612-arm64-smallbuf", "LOG001", False)],
)  # fmt: skip
def test_a_findings_link_shows_it_on_every_kind_of_page(
    open_page: OpenPage, site: Site, sample: str, rule: str, lead: bool
) -> None:
    page = open_page(f"{site.sample(sample)}#{rule}")
    target = page.locator(f"#{rule}")
    expect(target).to_be_visible()
    assert target.evaluate("node => node === document.querySelector(':target')")
    if lead:
        expect(target).to_have_class(re.compile("verdict"))
    else:
        expect(target).to_have_attribute("open", "")


def test_of_a_boot_among_several(open_page: OpenPage, site: Site) -> None:
    logs = [(SAMPLES / f"{name}.log").read_bytes() for name in (FAILING, "k73-upstream-protected")]
    page = open_page(f"{site.send(b''.join(logs))}?boot=2#FFA007")
    expect(page.locator("#FFA007")).to_have_attribute("open", "")
    expect(page.locator(".about-boot")).to_contain_text("boot 2 of 2")


def opened_from_disk(browser: Browser, watched: Watched, path: Path, **more: object) -> Page:
    context = browser.new_context(offline=True, reduced_motion="reduce", **more)
    page = context.new_page()
    page.set_default_timeout(30_000)
    watched.follow(page)
    page.goto(path.as_uri())
    return page


@pytest.fixture
def page_file(tmp_path: Path) -> Path:
    """The page that the command line makes of the failing sample."""
    log = SAMPLES / f"{FAILING}.log"
    command = [sys.executable, "-m", "app.cli", "analyse", str(log), "--format", "html"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 1, done.stderr
    path = tmp_path / "page.html"
    path.write_bytes(done.stdout)
    return path


def test_one_file_opens_offline_and_does_all_that_the_page_does(
    browser: Browser, watched: Watched, page_file: Path
) -> None:
    page = opened_from_disk(browser, watched, page_file, permissions=CLIPBOARD)
    wait_drawn(page)
    expect(page.locator("h1")).to_have_text("FF-A came up 306 ms before pKVM traps SMCs")
    before = page.locator("#chart").get_attribute("data-from")
    page.keyboard.press("w")
    expect(page.locator("#chart")).not_to_have_attribute("data-from", before or "")
    page.locator(".verdict-main .evidence a.ln").last.click()
    expect(page.locator(".log-row.marked")).to_contain_text("kvm_arm_init+0x0/0x1264 returned 0")
    page.locator("#search").fill("ffa_init")
    expect(page.locator("#search-count")).to_contain_text("1")
    menu(page, "Copy")
    page.get_by_role("button", name="Copy as mail").click()
    expect(page.locator("#toast")).to_have_text("Mail copied")
    assert copied(page).startswith("FAIL: FF-A came up 306 ms")
    with page.expect_download():
        menu(page, "Save")
        page.get_by_role("button", name="This view as PNG").click()
    page.context.close()
    assert watched.faults == [] and watched.dialogs == []
    asked = {url.partition("?")[0] for url in watched.requests if not url.startswith("data:")}
    assert {url for url in asked if not url.startswith("blob:")} == {page_file.as_uri()}


def test_one_file_without_javascript(browser: Browser, watched: Watched, page_file: Path) -> None:
    page = opened_from_disk(browser, watched, page_file, java_script_enabled=False)
    expect(page.locator("h1")).to_have_text("FF-A came up 306 ms before pKVM traps SMCs")
    page.locator(".initcalls-all > summary").click()
    expect(page.locator(".initcalls tbody tr")).to_have_count(375)
    page.context.close()
    assert watched.faults == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with-js", "without-js"])
def test_one_file_of_a_hostile_log(
    browser: Browser, watched: Watched, site: Site, tmp_path: Path, scripts: bool
) -> None:
    with urlopen(f"{site.send(HOSTILE)}/page.html") as answer:
        (tmp_path / "page.html").write_bytes(answer.read())
    page = opened_from_disk(browser, watched, tmp_path / "page.html", java_script_enabled=scripts)
    if scripts:
        wait_drawn(page)
        page.keyboard.press("f")
        expect(page.locator(".log-row").first).to_be_visible()
    expect(page.locator("h1")).to_contain_text("<b>x</b><script>alert(1)</script>() never returned")
    assert page.locator("main img, main script, a[href^='javascript:']").count() == 0
    page.context.close()
    assert watched.faults == [] and watched.dialogs == []
    assert len([url for url in watched.requests if url.startswith("http")]) == 0


def test_the_page_without_javascript(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING), drawn=False, java_script_enabled=False)
    expect(page.locator(".verdict .strip svg")).to_be_visible()
    assert page.locator(".strips svg").count() >= 3
    page.locator(".verdict-main .evidence a.ln").first.click()
    expect(page.locator("li#L602")).to_be_in_viewport()
    menu(page, "Save")
    expect(page.get_by_role("link", name="For Perfetto (Chrome trace)")).to_be_visible()
    page.get_by_role("link", name="table of all 375 initcalls").click()
    expect(page.locator(".initcalls tbody tr")).to_have_count(375)
    expect(page.locator(".initcalls")).to_contain_text("kvm_arm_init")
    page.get_by_role("link", name="Verdict and evidence").click()
    expect(page.locator("h1")).to_have_text("FF-A came up 306 ms before pKVM traps SMCs")


def test_a_findings_link_opens_it_without_javascript(open_page: OpenPage, site: Site) -> None:
    address = f"{site.sample(FAILING)}#FFA007"
    page = open_page(address, drawn=False, java_script_enabled=False)
    expect(page.locator("#FFA007 .evidence").first).to_be_visible()
    expect(page.locator("#FFA005 .finding-body")).to_be_hidden()


def test_the_bar_fits_a_phone(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample(FAILING), size=(360, 740))
    menu(page, "Save")
    for place in page.locator(".bar-actions > *:visible, .menu[open] .menu-items").all():
        box = place.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 360
    menu(page, "Copy")
    expect(page.get_by_role("button", name="Copy link", exact=True)).to_be_visible()
