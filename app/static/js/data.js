// The timeline's columns as typed arrays (schema bootscope.timeline/1). Places are µs,
// or lines where the log keeps no times: the axis knows.

import { axisOf } from "./axis.js";

export const OPEN = 1, RETURN_LOST = 2, ORPHAN = 4, PROBE = 8, ASYNC = 16, WAIT = 32;
/** Kinds of bar, from the least to the most noteworthy. */
export const KINDS = ["initcall", "bound", "async", "wait", "declined", "error", "deferred", "failed", "open"];
const KIND = Object.fromEntries(KINDS.map((name, place) => [name, place]));
const PLAIN = KIND.wait;
const EPROBE_DEFER = 517, ENXIO = 6, ENODEV = 19;

/**
 * @typedef {object} Bars
 * @property {number} count
 * @property {Int32Array} row @property {Float64Array} start @property {Float64Array} end
 * @property {Int32Array} reported @property {Int32Array} result @property {Int32Array} name
 * @property {Int32Array} detail @property {Int32Array} number @property {Int32Array} thread
 * @property {Int32Array} parent @property {Int32Array} low @property {Int32Array} high
 * @property {Int32Array} source @property {Uint8Array} flags @property {Int32Array} line
 * @property {Int32Array} lastLine @property {Uint8Array} kind
 */
/**
 * @typedef {object} Row one row of bars, by start; `reach` is the latest end so far
 * @property {Int32Array} bars @property {Float64Array} reach
 */
/** @typedef {{kind: string, title: string, first_row: number, rows: number}} Lane */
/** @typedef {{rule: string, outcome: string, gap_us: number|null, lines: number[], times_us: number[], bars: number[]}} Finding */
/** @typedef {{row: number, name: string, role: string, time: number, line: number, finding: number}} Point */
/** @typedef {{name: string, row: number, time: number, line: number}} Flag */
/** @typedef {{low: number, high: number, start: number, end: number}} Band */
/** @typedef {{point: number, role: string, finding: number}} Missing an end of an order that is not in the log */
/** @typedef {{name: string, start: number, end: number, line: number, lastLine: number}} Stage firmware before the kernel */
/**
 * @typedef {object} Timeline
 * @property {Stage[]} firmware @property {number} begin where firmware or the boot begins
 * @property {number} first @property {number} last @property {string[]} strings
 * @property {string[][]} levels @property {Record<string,string>} results
 * @property {Lane[]} lanes @property {Bars} bars @property {Row[]} rows @property {Band[]} bands
 * @property {Flag[]} flags @property {number[][]} links @property {{label: string, bar: number}[]} pinned
 * @property {Point[]} points @property {number[][]} arrows @property {Missing[]} missing @property {Finding[]} findings
 * @property {import("./axis.js").Axis} axis
 * @property {number} fitEnd @property {number} unplaced @property {string} tail
 */

/** @param {Promise<Response>} coming @returns {Promise<Timeline>} */
export async function readTimeline(coming) {
  const answer = await coming;
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  const packed = answer.headers.get("content-type")?.includes("octet-stream");
  return decode(packed ? unpack(await answer.arrayBuffer()) : await answer.json());
}

/** @type {Record<string, Int8ArrayConstructor|Int16ArrayConstructor|Int32ArrayConstructor|Float64ArrayConstructor>} */
const TYPES = { i1: Int8Array, i2: Int16Array, i4: Int32Array, f8: Float64Array };

/** Head and columns out of the bytes (app/timeline/packed.py). @param {ArrayBuffer} buffer @returns {any} */
export function unpack(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const column = (/** @type {[string, string, number, number]} */ [name, type, offset, count]) => [name, new TYPES[type](buffer, 4 + length + offset, count)];
  return { ...head, bars: Object.fromEntries(head.columns.map(column)) };
}

/** @param {any} json @returns {Timeline} */
export function decode(json) {
  /** @type {Stage[]} */
  const firmware = json.firmware.map((/** @type {[string, number, number, number, number]} */ [name, start, end, line, lastLine]) => ({ name, start, end, line, lastLine }));
  const begin = Math.min(json.first_us, ...firmware.map((stage) => stage.start));
  const axis = axisOf(json.unit, json.first_us, json.clock, begin);
  const bars = decodeBars(json.bars, axis.least);
  const rows = sortRows(bars, json.lanes);
  /** @type {Flag[]} */
  const flags = json.flags.map((/** @type {number[]} */ [name, row, time, line]) => ({ name: json.strings[name], row, time, line }));
  const points = json.points.map((/** @type {number[]} */ [row, name, role, time, line, finding]) => (
    { row, name: json.strings[name], role: json.strings[role], time, line, finding }));
  return {
    axis, firmware, begin, first: json.first_us, last: json.last_us, tail: json.tail, strings: json.strings,
    levels: json.levels, results: json.results, lanes: json.lanes, bars, rows,
    bands: json.bands.map((/** @type {number[]} */ [low, high, start, end]) => ({ low, high, start, end })),
    flags, links: json.links, points, arrows: json.arrows,
    missing: json.missing.map((/** @type {[number, string, number]} */ [point, role, finding]) => ({ point, role, finding })), findings: json.findings,
    pinned: json.pinned.map((/** @type {number[]} */ [label, bar]) => ({ label: json.strings[label], bar })),
    fitEnd: endOfEvents(bars, flags, json.last_us), unplaced: json.unplaced,
  };
}

