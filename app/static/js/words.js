// The terms of docs/words.md: where one first shows, what it means is one step away.

import { clean } from "./text.js";

/** Term as it is written, and its heading; of two that begin at one place the earlier counts. @type {[RegExp, string][]} */
const TERMS = [
  [/never returned|returned an error/i, "calling-and-returned"], [/outside the kernel’s own figure|\bReported\b|\bTook\b/, "took-and-reported"],
  [/asynchronous calls?/i, "async"], [/level not known/, "level-source"], [/\blevel\b/i, "level"], [/\binitcalls?\b/i, "initcall"],
  [/\bdeferred\b/, "deferral"], [/\bprobes?\b/i, "probe"], [/\bmarkers?\b/i, "marker"], [/\brules?\b/, "rule-kind-and-pack"],
  [/\bfragile\b|\bheld\b|\bfailed\b/, "outcome"],
];

/** A page that was saved as one file has no server to ask. */
const isAlone = () => document.getElementById("timeline-data") !== null;

/**
 * Text whose terms are links, each where it is met first.
 * @param {string} text @param {Set<string>} seen headings that are linked already
 */
export function explained(text, seen) {
  const holder = document.createElement("span"), whole = clean(text);
  const found = isAlone() ? [] : TERMS.flatMap(([term, heading]) => {
    const match = seen.has(heading) ? null : term.exec(whole);
    return match ? [{ heading, from: match.index, to: match.index + match[0].length }] : [];
  });
  let at = 0;
  for (const { heading, from, to } of found.sort((a, b) => a.from - b.from)) {
    if (from < at) continue;
    seen.add(heading);
    holder.append(whole.slice(at, from), linked(whole.slice(from, to), heading));
    at = to;
  }
  holder.append(whole.slice(at));
  return holder;
}

/** @param {string} text @param {string} heading */
function linked(text, heading) {
  const link = document.createElement("a");
  link.className = "word";
  link.href = `/help/words#${heading}`;
  link.textContent = text;
  return link;
}
