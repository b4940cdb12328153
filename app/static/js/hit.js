// What is under the pointer: binary search in the row's typed arrays.

/**
 * @typedef {{bar: number, point: import("./data.js").Point|null, flag: import("./data.js").Flag|null,
 *   stage?: import("./data.js").Stage}} Hit
 */

/** Firmware, anywhere above or below where it is named. @returns {Hit|null} @param {import("./data.js").Timeline} timeline @param {number} at */
export function hitStage(timeline, at) {
  const stage = timeline.firmware.find(({ start, end }) => at >= start && at <= end);
  return stage ? { bar: -1, point: null, flag: null, stage } : null;
}

/**
 * @param {import("./data.js").Timeline} timeline @param {number} row
 * @param {number} at @param {number} tolerance places on the axis
 * @returns {Hit|null}
 */
export function hitTest(timeline, row, at, tolerance) {
  if (row < 0) return null;
  const pinned = timeline.pinned[row];
  if (pinned) return hitPinned(timeline, row, pinned.bar, at, tolerance);
  const flag = nearest(timeline.flags.filter((one) => one.row === row), at, tolerance);
  if (flag) return { bar: -1, point: null, flag };
  const bar = barAt(timeline, row, at, tolerance);
  return bar < 0 ? null : { bar, point: null, flag: null };
}

/** @param {import("./data.js").Timeline} timeline @param {number} row @param {number} bar @param {number} at @param {number} tolerance */
function hitPinned(timeline, row, bar, at, tolerance) {
  const points = timeline.points.filter((one) => one.row === row);
  const point = nearest(points, at, tolerance * 2);
  const { start, end } = timeline.bars;
  if (point) return { bar, point, flag: null };
  if (bar >= 0 && at >= start[bar] - tolerance && at <= end[bar] + tolerance) {
    return { bar, point: points[0] ?? null, flag: null };
  }
  return null;
}

/** @template {{time: number}} T @param {T[]} items @returns {T|null} @param {number} at @param {number} tolerance */
function nearest(items, at, tolerance) {
  let best = null;
  for (const item of items) {
    const distance = Math.abs(item.time - at);
    if (distance <= tolerance && (!best || distance < Math.abs(best.time - at))) best = item;
  }
  return best;
}

/** The bar of a row at a time: the shortest that is there, else the nearest. -1: none. @param {import("./data.js").Timeline} timeline @param {number} row @param {number} at @param {number} tolerance */
export function barAt(timeline, row, at, tolerance) {
  const { bars, reach } = timeline.rows[row] ?? { bars: [], reach: [] };
  const { start, end } = timeline.bars;
  let best = -1, bestRank = Infinity;
  for (let place = startsUpTo(bars, start, at + tolerance) - 1; place >= 0; place -= 1) {
    if (reach[place] < at - tolerance) break;
    const bar = bars[place];
    const distance = Math.max(start[bar] - at, at - end[bar], 0);
    if (distance > tolerance) continue;
    const rank = distance * 1e6 + (end[bar] - start[bar]);
    if (rank < bestRank) { best = bar; bestRank = rank; }
  }
  return best;
}

/** @param {Int32Array} bars @param {Float64Array} start @param {number} limit */
function startsUpTo(bars, start, limit) {
  let low = 0, high = bars.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (start[bars[middle]] > limit) high = middle; else low = middle + 1;
  }
  return low;
}

/** The bar that a line of the log belongs to; -1: none. @param {import("./data.js").Timeline} timeline @param {number} line */
export function barOfLine(timeline, line) {
  const { bars } = timeline;
  for (let i = 0; i < bars.count; i += 1) {
    if (bars.line[i] === line || bars.lastLine[i] === line) return i;
  }
  return -1;
}

