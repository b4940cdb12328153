"""Files on their way in: what each is, what is taken out first, giving up, what is kept."""

import base64
import gzip
import random
import re

import pytest
from playwright.sync_api import Page, expect

from app.redaction import redact
from tests.browser.conftest import OpenPage, Site, Watched, wait_drawn
from tests.browser.test_uploads import drop, passed_over, rows, serious
from tests.conftest import SAMPLES
from tests.unit.app.test_redaction import LEFT, TAKEN

BROKEN = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
LUCKY = (SAMPLES / "ff-device-protected.log").read_bytes()
SYMBOLS = (SAMPLES / "ff-rootfs-protected.System.map.xz").read_bytes()
MODULE_SYMBOLS = (SAMPLES / "ff-module-protected.System.map.xz").read_bytes()
TEXTS = [text.replace("«", "").replace("»", "") for texts in TAKEN.values() for text in texts]
NAMED = BROKEN + b"[    9.000000] d0:39:72:4a:39:ae at <img src=x onerror=alert(1)> 10.0.0.9\n"
IN_BROWSER = """async ([script, text]) => {
  const { loadKinds, redact } = await import(script);
  const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const done = await redact(bytes, await loadKinds());
  let out = "";
  for (const byte of done.bytes) out += String.fromCharCode(byte);
  return { data: btoa(out), found: [...done.found], values: [...done.values] };
}"""
PASTE = """(text) => {
  const carried = new DataTransfer();
  carried.setData('text/plain', text);
  document.body.dispatchEvent(new ClipboardEvent('paste', {clipboardData: carried, bubbles: true}));
}"""
REDACT_AND_SEND = """() => {
  document.getElementById('intake-redact').click();
  const button = document.getElementById('intake-send'), shut = button.disabled;
  button.click();
  return shut;
}"""
DROP_TEXT = """([where, kind, text]) => {
  const carried = new DataTransfer();
  carried.setData('text/plain', text);
  const event = new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true});
  document.querySelector(where).dispatchEvent(event);
  return event.defaultPrevented;
}"""
KEPT = """localStorage.setItem('bootscope.recent',
  JSON.stringify([{id: '../evil'}, 5, {id: 'a'.repeat(26)}]))"""


def logs_with_names() -> bytes:
    """All that the table speaks of, in any order, between bytes of every kind."""
    chance = random.Random(7)
    parts = [text.encode() for text in TEXTS * 3 + LEFT]
    parts += [bytes(chance.randrange(256) for _ in range(12)) for _ in range(200)]
    chance.shuffle(parts)
    return b"\n".join(parts)


REDACTED_ALIKE = {
    "made up": logs_with_names(),
    "a boot": NAMED,
    "redacted before": redact(NAMED).data + b"ff:ee:dd:cc:bb:aa 10.0.0.8 REDACTED-MAC-41\n",
    "no numbers of ours": b"00:11:22:33:44:55 REDACTED-MAC-1234567890123456 REDACTED-MACS-9",
    "utf-16": "ip=10.0.0.9 ü".encode("utf-16"),
    **{path.name: path.read_bytes() for path in sorted((SAMPLES / "framings").iterdir())},
}


def asked_to_redact(page: Page) -> Page:
    """On this machine's own server redaction is off until it is asked for."""
    page.locator("#redact-first").check()
    return page


def raw(page: Page) -> bytes:
    """The log whose page is coming, byte for byte as the server has it."""
    page.wait_for_url(re.compile(r"/l/[a-z2-7]{26}$"))
    wait_drawn(page)
    return page.request.get(page.url.replace("/l/", "/api/v1/logs/") + "/raw").body()


def send(page: Page) -> None:
    page.get_by_role("button", name="Send and judge").click()


def test_browser_and_command_line_redact_alike(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.url, drawn=False)
    drop_js = page.locator("script[src$='drop.js']").get_attribute("src") or ""
    script = drop_js.replace("drop.js", "redaction.js")
    for name, data in REDACTED_ALIKE.items():
        done = page.evaluate(IN_BROWSER, [script, base64.b64encode(data).decode()])
        expected = redact(data)
        assert base64.b64decode(done["data"]) == expected.data, name
        assert dict(done["found"]) == expected.found, name
        values = {kind: [v.encode("latin-1") for v in found] for kind, found in done["values"]}
        assert values == {kind: list(found) for kind, found in expected.values.items()}, name


