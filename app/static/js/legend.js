// The legend: which colour and pattern is what, of those that this boot has.

import { counted } from "./text.js";
import { explained } from "./words.js";

/** @type {Record<string, string>} */
const KIND_LINES = { error: "\\", open: "/", deferred: ".", failed: "x" };
/** @type {Record<string, string>} */
const LINES = {
  "/": "M0 11L8 0M7 11L15 0M13 11L20 0", "\\": "M0 0L8 11M7 0L15 11M13 0L20 11", x: "M2 1l9 9M11 1l-9 9M9 1l9 9M18 1l-9 9",
  "-": "M0 3h18M0 8h18", "|": "M4 0v11M9 0v11M14 0v11", "+": "M0 5.5h18M5 0v11M12 0v11", ".": "M3 3h1M9 3h1M15 3h1M6 8h1M12 8h1",
};
/** @typedef {[string, Record<string, string>, Record<string, string>]} Part an element, its attributes, its style */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {HTMLElement} list @param {import("./data.js").Timeline} timeline
 * @param {import("./coloring.js").Coloring} coloring
 */
export function fillLegend(list, timeline, coloring) {
  /** @type {Set<string>} */
  const seen = new Set();
  const item = (/** @type {Element} */ picture, /** @type {string} */ words) => entry(picture, explained(words, seen));
  const there = new Uint32Array(coloring.classes.length);
  for (let i = 0; i < timeline.bars.count; i += 1) if (timeline.bars.row[i] >= 0) there[coloring.paint[i]] += 1;
  const items = coloring.classes.flatMap((one, place) => (there[place] ? [item(swatch(one), `${one.word} (${there[place].toLocaleString("en")})`)] : []));
  if (timeline.bars.count) items.push(item(box("var(--density)", ""), coloring.by === "result" ? "several, too close to tell apart" : "paler: several, the colour is that of most of their time"));
  if (coloring.by !== "result") items[items.length - 1].querySelector("rect")?.style.setProperty("opacity", "0.5");
  items.push(...signs(timeline, item), entry(null, explained(`Rows: ${timeline.lanes.map(({ title }) => title).join(", ")}`, seen)));
  list.replaceChildren(...items);
  list.dataset.by = coloring.by;
}

/**
 * What is drawn beside the bars.
 * @param {import("./data.js").Timeline} timeline @param {(picture: Element, words: string) => HTMLElement} item
 */
function signs(timeline, item) {
  const items = [];
  if (!timeline.axis.note && timeline.bars.reported.some((us) => us >= 0)) {
    items.push(item(outside(), "outside the kernel’s own figure: the console, or a coarse clock"));
  }
  if (timeline.firmware.length) items.push(item(svg([["rect", { width: "18", height: "11", rx: "1.5" }, { fill: "var(--firmware)", stroke: "var(--line)" }]]), "firmware, before the kernel's clock"));
  if (timeline.links.length) items.push(item(svg([["path", { d: "M0 5.5h18", "stroke-width": "2", "stroke-dasharray": "4 3" }, { stroke: "var(--warn)" }]]), "deferred until tried again"));
  const outcomes = new Set(timeline.arrows.map(([, , finding]) => timeline.findings[finding].outcome));
  if (outcomes.has("fail")) items.push(item(arrow("fail", "2 3"), "required order, failed"));
  if (outcomes.has("fragile")) items.push(item(arrow("warn", "7 3"), "fragile"));
  if (outcomes.has("pass")) items.push(item(arrow("pass", ""), "held"));
  if (timeline.missing.length) items.push(item(svg([["path", { d: "M3 1l12 9M15 1l-12 9", "stroke-width": "2" }, { stroke: "var(--unsure)" }]]), `not in this log: ${counted(timeline.missing.length, "end")} of an order`));
  return items;
}

/** @param {Element|null} picture @param {HTMLElement} words @returns {HTMLElement} */
function entry(picture, words) {
  const made = document.createElement("li");
  made.append(...(picture ? [picture, words] : [words]));
  return made;
}

/** @param {Part[]} parts */
function svg(parts) {
  const root = document.createElementNS(SVG, "svg");
  root.setAttribute("viewBox", "0 0 18 11");
  root.setAttribute("aria-hidden", "true");
  for (const [name, attributes, style] of parts) {
    const part = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    Object.assign(part.style, style);
    root.append(part);
  }
  return root;
}

/** @param {import("./coloring.js").Class} one */
function swatch(one) {
  return box(`var(${one.color})`, one.pattern || KIND_LINES[one.kind ?? ""] || "", one.kind === "open");
}

/** @param {string} color @param {string} pattern */
function box(color, pattern, hollow = false) {
  /** @type {Part} */
  const ground = ["rect", { width: "18", height: "11", rx: "1.5" }, { fill: hollow ? "var(--card)" : color, stroke: hollow ? color : "none" }];
  const lines = LINES[pattern];
  return svg(lines ? [ground, ["path", { d: lines, "stroke-width": "1.6" }, { stroke: hollow ? color : "var(--card)", fill: "none" }]] : [ground]);
}

function outside() {
  return svg([
    ["rect", { width: "18", height: "11", rx: "1.5" }, { fill: "var(--c-initcall)" }],
    ["rect", { width: "8", height: "11" }, { fill: "var(--card)", opacity: "0.65" }],
  ]);
}

/** @param {string} color @param {string} dashes */
function arrow(color, dashes) {
  return svg([
    ["path", { d: "M0 5.5h12", "stroke-width": "2", "stroke-dasharray": dashes }, { stroke: `var(--${color})` }],
    ["path", { d: "M11 1.5l7 4-7 4z" }, { fill: `var(--${color})` }],
  ]);
}
