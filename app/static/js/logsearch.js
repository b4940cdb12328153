// Search in the log: counts the lines that match, and steps from one to the next.

import { SearchField } from "./searchfield.js";
import { counted } from "./text.js";

export class LogSearch extends SearchField {
  /**
   * @param {HTMLInputElement} input @param {HTMLElement} count @param {import("./log.js").LogView} log
   * @param {import("./finder.js").Finder} finder @param {() => void} changed
   */
  constructor(input, count, log, finder, changed) {
    super(input, count);
    this.log = log;
    this.finder = finder;
    this.changed = changed;
    /** @type {Int32Array} */
    this.places = new Int32Array();
    finder.offer("lines", () => log.text);
  }

  start() {
    super.start();
    this.changed();
  }

  async run() {
    const { query, asked } = this;
    if (asked) this.count.textContent = "searching …";
    await this.log.ready;
    const places = asked ? await this.finder.find("lines", query) : null;
    if (places === "stale" || query !== this.query) return;
    this.at = -1;
    this.places = places instanceof Int32Array ? places : new Int32Array();
    const found = places instanceof Int32Array ? new Uint8Array(this.log.lines.length) : null;
    for (const place of this.places) if (found) found[place] = 1;
    this.log.highlight(found, query.startsWith("/") ? "" : query);
    if (!this.faulty(places)) this.count.textContent = found ? counted(this.places.length, "line") : "";
  }

  clear() {
    this.set("");
  }

  /** To the next match; the first is the one after what is in sight. @param {number} by 1 or -1 */
  step(by) {
    const { length } = this.places;
    if (!length) return;
    if (this.at < 0) {
      const [first] = this.log.sight, next = this.places.findIndex((place) => place >= first - 1);
      this.at = by > 0 ? (next < 0 ? 0 : next) : ((next < 0 ? 0 : next) - 1 + length) % length;
    } else {
      this.at = (this.at + by + length) % length;
    }
    this.count.textContent = `${(this.at + 1).toLocaleString("en")} of ${length.toLocaleString("en")}`;
    this.log.goTo(this.places[this.at] + 1);
  }
}
