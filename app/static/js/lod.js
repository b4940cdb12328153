// Level of detail: bars of one row to at most a few hundred blocks, each at least a pixel wide.
// What is narrower is merged to density, never dropped.

import { isNotable } from "./data.js";
import { DIMMED, FOUND, HIDDEN } from "./marks.js";

/** Layers of blocks beyond the classes of bar: how dense, or (from there on) dense and mostly of a class. */
export const DENSE = [100, 101, 102];
export const DIM = 110, MATCH = 111, DENSE_OF = 200;
const MOST_BLOCKS = 1500, CLASSES = 64;

/** @typedef {{from: number, to: number, row: number, layer: number, bar: number}} Block places on the axis; bar -1: several */
/** @typedef {Block & {next?: Chained}} Chained with the one before it in its layer */
/** @typedef {{from: number, to: number, us: number}} Window shown span, and how much of it (µs or lines) is a pixel */
/** @typedef {{from: number, to: number, busy: number, count: number, bar: number, classes: Float64Array}} Run short bars, close together */

/**
 * @param {import("./data.js").Timeline} timeline
 * @param {{from: number, to: number}} span @param {number} pixels
 * @param {import("./coloring.js").Coloring} coloring @param {Uint8Array|null} marks see marks.js
 * @returns {Block[]}
 */
export function blocksOf(timeline, span, pixels, coloring, marks) {
  let us = (span.to - span.from) / Math.max(pixels, 1);
  for (;;) {
    /** @type {Block[]} */
    const blocks = [];
    for (let row = 0; row < timeline.rows.length; row += 1) {
      rowBlocks(timeline, row, { ...span, us }, coloring, marks, blocks);
    }
    if (blocks.length <= MOST_BLOCKS || us > span.to - span.from) return blocks;
    us *= 1.6;
  }
}

/** Place of the first bar of a row that reaches into a span. @param {Float64Array} reach @param {number} from */
function firstVisible(reach, from) {
  let low = 0, high = reach.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reach[middle] < from) low = middle + 1; else high = middle;
  }
  return low;
}

/** @returns {Run} */
function emptyRun() {
  return { from: 0, to: -Infinity, busy: 0, count: 0, bar: -1, classes: new Float64Array(CLASSES) };
}

/**
 * @param {import("./data.js").Timeline} timeline @param {number} row @param {Window} window
 * @param {import("./coloring.js").Coloring} coloring @param {Uint8Array|null} marks @param {Block[]} into
 */
function rowBlocks(timeline, row, window, coloring, marks, into) {
  const { bars, reach } = timeline.rows[row];
  const { start, end, kind } = timeline.bars;
  const { paint } = coloring;
  const { from, to, us } = window;
  const plain = emptyRun(), dim = emptyRun();
  /** @type {Map<number, Chained>} */
  const onTop = new Map();
  const flush = (/** @type {Run} */ run) => {
    if (run.count) into.push(runBlock(run, row, us, coloring, run === dim));
    run.count = 0;
    run.to = -Infinity;
  };
  for (let place = firstVisible(reach, from); place < bars.length; place += 1) {
    const bar = bars[place], mark = marks ? marks[bar] : 0;
    const begins = start[bar], ends = end[bar];
    if (begins > to) break;
    if (ends < from || mark === HIDDEN) continue;
    const layer = mark === FOUND ? MATCH : mark === DIMMED ? DIM : paint[bar];
    const run = mark === DIMMED || mark === FOUND ? dim : plain;
    if (ends - begins >= 1.5 * us) {
      if (begins > run.to - us) flush(run);
      into.push({ from: begins, to: ends, row, layer, bar });
      continue;
    }
    if (mark === FOUND || (mark !== DIMMED && isNotable(kind[bar]))) topBlock(onTop, layer, begins, us, row, bar);
    if (run.count && begins - run.to > us) flush(run);
    if (!run.count) {
      run.from = run.to = begins;
      run.busy = 0;
      run.bar = bar;
      run.classes.fill(0);
    }
    run.to = Math.max(run.to, ends, run.from + us);
    run.busy += ends - begins;
    run.classes[paint[bar]] += ends - begins + 1;
    run.count += 1;
  }
  flush(plain);
  flush(dim);
  into.push(...[...onTop.values()].flatMap((block) => chain(block)));
}

/** A run of short bars as one block: a single one as itself, several by how busy they are. @param {Run} run @param {number} row @param {number} us @param {import("./coloring.js").Coloring} coloring @param {boolean} dim */
function runBlock(run, row, us, coloring, dim) {
  const width = Math.max(run.to - run.from, us);
  const alone = run.count === 1;
  const layer = dim ? DIM : alone ? coloring.paint[run.bar] : denseLayer(run, width, coloring);
  return { from: run.from, to: run.from + width, row, layer, bar: alone ? run.bar : -1 };
}

/** @param {Run} run @param {number} width @param {import("./coloring.js").Coloring} coloring */
function denseLayer(run, width, coloring) {
  if (coloring.by !== "result") {
    let most = 0;
    for (let place = 1; place < CLASSES; place += 1) if (run.classes[place] > run.classes[most]) most = place;
    return DENSE_OF + most;
  }
  const busy = run.busy / width;
  return DENSE[busy < 0.34 ? 0 : busy < 0.67 ? 1 : 2];
}

/** Remember a noteworthy short bar; those within a pixel of each other share one block. @param {Map<number, Chained>} onTop @param {number} layer @param {number} begins @param {number} us @param {number} row @param {number} bar */
function topBlock(onTop, layer, begins, us, row, bar) {
  const before = onTop.get(layer);
  if (before && begins - before.to <= us) {
    before.to = Math.max(before.to, begins + us);
    before.bar = -1;
    return;
  }
  const block = { from: begins, to: begins + 1.5 * us, row, layer, bar, next: before };
  onTop.set(layer, block);
}

/** A block and all that were found before it. @param {Chained|undefined} block @returns {Block[]} */
function chain(block) {
  const all = [];
  for (let one = block; one; one = one.next) all.push(one);
  return all.reverse();
}
