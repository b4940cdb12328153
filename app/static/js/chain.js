// What a span of the boot holds: how many ran, what the main thread waited in, where nothing ran.

import { ASYNC, PROBE, WAIT } from "./data.js";

const MAIN = ["0", "1"]; // the threads that run the built-in initcalls: the idle task, then init

/** @typedef {{bar: number, own: number}} Link what the main thread was in, and for how long by itself */
/**
 * @typedef {object} SpanFacts lengths are µs, or lines where the log keeps no times
 * @property {number} initcalls @property {number} probes @property {number} others asynchronous calls and waits
 * @property {number} sum of the initcalls' lengths within the span, those inside others left out
 * @property {Link[]} chain longest first @property {number} waited the chain's sum
 * @property {{from: number, to: number}[]} gaps longest first @property {number} idle the gaps' sum
 */

/** Bars that may be drawn, by start, the longer first; made once for a boot. @param {import("./data.js").Timeline} timeline */
export function orderOf({ bars }) {
  const order = [];
  for (let i = 0; i < bars.count; i += 1) if (bars.row[i] >= 0) order.push(i);
  return Int32Array.from(order).sort((a, b) => bars.start[a] - bars.start[b] || bars.end[b] - bars.end[a] || a - b);
}

/**
 * @param {import("./data.js").Timeline} timeline @param {Int32Array} order see orderOf
 * @param {number} from @param {number} to @returns {SpanFacts}
 */
export function factsOfSpan(timeline, order, from, to) {
  const { start, end, flags, parent, thread } = timeline.bars;
  const main = new Set([-1, ...MAIN.map((name) => timeline.strings.indexOf(name))]);
  /** @type {SpanFacts} */
  const facts = { initcalls: 0, probes: 0, others: 0, sum: 0, chain: [], waited: 0, gaps: [], idle: 0 };
  const stack = mainThread(timeline, from);
  let busyTo = from;
  for (const bar of order) {
    if (start[bar] >= to) break;
    if (end[bar] < from || (end[bar] === from && start[bar] < from)) continue;
    const kind = flags[bar] & (PROBE | ASYNC | WAIT);
    if (kind & PROBE) facts.probes += 1;
    else if (kind) facts.others += 1;
    else facts.initcalls += 1;
    if (!kind && parent[bar] < 0) facts.sum += Math.min(end[bar], to) - Math.max(start[bar], from);
    if (!kind) {
      if (start[bar] > busyTo) facts.gaps.push({ from: busyTo, to: start[bar] });
      busyTo = Math.max(busyTo, Math.min(end[bar], to));
    }
    if (!(flags[bar] & ASYNC) && main.has(thread[bar])) stack.enter(bar, Math.max(start[bar], from));
  }
  if (busyTo < to) facts.gaps.push({ from: busyTo, to });
  stack.pass(to);
  facts.chain = [...stack.own].filter(([, own]) => own > 0).map(([bar, own]) => ({ bar, own })).sort((a, b) => b.own - a.own || a.bar - b.bar);
  facts.waited = facts.chain.reduce((sum, { own }) => sum + own, 0);
  facts.gaps.sort((a, b) => (b.to - b.from) - (a.to - a.from));
  facts.idle = facts.gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0);
  return facts;
}

/** Follows the main thread through what it is in: the innermost has the time. @param {import("./data.js").Timeline} timeline @param {number} from */
function mainThread({ bars: { end } }, from) {
  /** @type {number[]} */
  const stack = [];
  /** @type {Map<number, number>} */
  const own = new Map();
  let at = from;
  const spend = (/** @type {number} */ until) => {
    const bar = stack[stack.length - 1];
    if (bar !== undefined && until > at) own.set(bar, (own.get(bar) ?? 0) + until - at);
    at = Math.max(at, until);
  };
  const pass = (/** @type {number} */ until) => {
    while (stack.length && end[stack[stack.length - 1]] <= until) {
      spend(end[stack[stack.length - 1]]);
      stack.pop();
    }
    spend(until);
  };
  return { own, pass, enter: (/** @type {number} */ bar, /** @type {number} */ begin) => { pass(begin); stack.push(bar); } };
}
