"""A server that asks for tokens, from a browser: typed, and kept only if that is asked for."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.browser.conftest import Site, served, wait_drawn
from tests.browser.test_uploads import serious
from tests.conftest import ROOT, SAMPLES

LOG = SAMPLES / "ff-rootfs-protected.log"
OTHER = SAMPLES / "ff-device-protected.log"


def token(data: Path, scope: str) -> str:
    """Made by the command line, over the store that the server runs on."""
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "tokens", "create", scope, "--scope", scope],
        cwd=ROOT, env=os.environ | {"BOOTSCOPE_DATA": str(data)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def asking(store: Path) -> Iterator[Site]:
    with served(store, SAMPLES="", ACCESS="upload") as site:
        yield site


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def home(context: BrowserContext, asking: Site) -> Page:
    page = context.new_page()
    page.goto(asking.url)
    return page


def test_a_token_is_asked_for_before_anything_is_sent(home: Page, store: Path) -> None:
    sent: list[str] = []
    home.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    home.locator("#log-file").set_input_files(LOG)
    expect(home.locator("#status")).to_have_text("This server takes a log only with a token.")
    expect(home.locator("#intake-send")).to_be_disabled()
    assert serious(home) == []
    home.get_by_label("Access token").fill("bsc_wrong")
    home.locator("#intake-send").click()
    expect(home.locator("#problem")).to_contain_text("That is no token of this server.")
    assert [one for one in sent if one.startswith("POST")] == [
        f"POST {home.url}api/v1/logs?name=ff-rootfs-protected.log"
    ]
    field = home.get_by_label("Access token")
    field.fill(token(store, "upload"))
    field.press("Enter")
    home.wait_for_url("**/l/*")
    wait_drawn(home)
    assert home.evaluate("localStorage.getItem('bootscope.token')") is None


def test_it_is_kept_where_that_is_asked_for(home: Page, store: Path, asking: Site) -> None:
    made = token(store, "admin")
    home.locator("#log-file").set_input_files(LOG)
    home.get_by_label("Access token").fill(made)
    home.get_by_label("Keep it in this browser").check()
    home.locator("#intake-send").click()
    home.wait_for_url("**/l/*")
    assert home.evaluate("localStorage.getItem('bootscope.token')") == made
    home.goto(asking.url)
    home.locator("#log-file").set_input_files(OTHER)
    home.wait_for_url("**/l/*")
    home.goto(asking.url)
    home.locator("#log-file").set_input_files([LOG, OTHER])
    home.get_by_label("Keep it in this browser").uncheck()
    assert home.evaluate("localStorage.getItem('bootscope.token')") is None


def test_the_command_that_is_shown_has_a_token(home: Page) -> None:
    expect(home.get_by_text("Authorization: Bearer $TOKEN")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_what_a_form_sends_the_browser_asks_for(
    browser: Browser, asking: Site, store: Path, scripts: bool
) -> None:
    known = {"username": "", "password": token(store, f"upload,{'read' if scripts else 'delete'}")}
    context = browser.new_context(http_credentials=known, java_script_enabled=scripts)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    page = context.new_page()
    if scripts:
        page.goto(f"{asking.url}/rules/new")
        page.locator("#rule-form button[type=submit]").click()
        expect(page.locator("#answer")).to_contain_text("2 of 2 examples")
    else:
        page.goto(asking.url)
        page.locator("#log-file").set_input_files(LOG)
        page.locator("#upload button[type=submit]").click()
        page.wait_for_url("**/l/*")
    context.close()


def test_where_all_needs_one_the_browser_asks(
    browser: Browser, tmp_path: Path, store: Path
) -> None:
    with served(tmp_path, SAMPLES="", ACCESS="all") as site:
        stranger = browser.new_context()
        page = stranger.new_page()
        with pytest.raises(Error, match="ERR_INVALID_AUTH_CREDENTIALS"):  # the browser asked
            page.goto(site.url)
        stranger.close()
        known = {"username": "me", "password": token(tmp_path, "read,upload")}
        context = browser.new_context(http_credentials=known, reduced_motion="reduce")  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(site.url)
        page.locator("#log-file").set_input_files(LOG)
        page.wait_for_url("**/l/*")
        wait_drawn(page)
        page.get_by_role("link", name="Rules", exact=True).click()
        expect(page.locator("h1")).to_have_text("Rules")
        context.close()
        assert "bsc_" not in (tmp_path / "output.txt").read_text()
