// Search by name: dims what does not match, counts, steps from match to match.

import { counted } from "./text.js";

/**
 * A test for names: `/text/` is a regular expression, anything else a part of the name.
 * @param {string} query @returns {((name: string) => boolean) | null} null: the expression is faulty
 */
export function tester(query) {
  const found = /^\/(.+?)\/?$/.exec(query);
  if (!found) {
    const part = query.toLowerCase();
    return (name) => name.toLowerCase().includes(part);
  }
  try {
    const expression = new RegExp(found[1], "i");
    return (name) => expression.test(name);
  } catch {
    return null;
  }
}

export class Search {
  /**
   * @param {HTMLInputElement} input @param {HTMLElement} count
   * @param {import("./data.js").Timeline} timeline
   * @param {{changed: (matches: Uint8Array|null) => void, go: (bar: number) => void}} on
   */
  constructor(input, count, timeline, on) {
    this.input = input;
    this.count = count;
    this.timeline = timeline;
    this.on = on;
    /** @type {number[]} */
    this.found = [];
    this.at = -1;
    input.addEventListener("input", () => this.run());
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        this.step(event.shiftKey ? -1 : 1);
      }
    });
  }

  run() {
    const query = this.input.value.trim();
    const test = query && query !== "/" ? tester(query) : undefined;
    this.at = -1;
    this.found = test ? this.matching(test) : [];
    this.input.setAttribute("aria-invalid", String(test === null));
    this.on.changed(test ? this.flags() : null);
    this.say(test);
  }

  clear() {
    this.input.value = "";
    this.run();
  }

  /** Bars whose name, module or driver matches, by time. */
  matching(test) {
    const { bars, strings } = this.timeline;
    const hits = strings.map((text) => test(text));
    const found = [];
    for (let i = 0; i < bars.count; i += 1) {
      if (bars.row[i] >= 0 && (hits[bars.name[i]] || (bars.detail[i] >= 0 && hits[bars.detail[i]]))) found.push(i);
    }
    return found.sort((a, b) => bars.start[a] - bars.start[b]);
  }

  flags() {
    const flags = new Uint8Array(this.timeline.bars.count);
    for (const bar of this.found) flags[bar] = 1;
    return flags;
  }

  /** @param {number} by 1 or -1 */
  step(by) {
    if (!this.found.length) return;
    const start = this.at < 0 && by < 0 ? 0 : this.at;
    this.at = (start + by + this.found.length) % this.found.length;
    this.say(() => true);
    this.on.go(this.found[this.at]);
  }

  say(test) {
    if (test === undefined) this.count.textContent = "";
    else if (test === null) this.count.textContent = "not a regex";
    else if (this.at >= 0) this.count.textContent = `${this.at + 1} of ${this.found.length.toLocaleString("en")}`;
    else this.count.textContent = counted(this.found.length, "match", "matches");
  }
}
