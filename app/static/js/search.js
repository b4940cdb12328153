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
    super(input, count);
    this.timeline = timeline;
    this.finder = finder;
    this.on = on;
    /** @type {number[]} */
    this.found = [];
    /** @type {Uint8Array|null} */
    this.passes = null;
    /** @type {Uint8Array|null} */
    this.flags = null;
    finder.offer("names", () => timeline.strings);
  }

  async run() {
    const { query, asked } = this;
    const names = asked ? await this.finder.find("names", query) : null;
    if (names === "stale" || query !== this.query) return;
    this.at = -1;
    this.flags = names instanceof Int32Array ? this.flagged(names) : null;
    this.collect();
    this.on.changed(this.flags);
    if (!this.faulty(names)) this.say();
  }

  clear() {
    this.input.value = "";
    this.start();
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

  /** @param {number} by 1 or -1 */
  step(by) {
    if (!this.found.length) return;
    const start = this.at < 0 && by < 0 ? 0 : this.at;
    this.at = (start + by + this.found.length) % this.found.length;
    this.say();
    this.on.go(this.found[this.at]);
  }

  say() {
    if (!this.flags) this.count.textContent = "";
    else if (this.at >= 0) this.count.textContent = `${this.at + 1} of ${this.found.length.toLocaleString("en")}`;
    else this.count.textContent = counted(this.found.length, "match", "matches");
  }
}
