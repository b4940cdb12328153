// The page of two boots: both timelines on one axis, zoomed and moved as one.
// The address keeps what is shown: at= what they are aligned on, t= the shown span in s (or
// lines) from there.

import { tendMenus } from "./menus.js";
import { draw, hitAt, placeAt } from "./compare-draw.js";
import { element } from "./text.js";

const box = /** @type {HTMLElement} */ (document.getElementById("both"));
const told = /** @type {HTMLElement} */ (document.getElementById("told"));
const select = /** @type {HTMLSelectElement} */ (document.getElementById("at"));
const swap = /** @type {HTMLAnchorElement} */ (document.getElementById("swap"));
const LEAST = 20; // µs, or lines, shown at the least

class Both {
  /** @param {import("./compare-draw.js").Bars} bars */
  constructor(bars) {
    this.bars = bars;
    this.unit = bars.unit === "us" ? 1e6 : 1;
    this.canvas = document.createElement("canvas");
    this.picked = -1;
    this.frame = 0;
    this.timer = 0;
    const query = new URLSearchParams(location.search);
    this.anchor = this.anchorOf(query.get("at") ?? "start");
    this.span = spanIn(query.get("t"), this.unit) ?? this.whole();
    box.replaceChildren(this.canvas);
    box.tabIndex = 0;
    box.setAttribute("role", "application");
    box.setAttribute("aria-label", "Both timelines. W and S zoom, A and D move, N steps through the moves.");
  }

  /** @param {string} key */
  anchorOf(key) {
    const known = this.bars.anchors.find((one) => one.key === key), { before, after, other } = this.bars;
    if (known || !key.startsWith("call:")) return known ?? this.bars.anchors[0];
    const name = key.slice(5), place = before.function.findIndex((one, i) => one === name && other[i] >= 0 && before.row[i] >= 0 && after.row[other[i]] >= 0);
    return place < 0 ? this.bars.anchors[0] : { key, label: name, before: before.start[place], after: after.start[other[place]] };
  }

  /** All of both boots. */
  whole() {
    const { before, after } = this.bars, { anchor } = this, low = Math.min(-anchor.before, -anchor.after);
    const high = Math.max(before.last - anchor.before, after.last - anchor.after);
    return { from: low, to: Math.max(high, low + LEAST) };
  }

  /** @param {string} key */
  align(key) {
    const fitted = JSON.stringify(this.span) === JSON.stringify(this.whole());
    this.anchor = this.anchorOf(key);
    if (fitted || key !== "start") this.span = fitted ? this.whole() : around(this.span, 0);
    const label = document.getElementById("aligned");
    if (label) label.textContent = this.anchor.label;
    this.show();
  }

  /** @param {import("./compare-draw.js").Span} span */
  zoomTo(span) {
    const all = this.whole(), room = (all.to - all.from) * .1;
    const size = Math.min(Math.max(span.to - span.from, LEAST), all.to - all.from + 2 * room);
    const from = Math.min(Math.max(span.from, all.from - room), all.to + room - size);
    this.span = { from, to: from + size };
    this.show();
  }

  /** @param {number} factor @param {number} [at] the place that stays where it is */
  zoom(factor, at = (this.span.from + this.span.to) / 2) {
    this.zoomTo({ from: at - (at - this.span.from) * factor, to: at + (this.span.to - at) * factor });
  }

  /** @param {number} share of what is shown */
  pan(share) {
    const by = (this.span.to - this.span.from) * share;
    this.zoomTo({ from: this.span.from + by, to: this.span.to + by });
  }

  /** Both places of a move in sight. @param {number} place */
  pick(place) {
    const { bars, anchor } = this, [one, other] = bars.moves[place];
    this.picked = place;
    const ends = [bars.before.start[one] - anchor.before, bars.before.end[one] - anchor.before, bars.after.start[other] - anchor.after, bars.after.end[other] - anchor.after];
    const low = Math.min(...ends), high = Math.max(...ends), room = Math.max((high - low) * .15, LEAST);
    this.zoomTo({ from: low - room, to: high + room });
    this.tell({ side: 1, index: other });
  }

  /** @param {import("./compare-draw.js").Hit} hit */
  tell(hit) {
    const { before, after } = this.bars, sides = [before, after], track = sides[hit.side];
    const link = /** @type {HTMLAnchorElement} */ (element("a", track.line[hit.index] ? `L${track.line[hit.index]}` : ""));
    link.href = this.lineUrl(hit);
    const there = hit.side === 0 ? this.bars.other[hit.index] : this.bars.other.indexOf(hit.index);
    const words = [`${hit.side ? "Second" : "First"}: ${this.where(track, hit.index)}`];
    words.push(there < 0 ? "not in the other boot" : `${hit.side ? "first" : "second"}: ${this.where(sides[1 - hit.side], there)}`);
    told.replaceChildren(element("b", track.function[hit.index]), ` ${words.join("; ")} `, link);
  }

  /** @param {import("./compare-draw.js").Track} track @param {number} i */
  where(track, i) {
    const level = track.level[i] ? `level ${track.level[i]}, ` : "";
    if (this.bars.unit === "line") return `${level}line ${track.start[i]}`;
    return `${level}at ${(track.start[i] / 1e6).toFixed(6)} s for ${((track.end[i] - track.start[i]) / 1e3).toFixed(3)} ms`;
  }

  /** @param {import("./compare-draw.js").Hit} hit */
  lineUrl(hit) {
    const line = (hit.side ? this.bars.after : this.bars.before).line[hit.index];
    return `${hit.side ? box.dataset.after : box.dataset.before}#L${line}`;
  }

