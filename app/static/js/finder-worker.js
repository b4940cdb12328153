// The thread that searches (see finder.js). Texts are sent once, then only queries.

import { findIn } from "./matching.js";

/** @type {Map<string, string[]>} */
const known = new Map();

self.addEventListener("message", ({ data: { key, texts, id, query } }) => {
  if (texts !== undefined) known.set(key, typeof texts === "string" ? texts.split("\n") : texts);
  else self.postMessage({ id, found: findIn(known.get(key) ?? [], query) });
});
