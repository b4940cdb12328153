// The thread that searches (see finder.js). Texts are sent once, then only queries.
(() => {
  "use strict";
  /** @type {Map<string, string[]>} */
  const known = new Map();
  /** @type {Map<string, string[]>} */
  const lowered = new Map();

  /** @param {string} query @returns {RegExp|null} */
  function pattern(query) {
    const found = /^\/(.+?)\/?$/.exec(query);
    return found ? new RegExp(found[1], "i") : null;
  }

  /** @param {string} key */
  function lower(key) {
    const there = lowered.get(key) ?? (known.get(key) ?? []).map((text) => text.toLowerCase());
    lowered.set(key, there);
    return there;
  }

  /** @param {string} key @param {string} query */
  function find(key, query) {
    let expression;
    try {
      expression = pattern(query);
    } catch {
      return "faulty";
    }
    const found = [];
    if (expression) {
      (known.get(key) ?? []).forEach((text, place) => { if (expression.test(text)) found.push(place); });
    } else {
      const part = query.toLowerCase();
      lower(key).forEach((text, place) => { if (text.includes(part)) found.push(place); });
    }
    return Int32Array.from(found);
  }

  self.addEventListener("message", ({ data: { key, texts, id, query } }) => {
    if (texts !== undefined) {
      known.set(key, typeof texts === "string" ? texts.split("\n") : texts);
      lowered.delete(key);
      return;
    }
    self.postMessage({ id, found: find(key, query) });
  });
})();
