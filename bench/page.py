"""The timeline page in headless Chromium, cold cache: paint, drawing, weight."""

import json
import os
import shutil
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from bench.measure import SAMPLES, made_up, server

VISITS = 5
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_HAND = """async () => {
  const box = document.getElementById('chart'), edge = box.getBoundingClientRect();
  const at = (x) => (
    { clientX: edge.left + x, clientY: edge.top + 60, bubbles: true, cancelable: true });
  const frame = () => new Promise((done) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    channel.port2.postMessage(0);
  }));
  const timed = async (act, times) => {
    const took = [];
    for (let i = 0; i < times; i += 1) {
      const before = performance.now();
      act(i);
      await frame();
      took.push(performance.now() - before);
    }
    return took.sort((a, b) => a - b)[times >> 1];
  };
  const wheel = (i) => box.dispatchEvent(
    new WheelEvent('wheel', { ...at(300), deltaY: i % 10 < 5 ? -120 : 120 }));
  const pointer = (type, x) => box.dispatchEvent(
    new PointerEvent(type, { ...at(x), pointerId: 7, pointerType: 'touch', button: 0 }));
  await timed(wheel, 3);
  const zoom = await timed(wheel, 20);
  pointer('pointerdown', 400);
  const drag = await timed((i) => pointer('pointermove', 400 + 9 * (i % 12)), 20);
  pointer('pointerup', 400);
  return { zoom, drag };
}"""
_SCRIPT = """() => {
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  const files = performance.getEntriesByType('resource')
    .concat(performance.getEntriesByType('navigation'));
  const lines = files.filter(file => new URL(file.name).pathname.endsWith('/lines'));
  return {
    paint: paint ? paint.startTime : null,
    drawn: performance.getEntriesByName('timeline-drawn')[0]?.startTime ?? null,
    bytes: files.reduce((sum, file) => sum + file.encodedBodySize, 0),
    log: lines.reduce((sum, file) => sum + file.encodedBodySize, 0),
  };
}"""


def run() -> Iterator[str]:
    """Paint and weight of real boots and of made-up ones."""
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as address:
        logs = {
            "ff-rootfs-protected": (SAMPLES / "ff-rootfs-protected.log").read_bytes(),
            "deb73-ffa-module-protected": (SAMPLES / "deb73-ffa-module-protected.log").read_bytes(),
            "1,500 made-up initcalls": made_up(1_500),
            "30,000 made-up initcalls": made_up(30_000),
            "300,000 made-up initcalls": made_up(300_000),
        }
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=_chromium(), args=ARGUMENTS)
            for name, data in logs.items():
                yield _measure(browser, name, _upload(address, data))
            browser.close()


def _measure(browser: Browser, name: str, url: str) -> str:
    visits = []
    for _ in range(VISITS):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.goto(url)
        page.locator("html[data-timeline=drawn]").wait_for(state="attached")
        page.wait_for_load_state("networkidle")
        visits.append(page.evaluate(_SCRIPT) | page.evaluate(_HAND))
        context.close()

    def middle(key: str) -> float:
        return median(visit[key] or 0 for visit in visits)

    return (
        f"page {name}: first contentful paint {middle('paint'):.0f} ms, timeline drawn"
        f" {middle('drawn'):.0f} ms, {middle('bytes') / 1000:.0f} kB compressed"
        f" ({middle('log') / 1000:.0f} kB of it the log), zoom step {middle('zoom'):.0f} ms,"
        f" drag move {middle('drag'):.0f} ms"
    )


def _upload(address: str, data: bytes) -> str:
    request = urllib.request.Request(f"{address}/api/v1/logs", data, method="POST")
    with urllib.request.urlopen(request) as answer:
        url: str = json.load(answer)["url"]
    return url


def _chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = (shutil.which(name) for name in names)
    return os.environ.get("BOOTSCOPE_CHROMIUM") or next(filter(None, found), None)
