// A field to search with: what is asked and when, stepping from one match to the next, and
// the words for a count, or where there can be none.

/** @typedef {import("./finder.js").Found} Found */

/** What there is to say instead of a count. @type {Record<string, string>} */
const FAULTS = { faulty: "not a regex", slow: "takes too long" };

/** Whoever searches has this, and says what a match is: `take`, `length`, `first`, `go`, `counted`. */
export class SearchField {
  /**
   * @param {HTMLInputElement} input @param {HTMLElement} count
   * @param {import("./finder.js").Finder} finder @param {string} key of what is searched
   * @param {() => string|string[]} texts what is searched, asked for at the first search
   */
  constructor(input, count, finder, key, texts) {
    this.input = input;
    this.count = count;
    this.finder = finder;
    this.key = key;
    this.at = -1;
    this.running = Promise.resolve();
    finder.offer(key, texts);
    input.addEventListener("input", () => this.start());
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.running.then(() => this.step(event.shiftKey ? -1 : 1));
    });
  }

  get query() { return this.input.value.trim(); }

  /** Whether there is anything to look for. */
  get asked() { return this.query !== "" && this.query !== "/"; }

  /** @param {string} query */
  set(query) {
    if (query === this.query) return;
    this.input.value = query;
    this.start();
  }

  clear() {
    this.input.value = "";
    this.start();
  }

  start() { this.running = this.run(); }

  async run() {
    const { query, asked } = this;
    if (asked) await this.prepare();
    const found = asked ? await this.finder.find(this.key, query) : null;
    if (found === "stale" || query !== this.query) return;
    const fault = typeof found === "string" ? found : "";
    this.at = -1;
    this.take(found instanceof Int32Array ? found : null);
    this.input.setAttribute("aria-invalid", String(fault !== ""));
    if (fault) this.count.textContent = FAULTS[fault] ?? "";
    else this.say();
  }

  /** To the next match or the one before. @param {number} by 1 or -1 */
  step(by) {
    const { length } = this;
    if (!length) return;
    this.at = this.at < 0 ? this.first(by) : (this.at + by + length) % length;
    this.say();
    this.go(this.at);
  }

  say() {
    this.count.textContent = this.at < 0 ? this.counted() : `${(this.at + 1).toLocaleString("en")} of ${this.length.toLocaleString("en")}`;
  }

  /** Until there is something to search in. */
  async prepare() {}

  /** @param {Int32Array|null} _places of the texts that match; null: nothing is asked, or it cannot be answered */
  take(_places) {}

  /** How many matches there are. */
  get length() { return 0; }

  /** Which match is stepped to first. @param {number} by 1 or -1 */
  first(by) { return by > 0 ? 0 : this.length - 1; }

  /** @param {number} _at the match to show */
  go(_at) {}

  /** The matches counted, in words; empty where nothing is asked. */
  counted() { return ""; }
}
