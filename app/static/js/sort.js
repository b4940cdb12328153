// The columns of the table: what they show of a bar, and how they are sorted.

import { lengthOf } from "./coloring.js";
import { levelWords, levelsOf } from "./data.js";
import { linesWords, resultWords } from "./tooltip.js";
import { duration } from "./text.js";

/**
 * @typedef {object} Column
 * @property {string} key @property {string} title @property {string} hint what it is, for who meets it first @property {boolean} [number] aligned to the right
 * @property {(timeline: import("./data.js").Timeline, bar: number) => string} words
 * @property {(timeline: import("./data.js").Timeline) => ((bar: number) => number)} value what it is sorted by; text by rank
 */

const text = (/** @type {"name"|"detail"|"thread"} */ column) => (/** @type {import("./data.js").Timeline} */ timeline) => {
  const { bars, strings } = timeline, rank = ranksOf(strings);
  return (/** @type {number} */ bar) => (bars[column][bar] < 0 ? -1 : rank[bars[column][bar]]);
};
const number = (/** @type {"low"|"start"|"reported"|"line"} */ column) => (/** @type {import("./data.js").Timeline} */ { bars }) => (/** @type {number} */ bar) => bars[column][bar];
const string = (/** @type {"name"|"detail"|"thread"} */ column) => (/** @type {import("./data.js").Timeline} */ { bars, strings }, /** @type {number} */ bar) => strings[bars[column][bar]] ?? "";

/** @type {Column[]} */
export const COLUMNS = [
  { key: "name", title: "Name", hint: "the initcall, or the device that a driver was bound to", words: string("name"), value: text("name") },
  {
    key: "level", title: "Level", hint: "between two levels the order is guaranteed, within one it is link order; a probe has that of the initcall it ran in",
    value: ({ bars }) => (bar) => levelsOf(bars, bar)[0], words: levelOf,
  },
  {
    key: "start", title: "Start", hint: "the stamp of its first line", number: true, value: number("start"),
    words: ({ axis, bars }, bar) => (bars.row[bar] < 0 ? "no time" : axis.words(bars.start[bar])),
  },
  { key: "took", title: "Took", hint: "between the stamps of its two lines, with the console’s time in it", number: true, words: tookWords, value: ({ axis, bars }) => (bar) => lengthOf(bars, bar, axis.note !== "") },
  {
    key: "reported", title: "Reported", hint: "what the kernel itself measured: after N usecs", number: true, value: number("reported"),
    words: ({ bars }, bar) => (bars.reported[bar] < 0 ? "" : duration(bars.reported[bar])),
  },
  { key: "result", title: "Result", hint: "what it returned: 0 is success, anything else an errno", words: resultWords, value: ({ bars }) => (bar) => bars.kind[bar] * 1e6 + Math.abs(bars.result[bar]) },
  { key: "detail", title: "Module or driver", hint: "empty for an initcall that is built in", words: string("detail"), value: text("detail") },
  { key: "thread", title: "Thread", hint: "the process that it ran in; 1 is the kernel’s main one", words: string("thread"), value: text("thread") },
  { key: "line", title: "Lines", hint: "where it begins and ends in the log", words: ({ bars }, bar) => linesWords(bars.line[bar], bars.lastLine[bar]), value: number("line") },
];

/** @param {import("./data.js").Timeline} timeline @param {number} bar */
function levelOf(timeline, bar) {
  const [low, high] = levelsOf(timeline.bars, bar);
  return low < 0 ? "" : levelWords(timeline, low, high, true);
}

/** @param {import("./data.js").Timeline} timeline @param {number} bar */
function tookWords({ axis, bars }, bar) {
  const took = lengthOf(bars, bar, axis.note !== "");
  return took < 0 ? "" : duration(took);
}

/** The rank of each text in order; digits by their value, so that thread 9 is before 10. @param {string[]} strings */
function ranksOf(strings) {
  const order = strings.map((_, place) => place);
  const isNumber = strings.map((one) => (/^\d{1,15}$/.test(one) ? Number(one) : NaN));
  order.sort((a, b) => {
    const [x, y] = [isNumber[a], isNumber[b]];
    if (x === x && y === y) return x - y;
    return strings[a] < strings[b] ? -1 : strings[a] > strings[b] ? 1 : 0;
  });
  const rank = new Int32Array(strings.length);
  order.forEach((place, at) => { rank[place] = at; });
  return rank;
}

/**
 * Bars in the order of a column; equal ones stay in the log's order.
 * @param {import("./data.js").Timeline} timeline @param {Int32Array} bars
 * @param {string} key @param {boolean} down
 */
export function sorted(timeline, bars, key, down) {
  const column = COLUMNS.find((one) => one.key === key);
  if (!column) return bars;
  const valueOf = column.value(timeline), value = new Float64Array(timeline.bars.count), sign = down ? -1 : 1;
  for (const bar of bars) value[bar] = valueOf(bar);
  return bars.slice().sort((a, b) => sign * (value[a] - value[b]) || a - b);
}