/** @param {ArrayLike<number>} differences @param {Float64Array|Int32Array} into */
function summed(differences, into) {
  let sum = 0;
  for (let i = 0; i < differences.length; i += 1) into[i] = sum += differences[i];
  return into;
}

/** @param {Record<string, ArrayLike<number>>} columns @param {number} least length of a bar @returns {Bars} */
function decodeBars(columns, least) {
  const count = columns.row.length;
  const whole = (/** @type {string} */ name) => new Int32Array(columns[name]);
  const start = /** @type {Float64Array} */ (summed(columns.start_us, new Float64Array(count)));
  const line = /** @type {Int32Array} */ (summed(columns.line, new Int32Array(count)));
  const bars = {
    count, start, line, row: whole("row"),
    end: new Float64Array(count),
    reported: whole("reported_us"), result: whole("result"), name: whole("name"),
    detail: whole("detail"), number: whole("number"), thread: whole("thread"),
    parent: whole("parent"), low: whole("low"), high: whole("high"), source: whole("source"),
    flags: new Uint8Array(columns.flags),
    lastLine: new Int32Array(count), kind: new Uint8Array(count),
  };
  for (let i = 0; i < count; i += 1) {
    bars.end[i] = start[i] + Math.max(columns.span_us[i], least);
    bars.lastLine[i] = line[i] + columns.lines[i];
    bars.kind[i] = kindOf(bars.flags[i], bars.result[i]);
  }
  return bars;
}

/** @param {number} flags @param {number} result */
function kindOf(flags, result) {
  const size = Math.abs(result);
  if (flags & OPEN) return KIND.open;
  if (flags & (ASYNC | WAIT)) return flags & ASYNC ? KIND.async : KIND.wait;
  if (!(flags & PROBE)) return size === 0 ? KIND.initcall : KIND.error;
  if (size === 0) return KIND.bound;
  if (size === EPROBE_DEFER) return KIND.deferred;
  return size === ENODEV || size === ENXIO ? KIND.declined : KIND.failed;
}

/** Whether a kind of bar must stay visible however short it is. @param {number} kind */
export function isNotable(kind) {
  return kind > PLAIN && kind !== KIND.declined;
}

/** @param {Bars} bars @param {Lane[]} lanes @returns {Row[]} */
function sortRows(bars, lanes) {
  const last = lanes[lanes.length - 1];
  const sizes = new Int32Array(last ? last.first_row + last.rows : 0);
  for (let i = 0; i < bars.count; i += 1) if (bars.row[i] >= 0) sizes[bars.row[i]] += 1;
  const lists = [...sizes].map((size) => new Int32Array(size));
  sizes.fill(0);
  for (let i = 0; i < bars.count; i += 1) if (bars.row[i] >= 0) lists[bars.row[i]][sizes[bars.row[i]]++] = i;
  return lists.map((list) => {
    const inOrder = list.every((bar, place) => place === 0 || bars.start[list[place - 1]] <= bars.start[bar]);
    if (!inOrder) list.sort((a, b) => bars.start[a] - bars.start[b] || a - b);
    const reach = new Float64Array(list.length);
    let latest = -Infinity;
    list.forEach((bar, place) => { reach[place] = latest = Math.max(latest, bars.end[bar]); });
    return { bars: list, reach };
  });
}

/** Where the last event ends; after it a log may go on for long with nothing to draw. @param {import("./data.js").Bars} bars @param {Flag[]} flags @param {number} last */
function endOfEvents(bars, flags, last) {
  let end = 0;
  for (let i = 0; i < bars.count; i += 1) if (bars.row[i] >= 0 && bars.end[i] > end) end = bars.end[i];
  for (const flag of flags) if (flag.time > end) end = flag.time;
  return Math.min(end || last, last);
}

/** The first and last level that a bar may have, -1 where none is known; a probe has that of the initcall it ran in. @param {Bars} bars @param {number} bar @returns {[number, number]} */
export function levelsOf({ low, high, parent }, bar) {
  const owner = low[bar] < 0 && parent[bar] >= 0 ? parent[bar] : bar;
  return [low[owner], high[owner]];
}

/** `6 device`; `rootfs..6` where only an interval is known. @param {import("./data.js").Timeline} timeline @param {number} low @param {number} high */
export function levelWords(timeline, low, high, short = false) {
  if (low < 0) return "not known";
  const [name, macro] = timeline.levels[low];
  if (low !== high) return `${name}..${timeline.levels[high][0]}`;
  if (name === "module") return short ? "modules" : macro;
  if (macro.startsWith(name)) return short ? name : macro;
  const word = macro.replace(/_initcall/, "");
  return short && word === name ? name : `${name} ${short ? word : macro}`;
}
