// What the axis counts: µs since boot, or lines where the log keeps no times.

import { seconds } from "./text.js";

/**
 * @typedef {object} Axis
 * @property {"us"|"line"} unit
 * @property {number} scale so many places are one of what the axis shows (s, lines)
 * @property {number} origin the first place of the boot's axis
 * @property {number} least a bar is drawn at least so long
 * @property {number} shortest the shortest span to zoom to
 * @property {number} room the least span and margin of a whole boot
 * @property {string} note why the axis has no times; empty where it has
 * @property {(place: number) => string} words
 */

/**
 * @param {string} unit @param {number} first @param {string} clock
 * @param {number} begin where firmware begins: before 0, for it has no kernel clock
 * @returns {Axis}
 */
export function axisOf(unit, first, clock, begin) {
  if (unit !== "line") {
    return { unit: "us", scale: 1e6, origin: Math.min(0, begin), least: 0, shortest: 20, room: 1000, note: "", words: seconds };
  }
  return {
    unit: "line", scale: 1, origin: Math.min(first, begin), least: 0.8, shortest: 6, room: 1, words: lineWords,
    note: clock === "none" ? "this log keeps no times" : "most of this log keeps no times",
  };
}

/** @param {number} line */
function lineWords(line) {
  return `line ${line}`;
}

const BETWEEN = 110, CHARACTER = 5.8; // px between two ticks; of a character in their labels

/**
 * The axis as Plotly draws it. Lines have ticks at whole numbers only, and none beyond the log.
 * @param {Axis} axis @param {{from: number, to: number}} span @param {number} last @param {number} width px
 */
export function ticksOf(axis, span, last, width) {
  if (axis.unit === "us") {
    const most = Math.max(5, Math.floor(width / BETWEEN));
    return span.from >= 0 ? { ticksuffix: " s", nticks: most } : secondsFromZero(span.to / axis.scale, (span.to - span.from) / axis.scale / most);
  }
  const room = lineWords(last).length * CHARACTER + 8;
  const step = stepOf(((span.to - span.from) / width) * room);
  const first = Math.ceil(Math.max(span.from, axis.origin) / step) * step;
  const tickvals = [];
  for (let line = first; line <= Math.min(span.to, last); line += step) tickvals.push(line);
  return { tickmode: "array", tickvals, ticktext: tickvals.map(lineWords) };
}

/** Ticks where firmware is in sight, which has no times. @param {number} to @param {number} apart s */
function secondsFromZero(to, apart) {
  const unit = 10 ** Math.floor(Math.log10(apart));
  const step = unit * stepOf(apart / unit), digits = Math.max(0, -Math.floor(Math.log10(step)));
  const tickvals = Array.from({ length: Math.floor(Math.max(to, 0) / step) + 1 }, (_, i) => i * step);
  return { tickmode: "array", tickvals, ticktext: tickvals.map((value) => `${value.toFixed(digits)} s`) };
}

/** The least of 1, 2, 5, 10, 20 ... that is not under a length. @param {number} length */
function stepOf(length) {
  for (let step = 1; ; step *= 10) {
    const found = [step, 2 * step, 5 * step].find((one) => one >= length);
    if (found) return found;
  }
}
