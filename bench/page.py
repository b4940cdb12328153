"""The timeline page in headless Chromium, cold cache: paint, drawing, weight.

A page of two words is opened between the visits: what its paint takes is the browser's
own, and grows with the load of the machine. So is the page that a peer makes of a real
log, where BOOTSCOPE_PEERS names one (bench/analyse.py) that leaves an HTML file behind.
"""

import json
import os
import shutil
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from bench.analyse import peers
from bench.measure import SAMPLES, child, made_up, server

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


_LOADED = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  done({
    paint: paint ? paint.startTime : null, loaded: performance.now(),
    nodes: document.querySelectorAll('*').length, height: document.documentElement.scrollHeight,
  });
})))"""


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
                with tempfile.TemporaryDirectory() as place:
                    others = {"an empty page": f"{address}/healthz"}
                    others |= _peer_pages(Path(place), name)
                    yield from _measure(browser, name, _upload(address, data), others)
            browser.close()


def _peer_pages(folder: Path, name: str) -> dict[str, str]:
    """The pages that peers make of a sample log, by the peer's name."""
    log = SAMPLES / f"{name}.log"
    found: dict[str, str] = {}
    for peer, command in peers() if log.is_file() else ():
        home = folder / peer
        home.mkdir()
        child([*command, str(log)], home=str(home))
        for made in home.glob("*.html"):
            found[peer] = made.as_uri()
    return found


def _measure(browser: Browser, name: str, url: str, others: Mapping[str, str]) -> Iterator[str]:
    visits, seen = [], {other: list[dict[str, float]]() for other in others}
    for _ in range(VISITS):
        for other, address in others.items():
            seen[other].append(_visit(browser, address))
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.goto(url)
        page.locator("html[data-timeline=drawn]").wait_for(state="attached")
        page.wait_for_load_state("networkidle")
        visits.append(page.evaluate(_SCRIPT) | page.evaluate(_HAND) | {"heap": _heap(page)})
        context.close()

    def middle(key: str) -> float:
        return median(visit[key] or 0 for visit in visits)

    yield (
        f"page {name}: first contentful paint {middle('paint'):.0f} ms, timeline drawn"
        f" {middle('drawn'):.0f} ms, {middle('bytes') / 1000:.0f} kB compressed"
        f" ({middle('log') / 1000:.0f} kB of it the log), zoom step {middle('zoom'):.0f} ms,"
        f" drag move {middle('drag'):.0f} ms, scripts hold {middle('heap') / 1e6:.0f} MB"
    )
    for other, found in seen.items():
        paint, loaded, nodes, height = (
            median(one[key] or 0 for one in found) for key in ("paint", "loaded", "nodes", "height")
        )
        yield (
            f"  {other}: first contentful paint {paint:.0f} ms, loaded {loaded:.0f} ms,"
            f" {nodes:.0f} elements, {height:.0f} px high"
        )


def _visit(browser: Browser, url: str) -> dict[str, float]:
    """One cold visit of a page that is not ours."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(url)
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    found: dict[str, float] = page.evaluate(_LOADED)
    context.close()
    return found


def _heap(page: Page) -> float:
    """Bytes that scripts hold, typed arrays and elements with them, without garbage."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    usage = session.send("Runtime.getHeapUsage")
    parts = ("usedSize", "embedderHeapUsedSize", "backingStorageSize")
    return float(sum(usage[part] for part in parts))


def _upload(address: str, data: bytes) -> str:
    request = urllib.request.Request(f"{address}/api/v1/logs", data, method="POST")
    with urllib.request.urlopen(request) as answer:
        url: str = json.load(answer)["url"]
    return url


def _chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = (shutil.which(name) for name in names)
    return os.environ.get("BOOTSCOPE_CHROMIUM") or next(filter(None, found), None)
