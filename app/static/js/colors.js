// The chart's colours, from the style sheet, so that there is one place for both themes.

const NAMES = [
  "initcall", "error", "open", "bound", "async", "wait", "deferred", "declined", "failed", "dim", "match",
  "select", "flag", "subject",
];
const PAGE = ["card", "text", "muted", "line", "band", "band-line", "firmware", "bar-text", "density", "fail", "warn", "pass", "unsure", "na"];

const PALETTE = [
  ...Array.from({ length: 12 }, (_, place) => `--p-level-${place}`), ...Array.from({ length: 8 }, (_, place) => `--p-part-${place}`), "--p-unknown",
];

/** @returns {Record<string, string>} */
export function readColors() {
  const style = getComputedStyle(document.documentElement);
  const read = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return Object.fromEntries([
    ...NAMES.map((name) => [name, read(`--c-${name}`)]),
    ...PALETTE.map((name) => [name, read(name)]),
    ...PAGE.map((name) => [name, read(`--${name}`)]),
  ]);
}

/** Colour and dashes of a rule's arrow: what it says is in both. @param {string} outcome @param {Record<string, string>} colors */
export function arrowStyle(outcome, colors) {
  if (outcome === "fail" || outcome === "error") return { color: colors.fail, dash: "2px,3px", word: "failed" };
  if (outcome === "fragile") return { color: colors.warn, dash: "9px,5px", word: "fragile" };
  if (outcome === "pass") return { color: colors.pass, dash: "solid", word: "held" };
  return { color: colors.unsure, dash: "2px,6px", word: "not decided" };
}
