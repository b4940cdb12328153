// Takes out of a log what names somebody, before it leaves the browser. The table is the
// command line's too (app/redaction.py), and both write the same bytes.

/**
 * @typedef {object} Kind
 * @property {string} name @property {string} title
 * @property {{regex: RegExp, signs: string[]}[]} patterns @property {Set<string>} keep
 */
/**
 * @typedef {object} Redacted
 * @property {Uint8Array} bytes @property {Map<string, number>} found how often, by kind
 * @property {Map<string, string[]>} values the different texts, by kind
 */

const MARK = "REDACTED-";
const PIECE = 0x8000;

/** @returns {Promise<Kind[]>} */
export async function loadKinds() {
  const answer = await fetch(new URL("../redaction.json", import.meta.url));
  const table = await answer.json();
  return table.kinds.map((/** @type {any} */ kind) => ({
    name: kind.name, title: kind.title, keep: new Set(kind.keep),
    patterns: kind.patterns.map((/** @type {{pattern: string, signs?: string[]}} */ { pattern, signs = [] }) => ({ regex: new RegExp(pattern, "dg"), signs })),
  }));
}

/**
 * Replace what the kinds name; a breath is taken after each, so that the page stays alive.
 * @param {Uint8Array} bytes @param {Kind[]} kinds @param {(share: number) => void} [told]
 * @returns {Promise<Redacted>}
 */
export async function redact(bytes, kinds, told = () => {}) {
  let text = textOf(asUtf8(bytes));
  const found = new Map(), values = new Map();
  for (const [place, kind] of kinds.entries()) {
    const done = replaced(text, kind);
    if (done.count) {
      text = done.text;
      found.set(kind.name, done.count);
      values.set(kind.name, done.values);
    }
    told((place + 1) / kinds.length);
    await new Promise((resolve) => window.setTimeout(resolve, 0));
  }
  return { bytes: bytesOf(text), found, values };
}

/** @param {string} text @param {Kind} kind */
function replaced(text, kind) {
  const numbers = new Map(), parts = [], taken = highest(text, kind);
  let done = 0, count = 0;
  for (const [start, end] of spansOf(text, kind)) {
    if (start < done) continue;
    const value = lower(text.slice(start, end));
    if (!numbers.has(value)) numbers.set(value, taken + numbers.size + 1);
    parts.push(text.slice(done, start), `${MARK}${kind.name}-${numbers.get(value)}`);
    done = end;
    count += 1;
  }
  return { text: count ? parts.join("") + text.slice(done) : text, count, values: [...numbers.keys()] };
}

/** The highest number that an earlier redaction gave in this text; 0 for none. @param {string} text @param {Kind} kind */
function highest(text, kind) {
  let most = 0;
  if (!text.includes(MARK)) return most;
  for (const match of text.matchAll(new RegExp(`${MARK}${kind.name}-([0-9]{1,15})(?![0-9])`, "g"))) most = Math.max(most, Number(match[1]));
  return most;
}

/** Where the first groups of all matches are, in order. @param {string} text @param {Kind} kind */
function spansOf(text, kind) {
  /** @type {[number, number][]} */
  const spans = [];
  for (const { regex, signs } of kind.patterns) {
    if (signs.length && !signs.some((sign) => text.includes(sign))) continue;
    for (const match of text.matchAll(regex)) {
      if (match[1].includes(MARK) || kind.keep.has(lower(match[1]))) continue;
      spans.push(/** @type {any} */ (match).indices[1]);
    }
  }
  return spans.sort(([a, b], [c, d]) => a - c || b - d);
}

/** As Python lowers bytes: ASCII alone. @param {string} text */
function lower(text) {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** @param {Uint8Array} bytes */
function asUtf8(bytes) {
  const little = bytes[0] === 0xff && bytes[1] === 0xfe, big = bytes[0] === 0xfe && bytes[1] === 0xff;
  if (!little && !big) return bytes;
  return new TextEncoder().encode(new TextDecoder(little ? "utf-16le" : "utf-16be").decode(bytes));
}

/** Each byte as one character, so that no byte is lost. @param {Uint8Array} bytes */
function textOf(bytes) {
  const pieces = [];
  for (let at = 0; at < bytes.length; at += PIECE) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + PIECE)));
  }
  return pieces.join("");
}

/** @param {string} text */
function bytesOf(text) {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}