def test_what_is_taken_out_is_shown_first(open_page: OpenPage, site: Site) -> None:
    page = asked_to_redact(open_page(site.url, drawn=False))
    drop(page, ("boot.log", NAMED))
    found = page.locator("#intake-found li")
    expect(found).to_have_count(3)
    expect(found.nth(0)).to_contain_text("MAC addresses: 1 place, 1 text")
    expect(found.nth(0)).to_contain_text("d0:39:72:4a:39:ae")
    found.nth(1).get_by_role("checkbox").uncheck()  # the IP address may stay
    send(page)
    sent = raw(page)
    assert sent == redact(NAMED, {"MAC", "HOST"}).data
    assert b"10.0.0.9" in sent and b"REDACTED-MAC-1" in sent


def test_no_file_leaves_between_the_tick_and_what_it_asks_for(
    open_page: OpenPage, site: Site, watched: Watched
) -> None:
    page = open_page(site.url, drawn=False)
    drop(page, ("boot.log", NAMED), ("other.log", LUCKY))  # several wait for the button
    expect(page.locator("#status")).to_have_text("2 logs: each is judged by itself.")
    assert page.evaluate(REDACT_AND_SEND) is True
    expect(page.locator("#intake-found li")).not_to_have_count(0)
    expect(page.get_by_role("button", name="Send and judge")).to_be_enabled()
    assert [url for url in watched.requests if "/api/v1/logs" in url] == []
    send(page)
    expect(page.locator("#intake-judged-title")).to_have_text("2 logs")
    link = page.locator("#intake-judged a", has_text="boot.log").get_attribute("href") or ""
    kept = page.request.get(site.url + link.replace("/l/", "/api/v1/logs/") + "/raw").body()
    assert kept == redact(NAMED).data


def test_what_is_being_sent_cannot_be_changed(
    open_page: OpenPage, site: Site, watched: Watched
) -> None:
    page = open_page(site.url, drawn=False)
    page.route("**/api/v1/logs?*", lambda _: None)  # a server that never answers
    drop(page, ("a.log", BROKEN))
    expect(page.locator("#status")).to_contain_text(re.compile("Sending|Reading"))
    expect(page.locator("#intake-redact")).to_be_disabled()
    expect(page.get_by_label("What a.log is")).to_be_disabled()
    page.get_by_role("button", name="Cancel").click()
    drop(page, ("a.log", BROKEN), ("b.log", LUCKY))
    expect(page.locator("#intake-redact")).to_be_enabled()
    passed_over(watched, "Failed to load resource")


def test_text_dragged_into_a_field_is_for_the_field(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.url, drawn=False)
    text = LUCKY.decode("utf-8", "replace")
    page.locator("#log-text").evaluate("field => { field.closest('details').open = true; }")
    for kind in ("dragenter", "dragover", "drop"):
        assert page.evaluate(DROP_TEXT, ["#log-text", kind, text]) is False
        expect(page.locator("#drop-veil")).to_be_hidden()
    expect(page.locator("#intake")).to_be_hidden()
    for kind in ("dragenter", "dragover", "drop"):
        assert page.evaluate(DROP_TEXT, ["#main", kind, text]) is True
    expect(page.locator("#drop-veil")).to_be_hidden()
    page.wait_for_url(re.compile(r"/l/[a-z2-7]{26}"))
    wait_drawn(page)


def test_a_gzipped_log_is_looked_into(open_page: OpenPage, site: Site) -> None:
    page = asked_to_redact(open_page(site.url, drawn=False))
    drop(page, ("boot.log.gz", gzip.compress(NAMED)))
    send(page)
    assert raw(page) == redact(NAMED).data


