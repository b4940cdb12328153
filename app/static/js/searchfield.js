// A field to search with: what is asked, when it is asked, and the words where it cannot be.

/** @typedef {import("./finder.js").Found} Found */

/** What there is to say instead of a count. @type {Record<string, string>} */
const FAULTS = { faulty: "not a regex", slow: "takes too long" };

/** Whoever searches has this, and says in `run` and `step` what for. */
export class SearchField {
  /** @param {HTMLInputElement} input @param {HTMLElement} count */
  constructor(input, count) {
    this.input = input;
    this.count = count;
    this.at = -1;
    this.running = Promise.resolve();
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

  start() { this.running = this.run(); }

  async run() {}

  /** @param {number} _by 1 or -1 */
  step(_by) {}

  /** Mark the field, and say what was wrong with the query. @param {Found|null} found @returns {boolean} whether something was */
  faulty(found) {
    const fault = typeof found === "string";
    this.input.setAttribute("aria-invalid", String(fault));
    if (fault) this.count.textContent = FAULTS[found] ?? "";
    return fault;
  }
}
