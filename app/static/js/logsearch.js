// Search in the log: counts the lines that match, and steps from one to the next.

import { SearchField } from "./searchfield.js";
import { counted } from "./text.js";

export class LogSearch extends SearchField {
  /**
   * @param {HTMLInputElement} input @param {HTMLElement} count @param {import("./log.js").LogView} log
   * @param {import("./finder.js").Finder} finder @param {() => void} changed
   */
  constructor(input, count, log, finder, changed) {
    super(input, count, finder, "lines", () => log.text);
    this.log = log;
    this.changed = changed;
    /** @type {Int32Array|null} */
    this.places = null;
  }

  start() {
    super.start();
    this.changed();
  }

  get length() { return this.places?.length ?? 0; }

  async prepare() {
    this.count.textContent = "searching …";
    await this.log.ready;
  }

  /** @param {Int32Array|null} places */
  take(places) {
    this.places = places;
    const found = places ? new Uint8Array(this.log.lines.length) : null;
    for (const place of places ?? []) if (found) found[place] = 1;
    this.log.highlight(found, this.query.startsWith("/") ? "" : this.query);
  }

  /** The first is the one after what is in sight. @param {number} by 1 or -1 */
  first(by) {
    const [first] = this.log.sight, { length } = this;
    const next = Math.max(0, this.places?.findIndex((place) => place >= first - 1) ?? 0);
    return by > 0 ? next : (next - 1 + length) % length;
  }

  /** @param {number} at */
  go(at) { this.log.goTo((this.places?.[at] ?? 0) + 1); }

  counted() { return this.places ? counted(this.places.length, "line") : ""; }
}
