// Search by name: dims what does not match, counts, steps from match to match.

import { SearchField } from "./searchfield.js";
import { counted } from "./text.js";

export class Search extends SearchField {
  /**
   * @param {HTMLInputElement} input @param {HTMLElement} count
   * @param {import("./data.js").Timeline} timeline @param {import("./finder.js").Finder} finder
   * @param {{changed: (found: Uint8Array|null) => void, go: (bar: number) => void}} on
   */
  constructor(input, count, timeline, finder, on) {
    super(input, count, finder, "names", () => timeline.strings);
    this.timeline = timeline;
    this.on = on;
    /** @type {number[]} */
    this.found = [];
    /** @type {Uint8Array|null} */
    this.passes = null;
    /** @type {Uint8Array|null} */
    this.flags = null;
  }

  get length() { return this.found.length; }

  /** @param {Int32Array|null} names */
  take(names) {
    this.flags = names ? this.flagged(names) : null;
    this.collect();
    this.on.changed(this.flags);
  }

  /** Only what the filter lets pass counts. @param {Uint8Array|null} passes */
  filter(passes) {
    this.passes = passes;
    this.at = -1;
    this.collect();
    if (this.flags) this.say();
  }

  /** A flag for every bar whose name, module or driver matches. @param {Int32Array} names */
  flagged(names) {
    const { bars, strings } = this.timeline;
    const hits = new Uint8Array(strings.length);
    for (const place of names) hits[place] = 1;
    const flags = new Uint8Array(bars.count);
    for (let i = 0; i < bars.count; i += 1) {
      if (bars.row[i] >= 0 && (hits[bars.name[i]] || (bars.detail[i] >= 0 && hits[bars.detail[i]]))) flags[i] = 1;
    }
    return flags;
  }

  /** The found bars, by time. */
  collect() {
    const { start } = this.timeline.bars;
    this.found = [];
    this.flags?.forEach((flag, bar) => { if (flag && (!this.passes || this.passes[bar])) this.found.push(bar); });
    this.found.sort((a, b) => start[a] - start[b]);
  }

  /** @param {number} at */
  go(at) { this.on.go(this.found[at]); }

  counted() { return this.flags ? counted(this.found.length, "match", "matches") : ""; }
}
