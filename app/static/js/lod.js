// Level of detail: bars of one row to at most a few hundred blocks, each at least a pixel wide.
// What is narrower is merged to density, never dropped.

import { isNotable } from "./data.js";

/** Layers of blocks beyond the kinds of bar. */
export const DENSE = [100, 101, 102];
export const DIM = 110, MATCH = 111;
const MOST_BLOCKS = 1500;

/** @typedef {{from: number, to: number, row: number, layer: number, bar: number}} Block places on the axis; bar -1: several */
/** @typedef {{from: number, to: number, us: number}} Window shown span, and how much of it (µs or lines) is a pixel */

/**
 * @param {import("./data.js").Timeline} timeline
 * @param {{from: number, to: number}} span @param {number} pixels
 * @param {Uint8Array|null} matches 1 for every bar that the search found
 * @returns {Block[]}
 */
export function blocksOf(timeline, span, pixels, matches) {
  let us = (span.to - span.from) / Math.max(pixels, 1);
  for (;;) {
    /** @type {Block[]} */
    const blocks = [];
    for (let row = 0; row < timeline.rows.length; row += 1) {
      rowBlocks(timeline, row, { ...span, us }, matches, blocks);
    }
    if (blocks.length <= MOST_BLOCKS || us > span.to - span.from) return blocks;
    us *= 1.6;
  }
}

/** Place of the first bar of a row that reaches into a span. */
function firstVisible(reach, from) {
  let low = 0, high = reach.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reach[middle] < from) low = middle + 1; else high = middle;
  }
  return low;
}

/**
 * @param {import("./data.js").Timeline} timeline @param {number} row @param {Window} window
 * @param {Uint8Array|null} matches @param {Block[]} into
 */
function rowBlocks(timeline, row, window, matches, into) {
  const { bars, reach } = timeline.rows[row];
  const { start, end, kind } = timeline.bars;
  const { from, to, us } = window;
  const run = { from: 0, to: -Infinity, busy: 0, count: 0, bar: -1 };
  /** @type {Map<number, Block>} */
  const onTop = new Map();
  const flush = () => {
    if (run.count) into.push(runBlock(run, row, us, kind, matches));
    run.count = 0;
    run.to = -Infinity;
  };
  for (let place = firstVisible(reach, from); place < bars.length; place += 1) {
    const bar = bars[place];
    const begins = start[bar], ends = end[bar];
    if (begins > to) break;
    if (ends < from) continue;
    const layer = matches ? (matches[bar] ? MATCH : DIM) : kind[bar];
    if (ends - begins >= 1.5 * us) {
      if (begins > run.to - us) flush();
      into.push({ from: begins, to: ends, row, layer, bar });
      continue;
    }
    const remarkable = matches ? matches[bar] === 1 : isNotable(kind[bar]);
    if (remarkable) topBlock(onTop, layer, begins, us, row, bar);
    if (run.count && begins - run.to > us) flush();
    if (!run.count) Object.assign(run, { from: begins, to: begins, busy: 0, bar });
    run.to = Math.max(run.to, ends, run.from + us);
    run.busy += ends - begins;
    run.count += 1;
  }
  flush();
  into.push(...[...onTop.values()].flatMap((block) => chain(block)));
}

/** A run of short bars as one block: a single one as itself, several by how busy they are. */
function runBlock(run, row, us, kind, matches) {
  const width = Math.max(run.to - run.from, us);
  const busy = run.busy / width;
  const dense = DENSE[busy < 0.34 ? 0 : busy < 0.67 ? 1 : 2];
  const alone = run.count === 1;
  const layer = matches ? DIM : alone ? kind[run.bar] : dense;
  return { from: run.from, to: run.from + width, row, layer, bar: alone ? run.bar : -1 };
}

/** Remember a noteworthy short bar; those within a pixel of each other share one block. */
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

/** @returns {Block[]} a block and all that were found before it */
function chain(block) {
  const all = [];
  for (let one = block; one; one = one.next) all.push(one);
  return all.reverse();
}
