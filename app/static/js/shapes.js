// Boxes as filled scatter traces, and how each kind of bar looks.

/** @typedef {{x: (number|null)[], y: (number|null)[]}} Points places on the axis, px; null: a gap */

/** @returns {Points} */
export function noPoints() {
  return { x: [], y: [] };
}

/** @param {Points} into @param {number} from @param {number} to @param {number} top @param {number} bottom */
export function addBox(into, from, to, top, bottom) {
  into.x.push(from, from, to, to, from, null);
  into.y.push(top, bottom, bottom, top, top, null);
}

/** @param {Points} box @param {object} style */
export function filled(box, style) {
  return { type: "scatter", mode: "none", fill: "toself", hoverinfo: "skip", ...box, ...style };
}

/** Colour and pattern of a kind of bar. @param {string} kind @param {Record<string,string>} colors */
export function kindStyle(kind, colors) {
  /** @type {Record<string, string>} */
  const patterns = { open: "/", deferred: ".", error: "\\", failed: "x" };
  const shape = patterns[kind];
  if (!shape) return { fillcolor: colors[kind] };
  const hatch = { shape, size: kind === "open" ? 8 : 5, solidity: 0.35, fgcolor: kind === "open" ? colors.open : colors.card, bgcolor: kind === "open" ? colors.card : colors[kind] };
  return { fillcolor: colors[kind], fillpattern: hatch };
}
