// From a line of the log to its place on the axis, and back: by the events on both sides.

export class LinePlaces {
  /** @param {import("./data.js").Timeline} timeline */
  constructor({ axis, bars, flags, points }) {
    this.byLine = axis.note !== "";
    /** @type {[number, number][]} */
    const known = [];
    for (let i = 0; i < bars.count; i += 1) {
      if (bars.row[i] < 0 || bars.line[i] <= 0) continue;
      known.push([bars.line[i], bars.line[i] === bars.lastLine[i] ? bars.end[i] : bars.start[i]]);
      if (bars.lastLine[i] !== bars.line[i]) known.push([bars.lastLine[i], bars.end[i]]);
    }
    for (const { line, time } of [...flags, ...points]) if (line > 0) known.push([line, time]);
    known.sort(([a], [b]) => a - b);
    this.lines = Int32Array.from(known, ([line]) => line);
    this.places = Float64Array.from(known, ([, place]) => place);
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
