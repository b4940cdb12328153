// The legend: which colour and pattern is what, of those that this boot has.

import { KINDS } from "./data.js";
import { element } from "./text.js";

const WORDS = {
  initcall: "initcall returned 0", error: "initcall returned an error", open: "never returned",
  async: "asynchronous call", wait: "waits for asynchronous calls", bound: "probe bound", declined: "probe found no device", deferred: "probe deferred", failed: "probe failed",
};
const PATTERNS = { error: "M0 11L6 0M6 11L12 0M12 11L18 0", open: "M0 11L8 0M7 11L15 0M13 11L20 0", deferred: "M3 3h1M9 3h1M15 3h1M6 8h1M12 8h1", failed: "M2 1l9 9M11 1l-9 9M9 1l9 9" };
const SVG = "http://www.w3.org/2000/svg";

/** @param {HTMLElement} list @param {import("./data.js").Timeline} timeline */
export function fillLegend(list, timeline) {
  const there = new Set(timeline.bars.kind);
  const items = KINDS.flatMap((kind, place) => (there.has(place) ? [item(swatch(kind), WORDS[kind])] : []));
  if (timeline.bars.count) items.splice(1, 0, item(swatch("density"), "several, too close to tell apart"));
  if (timeline.firmware.length) items.push(item(svg([["rect", { width: "18", height: "11", rx: "1.5" }, { fill: "var(--firmware)", stroke: "var(--line)" }]]), "firmware, before the kernel's clock"));
  const outcomes = new Set(timeline.arrows.map(([, , finding]) => timeline.findings[finding].outcome));
  if (outcomes.has("fail")) items.push(item(arrow("fail", "2 3"), "required order, failed"));
  if (outcomes.has("fragile")) items.push(item(arrow("warn", "7 3"), "fragile"));
  if (outcomes.has("pass")) items.push(item(arrow("pass", ""), "held"));
  list.replaceChildren(...items);
}

function item(picture, words) {
  const entry = document.createElement("li");
  entry.append(picture, element("span", words));
  return entry;
}

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

function swatch(kind) {
  const hollow = kind === "open";
  const color = kind === "density" ? "var(--density)" : `var(--c-${kind})`;
  const ground = ["rect", { width: "18", height: "11", rx: "1.5" }, { fill: hollow ? "var(--card)" : color, stroke: hollow ? color : "none" }];
  const lines = PATTERNS[kind];
  return svg(lines ? [ground, ["path", { d: lines, "stroke-width": "1.6" }, { stroke: hollow ? color : "var(--card)", fill: "none" }]] : [ground]);
}

function arrow(color, dashes) {
  return svg([
    ["path", { d: "M0 5.5h12", "stroke-width": "2", "stroke-dasharray": dashes }, { stroke: `var(--${color})` }],
    ["path", { d: "M11 1.5l7 4-7 4z" }, { fill: `var(--${color})` }],
  ]);
}
