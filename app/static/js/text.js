// Text from a log is hostile: made harmless here, before it is shown anywhere.

const UNSEEN = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/**
 * Without control characters and direction marks. For textContent.
 * @param {string} text
 */
export function clean(text) {
  return text.replace(UNSEEN, "");
}

/**
 * For every text handed to Plotly, which reads some HTML out of it.
 * @param {string} text @param {number} [longest] in characters
 */
export function forPlotly(text, longest = 120) {
  const short = shorten(clean(text), longest);
  return short.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/** @param {string} text @param {number} longest in characters */
export function shorten(text, longest) {
  if (text.length <= longest) return text;
  return longest < 3 ? "" : `${text.slice(0, longest - 1)}…`;
}

/** A stamp as printk writes it. @param {number} us */
export function seconds(us) {
  return `${(us / 1e6).toFixed(6)} s`;
}

/** A length of time in the unit that suits it. @param {number} us */
export function duration(us) {
  const size = Math.abs(us);
  if (size < 1000) return `${Math.round(size)} us`;
  if (size < 10000) return `${(size / 1000).toFixed(1)} ms`;
  if (size < 1e6) return `${Math.round(size / 1000)} ms`;
  return `${(size / 1e6).toFixed(size < 1e7 ? 2 : 1)} s`;
}

/** @param {number} count @param {string} one @param {string} [many] */
export function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/**
 * An element with text in it.
 * @param {string} tag @param {string} [text] @param {string} [className]
 */
export function element(tag, text = "", className = "") {
  const made = document.createElement(tag);
  if (text) made.textContent = clean(text);
  if (className) made.className = className;
  return made;
}
