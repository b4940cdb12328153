// The boot's phases: firmware, levels with number and macro, user space; tinted in turn.

import { levelWords } from "./data.js";
import { label } from "./labels.js";
import { TOP } from "./rows.js";

const CHARACTER = 6.7; // px of a character in their names

/** @param {import("./figure.js").Scene} scene @returns {{shapes: object[], labels: import("./labels.js").Label[]}} */
export function bandsOf(scene) {
  const { timeline, span, width, colors } = scene;
  const px = (span.to - span.from) / width;
  const { scale } = timeline.axis;
  const shapes = [], labels = [];
  timeline.bands.forEach((band, place) => {
    const from = Math.max(band.start, span.from), to = Math.min(band.end, span.to);
    const room = (to - from) / px;
    if (room < 1) return;
    shapes.push({
      type: "rect", xref: "x", yref: "paper", x0: from / scale, x1: to / scale, y0: 0, y1: 1, layer: "below",
      fillcolor: place % 2 ? colors.band : "rgba(0,0,0,0)", line: { width: 0 },
    });
    const name = bandName(timeline, band, room);
    if (name) {
      labels.push(label("band", ((from + to) / 2 - span.from) / px, TOP / 2, name, "center", 40));
    }
  });
  for (const stage of timeline.firmware) {
    const from = Math.max(stage.start, span.from), to = Math.min(stage.end, span.to);
    const room = (to - from) / px;
    if (room < 1) continue;
    shapes.push({
      type: "rect", xref: "x", yref: "paper", x0: from / scale, x1: to / scale, y0: 0, y1: 1, layer: "below",
      fillcolor: colors.firmware, line: { width: 0 },
    }, {
      type: "line", xref: "x", yref: "paper", x0: to / scale, x1: to / scale, y0: 0, y1: 1, layer: "below", line: { color: colors.flag, width: 1, dash: "dot" },
    });
    const name = firmwareName(stage.name, room);
    if (name) labels.push(label("band", ((from + to) / 2 - span.from) / px, TOP / 2, name, "center", 40));
  }
  shapes.push({ type: "line", xref: "paper", yref: "y", x0: 0, x1: 1, y0: TOP, y1: TOP, layer: "below", line: { color: colors["band-line"], width: 1 } });
  return { shapes, labels };
}

/** `TF-A (firmware)`, or as much of it as there is room for. @param {string} name @param {number} room */
function firmwareName(name, room) {
  return [`${name} (firmware, no clock)`, `${name} (firmware)`, name, "fw"].find((words) => words.length * CHARACTER < room) ?? "";
}

/** @param {import("./data.js").Timeline} timeline @param {import("./data.js").Band} band @param {number} room */
function bandName(timeline, band, room) {
  const last = band.low === band.high && timeline.levels[band.low][0] === "module";
  const number = levelWords(timeline, band.low, band.high, true).split(" ")[0];
  const names = last
    ? ["user space, modules", "user space", "user"]
    : [levelWords(timeline, band.low, band.high), levelWords(timeline, band.low, band.high, true), number];
  return names.find((words) => words.length * CHARACTER + 2 < room) ?? "";
}
