// What span of time is shown, kept in the address so that a copied link shows the same.

const SHORTEST_US = 20;

/** @typedef {{from: number, to: number}} Span in µs */

export class View {
  /** @param {number} last end of the log in µs */
  constructor(last) {
    this.last = Math.max(last, 1000);
    /** @type {Span} */
    this.span = { from: 0, to: this.last };
    /** @type {(() => void)[]} */
    this.listeners = [];
  }

  /** @param {() => void} listener */
  onChange(listener) { this.listeners.push(listener); }

  get width() { return this.span.to - this.span.from; }

  /** Show a span, kept inside the log. @param {number} from @param {number} to */
  show(from, to) {
    const slack = this.last * 0.03;
    const width = Math.min(Math.max(to - from, SHORTEST_US), this.last + 2 * slack);
    const middle = (from + to) / 2;
    let start = Math.max(middle - width / 2, -slack);
    start = Math.min(start, this.last + slack - width);
    this.span = { from: start, to: start + width };
    for (const listener of this.listeners) listener();
  }

  /** @param {number} factor under 1 zooms in @param {number} [at] stays where it is */
  zoom(factor, at = (this.span.from + this.span.to) / 2) {
    const { from, to } = this.span;
    this.show(at - (at - from) * factor, at + (to - at) * factor);
  }

  /** @param {number} share of the shown width, negative to the left */
  move(share) {
    const by = this.width * share;
    this.show(this.span.from + by, this.span.to + by);
  }
}

/** The span named in the address (`?t=1.57-1.9`, in s), if any. @returns {Span|null} */
export function spanInAddress() {
  const found = /^(-?\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(new URLSearchParams(location.search).get("t") ?? "");
  if (!found) return null;
  const [from, to] = [Number(found[1]) * 1e6, Number(found[2]) * 1e6];
  return to > from ? { from, to } : null;
}

let waiting = 0;

/** Put the span into the address, a little later. @param {View} view */
export function keepSpanInAddress(view) {
  window.clearTimeout(waiting);
  waiting = window.setTimeout(() => {
    const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(view.width / 1e6)) + 3));
    const [from, to] = [view.span.from, view.span.to].map((us) => (Math.max(us, 0) / 1e6).toFixed(digits));
    setAddress(`?t=${from}-${to}`, location.hash);
  }, 250);
}

/** @param {string} search @param {string} hash */
export function setAddress(search, hash) {
  const wanted = `${location.pathname}${search}${hash}`;
  if (wanted !== `${location.pathname}${location.search}${location.hash}`) {
    history.replaceState(null, "", wanted);
  }
}
