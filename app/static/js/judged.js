// Several logs, each with its verdict; archive.html shows the same.

import { byId } from "./dom.js";
import { element } from "./text.js";

/** The page's own words, by verdict. @type {Record<string, string>} */
const WORDS = JSON.parse(byId("intake").dataset.verdicts ?? "{}");
const SVG = "http://www.w3.org/2000/svg";

/** @typedef {{name: string, id?: string, verdict?: string, headline?: string, problem?: {detail: string, hint?: string}}} Log */

/** @param {string} verdict */
function icon(verdict) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon v-${verdict}`);
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${verdict === "error" ? "fail" : verdict}`);
  svg.append(use);
  return svg;
}

/** A verdict as sign and word. @param {string} verdict @param {string} [word] */
export function badge(verdict, word = WORDS[verdict] ?? "") {
  const made = element("span", "", `badge v-${verdict in WORDS ? verdict : "not_applicable"}`);
  made.append(icon(verdict in WORDS ? verdict : "not_applicable"), word);
  return made;
}

/** @param {HTMLElement} row @param {string} verdict @param {string} word @param {string} name @param {string} sentence */
function fill(row, verdict, word, name, sentence) {
  row.append(badge(verdict, word), element("b", name), element("span", sentence, "sentence"));
}

/** @param {Log} log */
function rowOf(log) {
  const row = document.createElement("li");
  if (log.problem) {
    row.className = "refused";
    fill(row, "not_applicable", "Not read", log.name, [log.problem.detail, log.problem.hint].filter(Boolean).join(" "));
    return row;
  }
  const link = document.createElement("a");
  link.href = `/l/${encodeURIComponent(log.id ?? "")}`;
  fill(link, log.verdict ?? "", WORDS[log.verdict ?? ""] ?? "", log.name, log.headline ?? "");
  row.append(link);
  return row;
}

/**
 * Show what became of several logs.
 * @param {HTMLElement} box @param {string} heading
 * @param {{logs: Log[], set_aside: {name: string, why: string}[]}} answer
 */
export function judgedList(box, heading, answer) {
  const title = /** @type {HTMLElement} */ (box.querySelector("h3"));
  title.textContent = heading;
  const unused = answer.set_aside.map((file) => {
    const row = element("li", "", "refused");
    fill(row, "not_applicable", "Not used", file.name, file.why);
    return row;
  });
  box.querySelector("ul")?.replaceChildren(...answer.logs.map(rowOf), ...unused);
  box.hidden = false;
  title.focus();
}
