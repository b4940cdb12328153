// How busy the boot is, a column of pixels at a time; nothing is too short to count.

/**
 * @typedef {object} Density
 * @property {Float32Array} busy share of a column's time in which built-in or module initcalls, or probes, ran; up to 1
 * @property {Uint8Array} some 1 where anything began, ran or ended
 */

/**
 * @param {import("./data.js").Timeline} timeline
 * @param {{from: number, to: number}} bounds @param {number} columns @returns {Density}
 */
export function densityOf(timeline, bounds, columns) {
  const busy = new Float32Array(columns), some = new Uint8Array(columns);
  const scale = columns / (bounds.to - bounds.from);
  const { start, end, row, parent, flags, count } = timeline.bars;
  for (let i = 0; i < count; i += 1) {
    if (row[i] < 0) continue;
    const left = (start[i] - bounds.from) * scale;
    const right = (Math.min(end[i], timeline.fitEnd) - bounds.from) * scale;
    const first = Math.max(0, Math.floor(left)), last = Math.min(columns - 1, Math.floor(right));
    const nested = parent[i] >= 0 || flags[i] & 1; // what is inside another is counted there
    for (let x = first; x <= last; x += 1) {
      some[x] = 1;
      if (!nested) busy[x] += Math.max(0, Math.min(right, x + 1) - Math.max(left, x));
    }
  }
  for (let x = 0; x < columns; x += 1) if (busy[x] > 1) busy[x] = 1;
  return { busy, some };
}
