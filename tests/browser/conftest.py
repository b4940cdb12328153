"""The real server as a process, a real Chromium, and pages that tell on themselves."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.conftest import ROOT, SAMPLES

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
_START_S = 60
_PATIENCE_MS = 30_000
"""What a busy machine may take; what never comes is a fault all the same."""
expect.set_options(timeout=_PATIENCE_MS)


class Site:
    """The server under test: its address, and logs sent to it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def send(self, data: bytes, name: str = "log.txt") -> str:
        """Upload a log; returns the address of its page."""
        request = Request(f"{self.url}/api/v1/logs?name={name}", data=data)
        request.add_header("Content-Type", "application/octet-stream")
        with urlopen(request, timeout=30) as answer:
            return f"{self.url}/l/{json.load(answer)['id']}"

    def sample(self, name: str) -> str:
        """Upload a sample log; returns the address of its page."""
        return self.send((SAMPLES / f"{name}.log").read_bytes(), f"{name}.log")


@contextmanager
def served(data: Path, **settings: str) -> Iterator[Site]:
    """`bootscope serve` on a free port, with a store of its own and settings by their names."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {"PORT": str(port), "DATA": str(data)} | settings
    environment = os.environ | {f"BOOTSCOPE_{name}": value for name, value in told.items()}
    command = [sys.executable, "-m", "app.cli", "serve"]
    output = (data / "output.txt").open("wb")
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
    )
    try:
        _wait(process, f"http://127.0.0.1:{port}", data / "output.txt")
        yield Site(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(15)
        output.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The server that most tests share."""
    with served(tmp_path_factory.mktemp("store"), COMPONENTS="1", LISTED="1") as site:
        yield site


def _wait(process: "subprocess.Popen[bytes]", url: str, output: Path) -> None:
    """Until the server answers; fails with what it printed."""
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{url}/healthz", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the server did not start: {output.read_text('utf-8', 'replace')}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests: the one named, the system's, or Playwright's own."""
    named = os.environ.get("BOOTSCOPE_CHROMIUM")
    found = named or next((path for path in map(shutil.which, _NAMES) if path), None)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=_ARGUMENTS)
        yield running
        running.close()


class Watched:
    """What went wrong in a page, and where its requests went."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.requests: list[str] = []
        self.dialogs: list[str] = []

    def follow(self, page: Page) -> None:
        """Record messages, errors, requests and dialogs of a page."""
        page.on("console", lambda message: self._say(message.type, message.text))
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))

    def _say(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.faults.append(f"{kind}: {text}")


OpenPage = Callable[..., Page]


@pytest.fixture
def watched() -> Watched:
    """The record of this test's pages."""
    return Watched()


@pytest.fixture
def open_page(browser: Browser, site: Site, watched: Watched) -> Iterator[OpenPage]:
    """Open an address in a fresh context; waits until the timeline is drawn.

    At the end no page may have logged an error, asked another host for anything
    or opened a dialog.
    """
    contexts: list[BrowserContext] = []

    def opened(
        url: str, *, drawn: bool = True, size: tuple[int, int] = (1280, 800), **more: object
    ) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", **more
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(_PATIENCE_MS)
        watched.follow(page)
        page.goto(url)
        if drawn:
            wait_drawn(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert watched.faults == []
    assert watched.dialogs == []
    own = (site.url, "data:", "blob:")
    assert [url for url in watched.requests if not url.startswith(own)] == []


def wait_drawn(page: Page) -> None:
    """Until timeline and log are there, and what follows in the next frame is, too."""
    for part, state in (("timeline", "drawn"), ("log", "shown")):
        expect(page.locator("html")).to_have_attribute(f"data-{part}", state)
    settle(page)


def settle(page: Page) -> None:
    """Until what was asked for so far is drawn: the page draws once a frame."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
