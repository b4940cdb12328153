// The view in the address: short, in one order, and read with suspicion. Deliberate steps
// (a finding, a bar, a filter) make an entry in the history; wheel and keys change the last.
//
//   t=1.57-1.9  shown span, in s (or lines)    s=1.58-1.6  selected span
//   c=level     colouring                      q=ffa       search by name
//   d=1000-     length, µs    l=6,7  levels    r=open  results    m=  modules    p=  threads
//   hide=1      hide instead of dim            v=table     the table instead of the log
//   lq=text     search in the log              #L120-L135, #FFA001

import { COLORINGS } from "./coloring.js";
import { KINDS } from "./data.js";
import { askedOf, noFilter } from "./filter.js";

const LONGEST = 200; // characters of a search; items of a list
const OWN = ["t", "s", "c", "q", "d", "l", "r", "m", "p", "hide", "v", "lq"];

/**
 * @typedef {object} State
 * @property {{from: number, to: number}|null} span null: as the page chooses
 * @property {{from: number, to: number}|null} selected
 * @property {string} by the colouring @property {string} query @property {string} logQuery
 * @property {import("./filter.js").Filter} filter @property {"log"|"table"} panel
 */

/** @param {string|null} text @param {number} scale */
function spanIn(text, scale) {
  const found = /^(-?\d{1,12}(?:\.\d{1,9})?)-(\d{1,12}(?:\.\d{1,9})?)$/.exec(text ?? "");
  if (!found) return null;
  const [from, to] = [Number(found[1]) * scale, Number(found[2]) * scale];
  return to > from ? { from, to } : null;
}

/** @param {URLSearchParams} query @param {string} name @param {string[]} [known] */
function listIn(query, name, known) {
  const items = (query.get(name) ?? "").split(",").map((one) => one.trim().slice(0, LONGEST)).filter(Boolean).slice(0, LONGEST);
  return known ? items.filter((one) => known.includes(one)) : items;
}

/** @param {string} search such as `?t=1-2` @param {import("./axis.js").Axis} axis @returns {State} */
export function readState(search, axis) {
  const query = new URLSearchParams(search);
  const lengths = /^(\d{0,15})-(\d{0,15})$/.exec(query.get("d") ?? "");
  const by = query.get("c") ?? "";
  return {
    span: spanIn(query.get("t"), axis.scale), selected: spanIn(query.get("s"), axis.scale),
    by: COLORINGS.includes(by) ? by : COLORINGS[0], query: (query.get("q") ?? "").slice(0, LONGEST),
    logQuery: (query.get("lq") ?? "").slice(0, LONGEST), panel: query.get("v") === "table" ? "table" : "log",
    filter: {
      ...noFilter(), least: Number(lengths?.[1] || 0), most: lengths?.[2] ? Number(lengths[2]) : Infinity,
      levels: listIn(query, "l"), results: listIn(query, "r", KINDS), modules: listIn(query, "m"),
      threads: listIn(query, "p"), hide: query.get("hide") === "1",
    },
  };
}

/** @param {{from: number, to: number}|null} span @param {import("./axis.js").Axis} axis */
function spanWords(span, axis) {
  if (!span) return "";
  const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10((span.to - span.from) / axis.scale)) + 3));
  return [span.from, span.to].map((place, end) => ((end ? place : Math.max(place, axis.origin)) / axis.scale).toFixed(digits)).join("-");
}

/** The search part for a state; what others put there (which boot, which framing) stays. @param {State} state @param {import("./axis.js").Axis} axis */
export function writeState(state, axis, search = location.search) {
  const query = new URLSearchParams(search), { filter } = state;
  for (const name of OWN) query.delete(name);
  const set = (/** @type {string} */ name, /** @type {string} */ value) => { if (value) query.set(name, value); };
  set("t", spanWords(state.span, axis));
  set("s", spanWords(state.selected, axis));
  set("c", state.by === COLORINGS[0] ? "" : state.by);
  set("q", state.query);
  if (filter.least > 0 || filter.most < Infinity) set("d", `${filter.least || ""}-${filter.most < Infinity ? filter.most : ""}`);
  set("l", filter.levels.join(","));
  set("r", filter.results.join(","));
  set("m", filter.modules.join(","));
  set("p", filter.threads.join(","));
  set("hide", filter.hide && askedOf(filter) ? "1" : "");
  set("v", state.panel === "table" ? "table" : "");
  set("lq", state.logQuery);
  const text = query.toString().replaceAll("%2C", ",").replaceAll("%2F", "/");
  return text ? `?${text}` : "";
}

/** Writes the address: at once as a step, or a little later in place. */
export class Address {
  constructor() {
    this.timer = 0;
    this.pending = "";
    this.before = ""; // what was pending when this task began
    this.inTask = false;
  }

  /** @param {string} search @param {string} hash */
  keep(search, hash) {
    if (!this.inTask) {
      this.before = this.pending;
      this.inTask = true;
      queueMicrotask(() => { this.inTask = false; });
    }
    this.pending = `${location.pathname}${search}${hash}`;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.flush(), 250);
  }

  flush() {
    window.clearTimeout(this.timer);
    if (this.pending && this.pending !== here()) history.replaceState(null, "", this.pending);
    this.pending = "";
  }

  /** A new entry in the history; the last one keeps what was shown before this task. @param {string} search @param {string} hash */
  step(search, hash) {
    if (this.inTask) this.pending = this.before;
    this.flush();
    const wanted = `${location.pathname}${search}${hash}`;
    if (wanted !== here()) history.pushState(null, "", wanted);
  }

  /** What waits is of a page that was left. */
  forget() {
    window.clearTimeout(this.timer);
    this.pending = "";
  }
}

function here() {
  return `${location.pathname}${location.search}${location.hash}`;
}
