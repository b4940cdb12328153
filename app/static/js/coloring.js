// What the colours of the bars mean: their result, level, subsystem or length. Each class
// has a pattern too, so that none is told by its colour alone.

import { KINDS, OPEN, PROBE, WAIT, levelsOf } from "./data.js";
import { kindStyle } from "./shapes.js";
import { SUBSYSTEMS, UNKNOWN, subsystemOf } from "./subsystems.js";

export const COLORINGS = ["result", "level", "subsystem", "duration"];
const PATTERNS = ["", "/", "x", "-", "|", "+", "\\", "."];
const LENGTHS = [
  [100, "under 0.1 ms"], [1000, "under 1 ms"], [10000, "under 10 ms"], [100000, "under 0.1 s"],
  [1e6, "under 1 s"], [Infinity, "1 s and more"],
];
/** @type {Record<string, string>} */
const KIND_WORDS = {
  initcall: "initcall returned 0", error: "initcall returned an error", open: "never returned",
  async: "asynchronous call", wait: "waits for asynchronous calls", bound: "probe bound",
  declined: "probe found no device", deferred: "probe deferred", failed: "probe failed",
};
const MOST = 31; // classes besides "never returned"

/** @typedef {{word: string, color: string, pattern: string, kind?: string}} Class colour is a name in the style sheet */
/**
 * @typedef {object} Coloring
 * @property {string} by one of COLORINGS
 * @property {Uint8Array} paint the class of every bar
 * @property {Class[]} classes
 */

/** @param {import("./data.js").Timeline} timeline @param {string} by @returns {Coloring} */
export function coloringOf(timeline, by) {
  const { bars } = timeline;
  if (by === "level") return painted(timeline, by, levelClasses(timeline), (i) => levelClass(timeline, i));
  if (by === "subsystem") return painted(timeline, by, partClasses(), partClass(timeline));
  if (by === "duration") return painted(timeline, by, lengthClasses(timeline), (i) => lengthClass(timeline, i));
  const classes = KINDS.map((kind) => ({ word: KIND_WORDS[kind], color: `--c-${kind}`, pattern: "", kind }));
  return { by: "result", paint: bars.kind, classes };
}

/**
 * @param {import("./data.js").Timeline} timeline @param {string} by
 * @param {Class[]} classes @param {(bar: number) => number} classOf @returns {Coloring}
 */
function painted({ bars }, by, classes, classOf) {
  const open = classes.length;
  const paint = new Uint8Array(bars.count);
  for (let i = 0; i < bars.count; i += 1) paint[i] = bars.flags[i] & OPEN ? open : Math.min(classOf(i), open - 1);
  return { by, paint, classes: [...classes, { word: KIND_WORDS.open, color: "--c-open", pattern: "", kind: "open" }] };
}

const RAMP = 12;

/** One class a level that this boot has, the last for what has none. @param {import("./data.js").Timeline} timeline */
function levelClasses({ levels }) {
  const words = levels.slice(0, MOST - 1).map(([name, macro]) => (macro.startsWith(name) ? macro : `${name} ${macro}`));
  const classes = words.map((word, place) => ({
    word, color: `--p-level-${Math.round((place / Math.max(words.length - 1, 1)) * (RAMP - 1))}`,
    pattern: levels[place][0].endsWith("s") && levels[place][0] !== "rootfs" ? "/" : "",
  }));
  return [...classes, { word: "level not known exactly", color: "--p-unknown", pattern: "." }];
}

/** @param {import("./data.js").Timeline} timeline @param {number} bar */
function levelClass({ bars, levels }, bar) {
  const [low, high] = levelsOf(bars, bar);
  return low >= 0 && low === high ? Math.min(low, levels.length) : MOST;
}

/** Each subsystem has the same colour and pattern on every page; the last is unknown. */
function partClasses() {
  return SUBSYSTEMS.map((word, place) => (place === UNKNOWN
    ? { word: "unknown: the name does not tell", color: "--p-unknown", pattern: "." }
    : { word, color: `--p-part-${place % 8}`, pattern: PATTERNS[Math.floor(place / 8)] }));
}

/** @returns {(bar: number) => number} @param {import("./data.js").Timeline} timeline */
function partClass({ bars, strings }) {
  return (bar) => (bars.flags[bar] & WAIT ? UNKNOWN : subsystemOf(strings[bars.name[bar]], strings[bars.detail[bar]] ?? ""));
}

/** @param {import("./data.js").Timeline} timeline */
function lengthClasses({ axis }) {
  const steps = [1, 3, 5, 7, 9, 11];
  const classes = LENGTHS.map(([, word], place) => ({
    word: String(word), color: `--p-level-${steps[place]}`, pattern: ["", "", ".", "|", "/", "x"][place],
  }));
  return [...classes, { word: axis.note || "length not known", color: "--p-unknown", pattern: "." }];
}

/** @param {import("./data.js").Timeline} timeline @param {number} bar */
function lengthClass({ axis, bars }, bar) {
  const took = lengthOf(bars, bar, axis.note !== "");
  return took < 0 ? LENGTHS.length : LENGTHS.findIndex(([limit]) => took < Number(limit));
}

/** How long a bar took, in µs; -1 where that is not known. By stamps where there are two. @param {import("./data.js").Bars} bars @param {number} bar @param {boolean} untimed */
export function lengthOf(bars, bar, untimed) {
  if (bars.flags[bar] & OPEN) return -1;
  if (untimed || bars.flags[bar] & PROBE) return bars.reported[bar];
  return bars.end[bar] - bars.start[bar];
}

/** A class as Plotly fills it. @param {Class} one @param {Record<string, string>} colors */
export function classStyle(one, colors) {
  if (one.kind) return kindStyle(one.kind, colors);
  const fillcolor = colors[one.color];
  if (!one.pattern) return { fillcolor };
  return { fillcolor, fillpattern: { shape: one.pattern, size: 6, solidity: 0.2, fgcolor: colors.card, bgcolor: fillcolor } };
}
