// The page of components: its tokens, and the legends of the sample boots.

import { COLORINGS, coloringOf } from "./coloring.js";
import { readTimeline } from "./data.js";
import { fillLegend } from "./legend.js";
import { element } from "./text.js";

/** The names that the style sheet gives its values by. @returns {string[]} */
function tokenNames() {
  const names = new Set();
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (!(rule instanceof CSSStyleRule) || rule.selectorText !== ":root") continue;
      for (const name of rule.style) if (name.startsWith("--")) names.add(name);
    }
  }
  return [...names];
}

function showTokens() {
  const style = getComputedStyle(document.documentElement);
  document.getElementById("tokens")?.replaceChildren(...tokenNames().map((name) => {
    const entry = document.createElement("li"), value = style.getPropertyValue(name).trim();
    if (/^(#|rgb)/.test(value)) {
      const swatch = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      swatch.style.background = `var(${name})`;
      entry.append(swatch);
    }
    entry.title = `${name}: ${value}`;
    entry.append(element("span", `${name.slice(2)} ${value}`));
    return entry;
  }));
}

/** @param {HTMLElement} box */
async function showLegends(box) {
  const timeline = await readTimeline(fetch(box.dataset.legend ?? ""));
  box.append(...COLORINGS.map((by) => {
    const list = document.createElement("ul");
    list.className = "legend";
    list.setAttribute("aria-label", `Legend, by ${by}`);
    fillLegend(list, timeline, coloringOf(timeline, by));
    return list;
  }));
}

showTokens();
window.addEventListener("bootscope:theme", showTokens);
const boxes = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-legend]"));
Promise.all([...boxes].map(showLegends)).then(() => { document.documentElement.dataset.legends = "shown"; });
