"""Make docs/timeline.png from a running server: ``python scripts/picture.py URL``.

URL is the address of the server; the picture is of the sample ff-rootfs-protected.
"""

import json
import shutil
import sys
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
LOG = ROOT / "sample_logs" / "ff-rootfs-protected.log"


def main(server: str) -> None:
    """Upload the sample and take the picture of its first screen."""
    request = urllib.request.Request(f"{server}/api/v1/logs", LOG.read_bytes(), method="POST")
    with urllib.request.urlopen(request) as answer:
        url: str = json.load(answer)["url"]
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 860}, color_scheme="light")
        page.goto(url)
        page.locator("html[data-timeline=drawn]").wait_for()
        page.screenshot(path=ROOT / "docs" / "timeline.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
