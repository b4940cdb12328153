// What is under the pointer, in words. Text from the log only ever goes through textContent.

import { ASYNC, OPEN, ORPHAN, PROBE, RETURN_LOST, WAIT, levelWords, levelsOf } from "./data.js";
import { duration, element } from "./text.js";

/** @type {Record<string, string>} */
const SOURCES = {
  system_map: "symbols", trace: "trace", known: "known function", banner: "level banner",
  inferred: "inferred from neighbours", predicted: "moved there by a what-if", unknown: "unknown",
};

/** @typedef {[string, string]} Fact */

/** @param {import("./data.js").Timeline} timeline @param {number} bar @returns {Fact[]} */
export function factsOf(timeline, bar) {
  const { axis, bars, strings } = timeline;
  const text = (/** @type {Int32Array} */ column) => (column[bar] < 0 ? "" : strings[column[bar]]);
  const flags = bars.flags[bar];
  const probe = Boolean(flags & PROBE);
  /** @type {Fact[]} */
  const facts = [];
  const detail = text(bars.detail);
  if (detail) facts.push([probe ? "driver" : "module", detail]);
  if (flags & ASYNC) facts.push(["asynchronous call", `cookie ${bars.number[bar]}`]);
  else if (bars.number[bar] > 1) facts.push([probe ? "attempt" : "occurrence", String(bars.number[bar])]);
  const [low, high] = levelsOf(bars, bar);
  if (low >= 0) {
    const source = bars.low[bar] < 0 ? "of the initcall it ran in" : SOURCES[text(bars.source)] ?? text(bars.source);
    facts.push(["level", `${levelWords(timeline, low, high)} (${source})`]);
  }
  const oneStamp = probe || Boolean(flags & ORPHAN);
  if (axis.note) facts.push(["time", axis.note]);
  else facts.push([oneStamp ? "start, reckoned" : "start", bars.row[bar] < 0 ? "no time" : axis.words(bars.start[bar])]);
  const took = flags & OPEN ? "" : tookWords(bars, bar, oneStamp || axis.note !== "");
  if (took) facts.push(["took", took]);
  if (!(flags & (ASYNC | WAIT)) || flags & OPEN) facts.push(["result", resultWords(timeline, bar)]);
  const parent = bars.parent[bar];
  if (parent >= 0) facts.push(["inside", strings[bars.name[parent]]]);
  if (text(bars.thread)) facts.push(["thread", text(bars.thread)]);
  facts.push(["lines", linesWords(bars.line[bar], bars.lastLine[bar])]);
  return facts;
}

/** @param {import("./data.js").Bars} bars @param {number} bar @param {boolean} oneStamp */
function tookWords(bars, bar, oneStamp) {
  const reported = bars.reported[bar] >= 0 ? `${duration(bars.reported[bar])} reported` : "";
  const span = oneStamp ? "" : `${duration(bars.end[bar] - bars.start[bar])} between the stamps`;
  return [reported, span].filter(Boolean).join(", ");
}

/** @param {import("./data.js").Timeline} timeline @param {number} bar */
export function resultWords(timeline, bar) {
  const flags = timeline.bars.flags[bar];
  if (flags & RETURN_LOST) return "the line of its return is lost";
  if (flags & OPEN) return "never returned";
  const result = timeline.bars.result[bar];
  const words = timeline.results[String(result)] ?? String(result);
  if (!(flags & PROBE)) return words;
  if (result === 0) return "0, bound";
  return Math.abs(result) === 517 ? `${words}, deferred` : words;
}

/** @param {number} first @param {number} last */
export function linesWords(first, last) {
  return first === last ? `L${first}` : `L${first} to L${last}`;
}

export class Tooltip {
  /** @param {HTMLElement} box @param {import("./data.js").Timeline} timeline */
  constructor(box, timeline) {
    this.box = box;
    this.timeline = timeline;
    this.key = "";
  }

  /** @param {import("./hit.js").Hit} hit @param {number} x @param {number} y px in the window */
  show(hit, x, y) {
    const key = `${hit.stage?.line} ${hit.bar} ${hit.point?.line} ${hit.flag?.line}`;
    if (key !== this.key) this.fill(hit);
    this.key = key;
    this.box.hidden = false;
    const { width, height } = this.box.getBoundingClientRect();
    const left = Math.min(x + 14, window.innerWidth - width - 8);
    const top = y + 18 + height > window.innerHeight ? y - height - 12 : y + 18;
    this.box.style.transform = `translate(${Math.max(8, left)}px, ${Math.max(8, top)}px)`;
  }

  hide() {
    this.box.hidden = true;
  }

  /** @param {import("./hit.js").Hit} hit */
  fill(hit) {
    const { axis, strings, bars } = this.timeline;
    /** @type {Fact[]} */
    const facts = [];
    const line = (/** @type {number} */ number) => (axis.note ? "" : ` (L${number})`);
    if (hit.point) facts.push([`${hit.point.name}, at`, `${axis.words(hit.point.time)}${line(hit.point.line)}`]);
    if (hit.flag) facts.push(["at", axis.words(hit.flag.time)]);
    if (hit.flag && !axis.note) facts.push(["line", `L${hit.flag.line}`]);
    if (hit.stage) facts.push(["before the kernel", "no clock of its own"], ["lines", linesWords(hit.stage.line, hit.stage.lastLine)]);
    if (hit.bar >= 0) facts.push(...factsOf(this.timeline, hit.bar));
    else if (axis.note) facts.push(["time", axis.note]);
    const title = hit.bar >= 0 ? strings[bars.name[hit.bar]] : (hit.stage ?? hit.flag ?? hit.point)?.name ?? "";
    const list = document.createElement("dl");
    for (const [name, value] of facts) list.append(element("dt", name), element("dd", value));
    this.box.replaceChildren(element("b", title), list);
  }
}