def test_what_cannot_be_looked_into_is_not_sent_unasked(open_page: OpenPage, site: Site) -> None:
    page = asked_to_redact(open_page(site.url, drawn=False))
    drop(page, ("boot.log.zst", b"\x28\xb5\x2f\xfd" + bytes(40)))
    expect(page.locator("#problem")).to_contain_text("packed with zstd")
    expect(page.get_by_role("button", name="Send and judge")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(page.locator("#intake")).to_be_hidden()
    expect(page).to_have_url(f"{site.url}/")


def test_several_logs_are_judged_one_by_one(
    open_page: OpenPage, site: Site, watched: Watched
) -> None:
    page = open_page(site.url, drawn=False)
    drop(page, ("a.log", BROKEN), ("b.log", LUCKY), ("notes.txt", b"hello\n" * 9))
    expect(page.locator("#status")).to_have_text("3 logs: each is judged by itself.")
    send(page)
    expect(page.locator("#intake-judged-title")).to_have_text("3 logs")
    found = rows(page)
    assert found[0] == "Fails a.log FF-A came up 306 ms before pKVM traps SMCs"
    assert found[1].startswith("Fragile b.log FF-A came up 216 ms after")
    assert found[2].startswith("Not read notes.txt")
    passed_over(watched, "Failed to load resource")


def test_a_role_can_be_corrected(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.url, drawn=False)
    drop(page, ("System.map.xz", SYMBOLS), ("a.log", BROKEN), ("b.log", LUCKY))
    expect(page.locator("#problem")).to_contain_text("Symbols and trace belong to one log")
    page.get_by_label("What b.log is").select_option("none")
    send(page)
    page.wait_for_url(re.compile(r"/l/[a-z2-7]{26}$"))
    wait_drawn(page)
    report = page.request.get(page.url.replace("/l/", "/api/v1/logs/")).json()
    assert report["capture"]["name"] == "a.log"
    assert report["capture"]["symbols_sha256"]


def test_symbols_dropped_on_a_logs_page_go_with_it(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample("ff-module-protected"))
    before = page.url.split("?")[0]
    expect(page.locator(".next-step")).to_have_count(0)  # levels decide this one
    drop(page, ("System.map.xz", MODULE_SYMBOLS))
    page.wait_for_url(lambda url: url.split("?")[0] != before)
    wait_drawn(page)
    address = page.url.split("?")[0].replace("/l/", "/api/v1/logs/")
    report = page.request.get(address).json()
    assert report["capture"]["symbols_sha256"]
    assert report["capture"]["name"] == "ff-module-protected.log"


def test_where_luck_decides_symbols_are_the_next_step(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.sample("ff-rootfs-protected"))
    expect(page.locator(".next-step")).to_contain_text("drop the build’s System.map")  # noqa: RUF001
    drop(page, ("System.map.xz", SYMBOLS))
    expect(page.locator(".basis").first).to_contain_text("levels from the build's symbols")
    expect(page.locator(".next-step")).to_have_count(0)


def test_symbols_alone_are_told_where_they_belong(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.url, drawn=False)
    drop(page, ("System.map.xz", SYMBOLS))
    expect(page.locator("#problem")).to_contain_text("Symbols without a log")
    expect(page.locator("#problem")).to_contain_text("bootscope check-build")


def test_an_upload_can_be_given_up(open_page: OpenPage, site: Site, watched: Watched) -> None:
    page = open_page(site.url, drawn=False)
    page.route("**/api/v1/logs?*", lambda _: None)  # a server that never answers
    drop(page, ("a.log", BROKEN))
    expect(page.locator("#status")).to_contain_text(re.compile("Sending|Reading"))
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#intake")).to_be_hidden()
    expect(page).to_have_url(f"{site.url}/")
    assert page.evaluate("localStorage.getItem('bootscope.recent')") is None
    passed_over(watched, "Failed to load resource")


def test_a_word_that_is_pasted_is_no_log(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.url, drawn=False)
    page.evaluate(PASTE, "https://example.org/")
    expect(page.locator("#intake")).to_be_hidden()
    page.evaluate(PASTE, LUCKY.decode("utf-8", "replace"))
    page.wait_for_url(re.compile(r"/l/[a-z2-7]{26}"))
    wait_drawn(page)


def test_uploads_are_remembered_and_taken_back(
    open_page: OpenPage, site: Site, watched: Watched
) -> None:
    page = open_page(site.url, drawn=False)
    expect(page.locator("#recent")).to_be_hidden()
    drop(page, ("<b>mine</b>.log", LUCKY + b"[    9.000000] only here\n"))
    page.wait_for_url(re.compile(r"/l/[a-z2-7]{26}$"))
    wait_drawn(page)
    address = page.url
    page.goto(site.url)
    row = page.locator("#recent li")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("<b>mine</b>.log")
    row.get_by_role("button", name="Delete").click()
    expect(row).to_contain_text("Really delete")
    row.get_by_role("button", name="Delete").click()
    expect(page.locator("#recent")).to_be_hidden()
    assert page.request.get(address).status == 404


def test_a_list_that_others_wrote_does_no_harm(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.url, drawn=False)
    page.evaluate(KEPT)
    page.reload()
    expect(page.locator("#recent li")).to_have_count(1)
    page.get_by_role("button", name=re.compile("^Take ")).click()
    expect(page.locator("#recent")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desk", "phone"])
def test_the_dialog_suits_every_screen(
    open_page: OpenPage, site: Site, size: tuple[int, int], scheme: str
) -> None:
    page = asked_to_redact(open_page(site.url, drawn=False, size=size, color_scheme=scheme))
    drop(page, ("boot.log", NAMED), ("System.map.xz", SYMBOLS))
    expect(page.locator("#intake-found li")).to_have_count(3)
    assert page.locator("#intake-found img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert serious(page) == []
