// Orders of which the log holds one end only: an arrow that comes from, or goes to, a cross.

import { label } from "./labels.js";

const LENGTH = 46; // px

/** Where such an arrow is drawn: in the row of the end that is there. @param {import("./figure.js").Scene} scene */
function placed(scene) {
  const { timeline, span, width, places } = scene;
  const px = (span.to - span.from) / width;
  return timeline.missing.map((one) => {
    const point = timeline.points[one.point], { top, bottom } = places.rows[point.row];
    const away = one.role === "first" ? -LENGTH * px : LENGTH * px;
    return { ...one, at: point.time, lost: point.time + away, y: (top + bottom) / 2, px };
  });
}

/** @param {import("./figure.js").Scene} scene */
export function missingTraces(scene) {
  const { colors } = scene;
  return placed(scene).flatMap(({ at, lost, y, role, finding }) => {
    const x = role === "first" ? [lost, at] : [at, lost], opacity = finding === scene.finding ? 1 : 0.6;
    return [
      {
        type: "scatter", mode: "lines+markers", hoverinfo: "skip", x, y: [y, y], opacity, line: { color: colors.unsure, width: 2, dash: "2px,6px" },
        marker: { symbol: ["circle", "arrow"], size: [0, 12], angleref: "previous", standoff: [0, 5], color: colors.unsure },
      },
      { type: "scatter", mode: "markers", hoverinfo: "skip", x: [lost], y: [y], opacity, marker: { symbol: "x", size: 11, color: colors.unsure } },
    ];
  });
}

/** @param {import("./figure.js").Scene} scene */
export function missingLabels(scene) {
  const { timeline, span, width } = scene;
  return placed(scene).map(({ lost, y, px, role, finding }) => {
    const words = `${timeline.findings[finding].rule}: ${role === "first" ? "what must come first" : "what must follow"} is not in this log`;
    const x = (lost - span.from) / px, left = x - 10 > words.length * 7;
    return left ? label("pending lost", x - 10, y, words, "right", 90) : label("pending lost", Math.min(x + LENGTH + 14, width - 8), y, words, "left", 90);
  });
}
