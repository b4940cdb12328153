// Which bars a filter lets pass: by length, level, result, module or driver, thread.

import { lengthOf } from "./coloring.js";
import { KINDS, levelsOf } from "./data.js";

/**
 * @typedef {object} Filter all empty: everything passes
 * @property {number} least µs @property {number} most µs, Infinity: no limit
 * @property {string[]} levels their names, or "unknown" @property {string[]} results kinds of bar
 * @property {string[]} modules modules and drivers @property {string[]} threads
 * @property {boolean} hide what does not pass, instead of dimming it
 */

/** @returns {Filter} */
export function noFilter() {
  return { least: 0, most: Infinity, levels: [], results: [], modules: [], threads: [], hide: false };
}

/** How many of its parts ask for something. @param {Filter} filter */
export function askedOf(filter) {
  const lists = [filter.levels, filter.results, filter.modules, filter.threads];
  return lists.filter((list) => list.length).length + Number(filter.least > 0 || filter.most < Infinity);
}

/** @param {import("./data.js").Timeline} timeline @param {Filter} filter @returns {Uint8Array|null} null: everything passes */
export function passing(timeline, filter) {
  if (!askedOf(filter)) return null;
  const { bars, strings, axis } = timeline;
  const untimed = axis.note !== "";
  const kinds = new Set(filter.results.map((name) => KINDS.indexOf(name)));
  const modules = placesOf(strings, filter.modules), threads = placesOf(strings, filter.threads);
  const levels = new Set(filter.levels.map((name) => timeline.levels.findIndex(([one]) => one === name)));
  const timed = filter.least > 0 || filter.most < Infinity;
  const passes = new Uint8Array(bars.count);
  for (let i = 0; i < bars.count; i += 1) {
    if (kinds.size && !kinds.has(bars.kind[i])) continue;
    if (modules.size && !modules.has(bars.detail[i])) continue;
    if (threads.size && !threads.has(bars.thread[i])) continue;
    if (levels.size && !hasLevel(bars, i, levels)) continue;
    if (timed) {
      const took = lengthOf(bars, i, untimed);
      if (took < 0 || took < filter.least || took > filter.most) continue;
    }
    passes[i] = 1;
  }
  return passes;
}

/** @param {string[]} strings @param {string[]} names */
function placesOf(strings, names) {
  return new Set(names.map((name) => strings.indexOf(name)).map((place) => (place < 0 ? -2 : place)));
}

/** Whether a bar may have one of these levels. @param {import("./data.js").Bars} bars @param {number} bar @param {Set<number>} levels */
function hasLevel(bars, bar, levels) {
  const [low, high] = levelsOf(bars, bar);
  if (low < 0) return levels.has(-1);
  for (let level = low; level <= high; level += 1) if (levels.has(level)) return true;
  return false;
}

/** A length as people write it, in µs: `250us`, `1.5 ms`, `2s`; a bare number is ms. NaN: none. @param {string} text */
export function microseconds(text) {
  const found = /^\s*(\d+(?:\.\d+)?)\s*(us|µs|μs|usecs|ms|msecs|s)?\s*$/i.exec(text);
  if (!found) return NaN;
  const unit = (found[2] ?? "ms").toLowerCase();
  const scale = unit.startsWith("ms") ? 1000 : unit === "s" ? 1e6 : 1;
  return Math.round(Number(found[1]) * scale);
}
