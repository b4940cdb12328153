// Searches names and lines in a worker, so that no pattern and no size can stop the page.

import { findIn } from "./matching.js";

const PATIENCE = 3000; // ms after which a search is given up

/** @typedef {Int32Array|"faulty"|"slow"|"stale"} Found places of the texts that match, or why there are none */

export class Finder {
  constructor() {
    /** @type {Worker|null} */
    this.worker = null;
    /** @type {Map<string, () => string|string[]>} texts, or all of them joined by line feeds */
    this.sources = new Map();
    /** @type {Set<string>} */
    this.sent = new Set();
    this.count = 0;
    /** @type {Map<string, number>} the latest search over each */
    this.latest = new Map();
    /** @type {Map<number, {key: string, query: string, resolve: (found: Found) => void, timer: number}>} */
    this.waiting = new Map();
  }

  /** @param {string} key @param {() => string|string[]} texts called at the first search */
  offer(key, texts) {
    this.sources.set(key, texts);
  }

  /** What a query finds; `/text/` is a regular expression, anything else a part of a text. @param {string} key @param {string} query @returns {Promise<Found>} */
  find(key, query) {
    if (!window.bootscope.worker) return this.findHere(key, query);
    const id = (this.count += 1);
    this.latest.set(key, id);
    return new Promise((resolve) => {
      this.waiting.set(id, { key, query, resolve, timer: 0 });
      this.ask(id);
    });
  }

  /** @param {number} id */
  ask(id) {
    const asked = this.waiting.get(id);
    if (!asked) return;
    const { key, query } = asked, worker = this.ready();
    if (!this.sent.has(key)) {
      worker.postMessage({ key, texts: this.sources.get(key)?.() ?? [] });
      this.sent.add(key);
    }
    window.clearTimeout(asked.timer);
    asked.timer = window.setTimeout(() => this.giveUp(id), PATIENCE);
    worker.postMessage({ key, id, query });
  }

  /** @param {number} id @param {Found} found */
  answer(id, found) {
    const asked = this.waiting.get(id);
    if (!asked) return;
    window.clearTimeout(asked.timer);
    this.waiting.delete(id);
    asked.resolve(this.latest.get(asked.key) === id ? found : "stale");
  }

  /** In a page kept as a file, which has no worker: given up between two texts. @param {string} key @param {string} query @returns {Promise<Found>} */
  async findHere(key, query) {
    const texts = this.sources.get(key)?.() ?? [];
    return findIn(typeof texts === "string" ? texts.split("\n") : texts, query, Date.now() + PATIENCE);
  }

  ready() {
    if (this.worker) return this.worker;
    this.worker = new Worker(window.bootscope.worker ?? "", { type: "module" });
    this.worker.addEventListener("message", ({ data: { id, found } }) => this.answer(id, found));
    this.worker.addEventListener("error", () => this.waiting.forEach((_, id) => this.answer(id, "slow")));
    return this.worker;
  }

  /** A pattern that never ends can only be stopped together with its thread; others are asked anew. @param {number} id */
  giveUp(id) {
    this.answer(id, "slow");
    this.worker?.terminate();
    this.worker = null;
    this.sent.clear();
    this.waiting.forEach((_, other) => this.ask(other));
  }
}
