// From a line of the log to its place on the axis, and back: by the events on both sides.

import { OPEN } from "./data.js";

export class LinePlaces {
  /** @param {import("./data.js").Timeline} timeline */
  constructor({ axis, bars, flags, points }) {
    this.byLine = axis.note !== "";
    const marks = [...flags, ...points], room = 2 * bars.count + marks.length;
    const line = new Int32Array(room), place = new Float64Array(room);
    let count = 0;
    const add = (/** @type {number} */ at, /** @type {number} */ where) => {
      if (at <= 0) return;
      line[count] = at;
      place[count] = where;
      count += 1;
    };
    for (let i = 0; i < bars.count; i += 1) {
      if (bars.row[i] < 0) continue;
      const one = bars.line[i] === bars.lastLine[i];
      add(bars.line[i], one && !(bars.flags[i] & OPEN) ? bars.end[i] : bars.start[i]);
      if (!one) add(bars.lastLine[i], bars.end[i]);
    }
    for (const { line: at, time } of marks) add(at, time);
    const order = new Int32Array(count).map((_, at) => at).sort((a, b) => line[a] - line[b] || a - b);
    this.lines = order.map((at) => line[at]);
    this.places = Float64Array.from(order, (at) => place[at]);
    // Lines are in order, the clock need not be: what came so far is the place of a line.
    for (let i = 1; i < this.places.length; i += 1) this.places[i] = Math.max(this.places[i], this.places[i - 1]);
  }

  /** The place of the last event up to a line; null before the first. @param {number} line */
  placeOf(line) {
    if (this.byLine) return line;
    const after = upTo(this.lines, line);
    return after ? this.places[after - 1] : null;
  }

  /** The line of the last event up to a place; 0 before the first. @param {number} place */
  lineOf(place) {
    if (this.byLine) return Math.max(1, Math.round(place));
    const after = upTo(this.places, place);
    return after ? this.lines[after - 1] : 0;
  }
}

/** How many of a sorted list are no more than a value. @param {Int32Array|Float64Array} sorted @param {number} value */
function upTo(sorted, value) {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] > value) high = middle; else low = middle + 1;
  }
  return low;
}
