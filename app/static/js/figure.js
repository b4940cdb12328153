// The Plotly figure of a view: a handful of filled traces, one per colour, from blocks.

import { ticksOf } from "./axis.js";
import { bandsOf } from "./bands.js";
import { classStyle } from "./coloring.js";
import { OPEN, RETURN_LOST } from "./data.js";
import { DENSE, DENSE_OF, DIM, MATCH, blocksOf } from "./lod.js";
import { outsideTrace } from "./outside.js";
import { linkLabels, linkTraces } from "./links.js";
import { missingLabels, missingTraces } from "./missing.js";
import { arrowLabels, arrowTraces, flagTraces, openLabels, pinnedLabels, pinnedTraces } from "./signs.js";
import { label } from "./labels.js";
import { BOTTOM } from "./rows.js";
import { addBox, filled } from "./shapes.js";
import { forPlotly } from "./text.js";

const CHARACTER = 6.7; // px of a character in the chart's labels

/**
 * @typedef {object} Scene everything that a drawing depends on
 * @property {import("./data.js").Timeline} timeline
 * @property {{from: number, to: number}} span
 * @property {number} width @property {number} height
 * @property {ReturnType<typeof import("./rows.js").placeRows>} places
 * @property {Record<string,string>} colors
 * @property {import("./coloring.js").Coloring} coloring
 * @property {Uint8Array|null} marks see marks.js @property {number} selected @property {number} finding
 * @property {string} mono @property {string} sans
 */

/** @param {Scene} scene @returns {{data: object[], layout: object, labels: import("./labels.js").Label[], blocks: number}} */
export function figureOf(scene) {
  const blocks = blocksOf(scene.timeline, scene.span, scene.width, scene.coloring, scene.marks);
  const data = [
    ...blockTraces(scene, blocks),
    outsideTrace(scene, blocks),
    labelTrace(scene, blocks),
    ...linkTraces(scene), ...flagTraces(scene), ...pinnedTraces(scene), ...arrowTraces(scene), ...missingTraces(scene),
    ...selectionTrace(scene),
  ];
  const bands = bandsOf(scene);
  const labels = [
    ...bands.labels, ...laneTitles(scene), ...openLabels(scene, blocks, barLabel), ...linkLabels(scene),
    ...pinnedLabels(scene), ...arrowLabels(scene), ...missingLabels(scene),
  ];
  for (const trace of data) trace.x = trace.x.map((place) => (place === null ? null : place / scene.timeline.axis.scale));
  return { data, layout: layoutOf(scene, bands.shapes), labels, blocks: blocks.length };
}

/** @param {Scene} scene @param {import("./lod.js").Block[]} blocks */
function blockTraces(scene, blocks) {
  /** @type {Map<number, {x: (number|null)[], y: (number|null)[]}>} */
  const layers = new Map();
  const px = (scene.span.to - scene.span.from) / scene.width;
  for (const block of blocks) {
    let layer = layers.get(block.layer);
    if (!layer) layers.set(block.layer, layer = { x: [], y: [] });
    const { top, bottom } = scene.places.rows[block.row];
    const from = Math.max(block.from, scene.span.from - 50 * px);
    let to = Math.min(Math.max(block.to, block.from + px), scene.span.to + 50 * px);
    if (to - from > 4 * px) to -= px; // neighbours stay apart
    // Several noteworthy ones within a pixel: a strip below, so that what is dense shows above.
    const several = block.bar < 0 && block.layer < DENSE[0];
    addBox(layer, from, to, several ? bottom - (bottom - top) * 0.35 : top, bottom);
  }
  return [...layers.entries()].sort(([a], [b]) => rank(a) - rank(b))
    .map(([layer, box]) => filled(box, layerStyle(layer, scene)));
}

/** Dimmed below, then what is plain and dense, what is noteworthy above. @param {number} layer */
function rank(layer) {
  if (layer === DIM) return -2;
  if (DENSE.includes(layer) || layer >= DENSE_OF) return -1;
  return layer;
}

/** @param {number} layer @param {Scene} scene */
function layerStyle(layer, { colors, coloring }) {
  if (layer === DIM) return { fillcolor: colors.dim };
  if (layer === MATCH) return { fillcolor: colors.match };
  if (layer >= DENSE_OF) return { ...classStyle(coloring.classes[layer - DENSE_OF], colors), opacity: 0.6 };
  const dense = DENSE.indexOf(layer);
  if (dense >= 0) return { fillcolor: colors.density, opacity: [0.45, 0.7, 1][dense] };
  return classStyle(coloring.classes[layer], colors);
}

/** Names inside the bars that have room for them. @param {Scene} scene @param {import("./lod.js").Block[]} blocks */
function labelTrace(scene, blocks) {
  const { timeline, span, colors } = scene;
  const px = (span.to - span.from) / scene.width;
  const x = [], y = [], text = [];
  for (const block of blocks) {
    if (block.bar < 0 || block.layer === DIM || timeline.bars.flags[block.bar] & OPEN) continue;
    const { top, bottom, kind } = scene.places.rows[block.row];
    const from = Math.max(block.from, span.from), room = (Math.min(block.to, span.to) - from) / px;
    if (kind === "probes" && bottom - top < 12 || room < 34) continue;
    x.push(from + 2 * px);
    y.push((top + bottom) / 2);
    text.push(forPlotly(barLabel(timeline, block.bar), Math.floor((room - 6) / CHARACTER)));
  }
  return {
    type: "scatter", mode: "text", x, y, text, textposition: "middle right", hoverinfo: "skip",
    textfont: { family: scene.mono, size: 11, color: colors["bar-text"] },
  };
}

/** @param {import("./data.js").Timeline} timeline @param {number} bar */
export function barLabel(timeline, bar) {
  const name = timeline.strings[timeline.bars.name[bar]];
  const flags = timeline.bars.flags[bar];
  if (!(flags & OPEN)) return name;
  return `${name} ${flags & RETURN_LOST ? "return line lost" : "never returned"}`;
}

/** A frame around the selected bar. @param {Scene} scene */
function selectionTrace(scene) {
  const bar = scene.selected;
  if (bar < 0 || scene.timeline.bars.row[bar] < 0) return [];
  const { start, end, row } = scene.timeline.bars;
  const { top, bottom } = scene.places.rows[row[bar]];
  const px = (scene.span.to - scene.span.from) / scene.width;
  const box = { x: [], y: [] };
  addBox(box, start[bar] - px, Math.max(end[bar], start[bar] + px) + px, top - 1.5, bottom + 1.5);
  return [{ type: "scatter", mode: "lines", hoverinfo: "skip", ...box, line: { color: scene.colors.select, width: 2 } }];
}

/** @param {Scene} scene @param {object[]} shapes */
function layoutOf(scene, shapes) {
  const { timeline: { axis, last }, span, width, height, colors } = scene;
  return {
    width, height, margin: { l: 0, r: 0, t: 0, b: BOTTOM, pad: 0 }, showlegend: false,
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", dragmode: false,
    font: { family: scene.sans, size: 11, color: colors.muted },
    xaxis: {
      range: [span.from / axis.scale, span.to / axis.scale], zeroline: false, showgrid: false, ticks: "outside",
      ticklen: 4, tickcolor: colors.line, ...ticksOf(axis, span, last, width),
      exponentformat: "none", separatethousands: false, fixedrange: true, automargin: false,
    },
    yaxis: { range: [height - BOTTOM, 0], visible: false, fixedrange: true },
    shapes,
  };
}

/** @param {Scene} scene */
function laneTitles(scene) {
  return scene.places.titles.map(({ text, y }) => label("title", 6, y, text, "left", 60));
}
