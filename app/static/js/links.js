// Deferred probes: a line from each attempt to the one that resolved it, with the time waited.

import { label } from "./labels.js";
import { noPoints } from "./shapes.js";
import { duration } from "./text.js";

const CHARACTER = 7, MOST = 12; // px; labels at once

/** @param {import("./figure.js").Scene} scene @param {number} row */
function middle(scene, row) {
  const { top, bottom } = scene.places.rows[row];
  return (top + bottom) / 2;
}

/** From a deferred probe to the attempt that resolved it, or to the end of the log. @param {import("./figure.js").Scene} scene */
export function linkTraces(scene) {
  const { timeline, colors } = scene;
  const { start, end, row } = timeline.bars;
  const lines = noPoints(), ends = noPoints();
  for (const [deferred, resolved] of timeline.links) {
    if (row[deferred] < 0) continue;
    const tried = resolved >= 0 && row[resolved] >= 0;
    const at = tried ? start[resolved] : timeline.last, y = middle(scene, row[tried ? resolved : deferred]);
    lines.x.push(end[deferred], at, null);
    lines.y.push(middle(scene, row[deferred]), y, null);
    if (tried) {
      ends.x.push(at);
      ends.y.push(y);
    }
  }
  return [
    { type: "scatter", mode: "lines", ...lines, hoverinfo: "skip", line: { color: colors.warn, width: 1.5, dash: "4px,3px" } },
    { type: "scatter", mode: "markers", ...ends, hoverinfo: "skip", marker: { symbol: "triangle-right", size: 8, color: colors.warn } },
  ];
}

/** How long each waited, on its line where there is room; what stayed deferred, once a row. @param {import("./figure.js").Scene} scene */
export function linkLabels(scene) {
  const { timeline, span, width } = scene;
  const { start, end, row, name } = timeline.bars;
  const px = (span.to - span.from) / width, pending = new Map(), waited = [];
  for (const [deferred, resolved] of timeline.links) {
    if (row[deferred] < 0) continue;
    if (resolved < 0 || row[resolved] < 0) {
      if (end[deferred] < span.to && !pending.has(row[deferred])) pending.set(row[deferred], deferred);
      continue;
    }
    const from = Math.max(end[deferred], span.from), to = Math.min(start[resolved], span.to);
    const words = waitedWords(timeline, deferred, resolved);
    if (waited.length < MOST && (to - from) / px > words.length * CHARACTER + 16) {
      const y = (middle(scene, row[deferred]) + middle(scene, row[resolved])) / 2;
      waited.push(label("pending", ((from + to) / 2 - span.from) / px, y, words, "center", 80));
    }
  }
  return [...waited, ...[...pending].map(([place, bar]) => label(
    "pending", Math.max((end[bar] - span.from) / px, 0) + 14, middle(scene, place),
    `${timeline.strings[name[bar]]} still deferred`, "left", 60,
  ))];
}

/** `arm-smmu waited 310 ms` @param {import("./data.js").Timeline} timeline @param {number} deferred @param {number} resolved */
export function waitedWords({ axis, bars, strings }, deferred, resolved) {
  const by = Math.max(0, bars.start[resolved] - bars.end[deferred]);
  return `${strings[bars.name[deferred]]} waited ${axis.note ? `${Math.round(by)} lines` : duration(by)}`;
}
