// What keys and buttons do.

import { byId } from "./dom.js";
import { copyQuoted } from "./quote.js";

/** @param {import("./page.js").Page} page @returns {Record<string, () => void>} by key, or by name of a button */
export function actionsOf(page) {
  const { view, search, logSearch, findings, span } = page;
  const near = () => view.zoom(0.7), far = () => view.zoom(1 / 0.7);
  const left = () => view.move(-0.2), right = () => view.move(0.2);
  /** @type {{step: (by: number) => void}} the search that was used last */
  let last = search;
  search.input.addEventListener("focus", () => { last = search; });
  logSearch.input.addEventListener("focus", () => { last = logSearch; });
  const whole = () => { page.fit(); page.step(); };
  const toSearch = (/** @type {HTMLInputElement} */ input) => { input.focus(); input.select(); };
  return {
    w: near, s: far, a: left, d: right, "+": near, "=": near, "-": far,
    ArrowUp: near, ArrowDown: far, ArrowLeft: left, ArrowRight: right,
    "Shift+ArrowLeft": () => span.extend(-0.05), "Shift+ArrowRight": () => span.extend(0.05),
    f: whole, fit: whole, "zoom-in": near, "zoom-out": far,
    finding: () => { page.fitFinding(findings.active >= 0 ? findings.active : findings.lead); page.step(); },
    "[": () => findings.step(-1), "]": () => findings.step(1),
    n: () => last.step(1), p: () => last.step(-1),
    "search-next": () => search.step(1), "search-prev": () => search.step(-1),
    "log-next": () => logSearch.step(1), "log-prev": () => logSearch.step(-1),
    x: () => span.begin(page.chart.selected), "select-span": () => span.begin(page.chart.selected), z: () => span.zoom(),
    ",": () => page.stepBar(-1), ".": () => page.stepBar(1),
    v: () => page.nextColor(),
    i: () => {
      const form = byId("filter");
      /** @type {HTMLDetailsElement} */ (form.parentElement).open = true;
      form.querySelector("input")?.focus();
    },
    t: () => { page.show(page.panel === "log" ? "table" : "log"); page.step(); byId(page.panel).focus(); },
    j: () => page.stepLine(1, false), k: () => page.stepLine(-1, false),
    "Shift+J": () => page.stepLine(1, true), "Shift+K": () => page.stepLine(-1, true),
    c: () => copyQuoted(page.log), quote: () => copyQuoted(page.log),
    "/": () => toSearch(search.input),
    l: () => { page.show("log"); toSearch(logSearch.input); },
    "?": () => /** @type {HTMLDialogElement} */ (byId("help")).showModal(),
    Escape: () => page.clear(),
  };
}
