"""Pictures of every page in both themes at three widths, into test-results/screenshots.

Starts a server of its own over a fresh store with the sample logs. Names given on the
command line choose pages: ``screenshots.py home boot-fail``.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "test-results" / "screenshots"
SAMPLES = ROOT / "sample_logs"
WIDTHS = {390: 844, 800: 1100, 1280: 800}
THEMES = ("light", "dark")
BOOTS = {
    "boot-fail": ("ff-rootfs-protected",),
    "boot-pass": ("k73-imalatesync-protected",),
    "boot-warning": ("ff-module-protected",),
    "boot-fragile": ("ff-device-protected",),
    "boot-hangs": ("k612-nofw-protected-hyppanic",),
    "boot-cannot-tell": ("deb612-arm64-smallbuf",),
    "boots": ("ff-device-protected", "ff-rootfs-protected", "k73-imalatesync-protected"),
}
PAGES = {
    "home": "/", "rules": "/rules", "rule": "/rules/FFA001", "write-rule": "/rules/new",
    "help": "/help/capturing", "words": "/help/words", "not-found": "/l/none",
    "components": "/components",
}  # fmt: skip


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """`bootscope serve` on a free port, with the page of components; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    told = {"PORT": str(port), "DATA": str(folder), "COMPONENTS": "1"}
    environment = os.environ | {f"BOOTSCOPE_{name}": value for name, value in told.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve"], cwd=ROOT, env=environment
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


def upload(address: str, logs: Sequence[str]) -> str:
    """Send sample logs as one capture; returns the path of its page."""
    data = b"".join((SAMPLES / f"{log}.log").read_bytes() for log in logs)
    request = urllib.request.Request(f"{address}/api/v1/logs?name={logs[0]}", data, method="POST")
    with urllib.request.urlopen(request) as answer:
        return f"/l/{json.load(answer)['id']}"


def settle(page: Page, name: str) -> None:
    """Until everything that a page draws by script is there."""
    ready = {"components": "legends=shown"}.get(name, "log=shown" if name in BOOTS else "")
    if ready:
        page.locator(f"html[data-{ready}]").wait_for(state="attached")
    if name in BOOTS:
        page.locator("html[data-timeline=drawn]").wait_for(state="attached")
    page.wait_for_load_state("networkidle")


def take(browser: Browser, name: str, url: str) -> None:
    """One page: each theme, each width, from top to bottom; and as it is printed."""
    for theme in THEMES:
        context = browser.new_context(color_scheme=theme, reduced_motion="reduce")
        page = context.new_page()
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.goto(url)
            settle(page, name)
            page.screenshot(path=TARGET / f"{name}-{theme}-{width}.png", full_page=True)
            wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if wider > 0:
                print(f"{name} {theme} {width}: {wider} px too wide")
        if theme == "dark":
            page.pdf(path=TARGET / f"{name}.pdf", format="A4", prefer_css_page_size=True)
        context.close()


def main() -> int:
    """Take what was asked for, or everything."""
    asked = sys.argv[1:]
    unknown = [name for name in asked if name not in {*PAGES, *BOOTS, "initcalls"}]
    if unknown:
        print(f"screenshots: no such page: {', '.join(unknown)}", file=sys.stderr)
        return 1
    if not asked:
        shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True, exist_ok=True)
    found = filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    chromium = os.environ.get("BOOTSCOPE_CHROMIUM") or next(found, None)
    with (
        tempfile.TemporaryDirectory() as folder,
        server(Path(folder)) as address,
        sync_playwright() as play,
    ):
        paths = PAGES | {name: upload(address, logs) for name, logs in BOOTS.items()}
        paths["initcalls"] = f"{paths['boot-fail']}/initcalls"
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name in asked or paths:
            take(browser, name, address + paths[name])
        browser.close()
    print(f"screenshots: in {TARGET.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