  show() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      draw(this.canvas, this.bars, this.anchor, this.span, this.picked);
      document.documentElement.dataset.both = "drawn";
    });
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.keep(), 250);
  }

  /** The view into the address, and into the link that swaps. */
  keep() {
    for (const [url, write] of /** @type {[URL, (url: URL) => void][]} */ ([
      [new URL(location.href), (one) => history.replaceState(null, "", one)],
      [new URL(swap.href), (one) => { swap.href = one.href; }],
    ])) {
      const fitted = JSON.stringify(this.span) === JSON.stringify(this.whole());
      const digits = this.unit === 1 ? 0 : 6;
      if (this.anchor.key === "start") url.searchParams.delete("at");
      else url.searchParams.set("at", this.anchor.key);
      if (fitted) url.searchParams.delete("t");
      else url.searchParams.set("t", `${(this.span.from / this.unit).toFixed(digits)}~${(this.span.to / this.unit).toFixed(digits)}`);
      url.search = url.search.replaceAll("%3A", ":").replaceAll("%7E", "~");
      write(url);
    }
  }
}

/** `-0.5~1.25`, in s or lines. @param {string|null} text @param {number} unit */
function spanIn(text, unit) {
  const found = /^(-?\d{1,12}(?:\.\d{1,9})?)~(-?\d{1,12}(?:\.\d{1,9})?)$/.exec(text ?? "");
  if (!found) return null;
  const [from, to] = [Number(found[1]) * unit, Number(found[2]) * unit];
  return to - from >= LEAST / 2 ? { from, to } : null;
}

/** A span as long, with a place a third of the way in. @param {import("./compare-draw.js").Span} span @param {number} place */
function around(span, place) {
  const size = span.to - span.from;
  return { from: place - size / 3, to: place + 2 * size / 3 };
}

/** @param {Both} both */
function listen(both) {
  /** @type {Record<string, () => void>} */
  const keys = { w: () => both.zoom(.7), s: () => both.zoom(1.4), a: () => both.pan(-.2), d: () => both.pan(.2), ArrowLeft: () => both.pan(-.2), ArrowRight: () => both.pan(.2), f: () => both.zoomTo(both.whole()), "+": () => both.zoom(.7), "-": () => both.zoom(1.4) };
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.key === "n" ? 1 : event.key === "N" ? -1 : 0, count = both.bars.moves.length;
    if (step && count) both.pick(both.picked < 0 ? (step > 0 ? 0 : count - 1) : (both.picked + step + count) % count);
    else if (keys[event.key]) keys[event.key]();
    else return;
    event.preventDefault();
  });
  box.addEventListener("wheel", (event) => {
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) both.pan((event.deltaX || event.deltaY) / 1000);
    else both.zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 300))), placeAt(event.offsetX, both.canvas.clientWidth, both.span));
  }, { passive: false });
  let last = 0, dragged = 0;
  box.addEventListener("pointerdown", (event) => { last = event.clientX; dragged = 0; box.setPointerCapture(event.pointerId); });
  box.addEventListener("pointermove", (event) => {
    if (box.hasPointerCapture(event.pointerId)) {
      dragged += Math.abs(event.clientX - last);
      both.pan((last - event.clientX) / both.canvas.clientWidth);
      last = event.clientX;
      return;
    }
    const hit = hitAt(both.bars, both.anchor, both.span, both.canvas.clientWidth, event.offsetX, event.offsetY - both.canvas.offsetTop);
    if (hit) both.tell(hit);
  });
  box.addEventListener("pointerup", (event) => {
    const rect = both.canvas.getBoundingClientRect();
    const hit = dragged < 4 ? hitAt(both.bars, both.anchor, both.span, rect.width, event.clientX - rect.left, event.clientY - rect.top) : null;
    if (!hit) return;
    if (event.pointerType === "mouse") location.href = both.lineUrl(hit);
    else both.tell(hit);
  });
  select.addEventListener("change", () => both.align(select.value));
  const any = /** @type {HTMLInputElement} */ (document.getElementById("any-call"));
  any.addEventListener("change", () => {
    const key = `call:${any.value.trim()}`;
    if (both.anchorOf(key).key !== key) return;
    if (![...select.options].some((one) => one.value === key)) document.getElementById("at-calls")?.append(new Option(any.value.trim(), key));
    select.value = key;
    any.value = "";
    both.align(key);
  });
  any.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); any.dispatchEvent(new Event("change")); } });
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-do]"))) {
    /** @type {Record<string, () => void>} */
    const acts = { fit: () => both.zoomTo(both.whole()), in: () => both.zoom(.6), out: () => both.zoom(1.6) };
    button.addEventListener("click", () => acts[button.dataset.do ?? ""]?.());
  }
  for (const link of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-move]"))) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      both.pick(Number(link.dataset.move));
      box.scrollIntoView({ block: "nearest" });
    });
  }
  window.addEventListener("resize", () => both.show());
  window.addEventListener("bootscope:theme", () => both.show());
}

/** @param {import("./compare-draw.js").Bars} bars */
function offer(bars) {
  const names = [...new Set(bars.before.function.filter((_, i) => bars.other[i] >= 0))].sort().slice(0, 5000);
  document.getElementById("all-calls")?.replaceChildren(...names.map((name) => new Option(name)));
}

tendMenus();
fetch(box.dataset.bars ?? "").then((answer) => {
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  return answer.json();
}).then((bars) => {
  const both = new Both(bars);
  offer(bars);
  listen(both);
  both.show();
}).catch((problem) => { told.textContent = `The chart cannot be moved: ${problem.message}`; });
