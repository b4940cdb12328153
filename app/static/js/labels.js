// Labels over the chart, as elements of the page: text only ever goes through textContent.

import { clean, shorten } from "./text.js";

/** @typedef {{kind: string, x: number, y: number, text: string, anchor: string}} Label px in the chart */

/**
 * @param {string} kind a name in the style sheet @param {number} x @param {number} y px
 * @param {string} text @param {"left"|"center"|"right"} anchor @param {number} longest characters
 * @returns {Label}
 */
export function label(kind, x, y, text, anchor, longest) {
  return { kind, x, y, text: shorten(clean(text), longest), anchor };
}

/** @type {Record<string, string>} */
const SHIFT = { left: "0", center: "-50%", right: "-100%" };

/** Show these labels and no others, in the elements that are there. @param {HTMLElement} layer @param {Label[]} labels */
export function showLabels(layer, labels) {
  while (layer.children.length < labels.length) layer.append(document.createElement("span"));
  labels.forEach(({ kind, x, y, text, anchor }, place) => {
    const span = /** @type {HTMLElement} */ (layer.children[place]);
    if (span.className !== kind) span.className = kind;
    if (span.textContent !== text) span.textContent = text;
    span.style.transform = `translate(${x.toFixed(1)}px, ${y}px) translate(${SHIFT[anchor]}, -50%)`;
  });
  while (layer.children.length > labels.length) layer.lastElementChild?.remove();
}
