// What span is shown, kept in the address so that a copied link shows the same.

/** @typedef {{from: number, to: number}} Span places on the axis */

export class View {
  /** @param {import("./axis.js").Axis} axis @param {number} last end of the log */
  constructor(axis, last) {
    this.axis = axis;
    this.length = Math.max(last - axis.origin, axis.room);
    /** @type {Span} */
    this.span = { from: axis.origin, to: axis.origin + this.length };
    /** @type {(() => void)[]} */
    this.listeners = [];
  }

  /** @param {() => void} listener */
  onChange(listener) { this.listeners.push(listener); }

  get width() { return this.span.to - this.span.from; }

  /** Show a span, kept inside the log. @param {number} from @param {number} to */
  show(from, to) {
    const { origin, shortest } = this.axis;
    const slack = Math.max(this.length * 0.03, shortest / 2);
    const width = Math.min(Math.max(to - from, shortest), this.length + 2 * slack);
    const middle = (from + to) / 2;
    let start = Math.max(middle - width / 2, origin - slack);
    start = Math.min(start, origin + this.length + slack - width);
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

/**
 * The span named in the address (`?t=1.57-1.9`, in s; without times in lines), if any.
 * @param {import("./axis.js").Axis} axis @returns {Span|null}
 */
export function spanInAddress(axis) {
  const found = /^(-?\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(new URLSearchParams(location.search).get("t") ?? "");
  if (!found) return null;
  const [from, to] = [Number(found[1]) * axis.scale, Number(found[2]) * axis.scale];
  return to > from ? { from, to } : null;
}

let waiting = 0;

/** Put the span into the address, a little later; which boot is shown stays there. @param {View} view */
export function keepSpanInAddress(view) {
  window.clearTimeout(waiting);
  waiting = window.setTimeout(() => {
    const { scale } = view.axis;
    const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(view.width / scale)) + 3));
    const [from, to] = [view.span.from, view.span.to].map((place) => (Math.max(place, 0) / scale).toFixed(digits));
    const query = new URLSearchParams(location.search);
    query.set("t", `${from}-${to}`);
    setAddress(`?${query}`, location.hash);
  }, 250);
}

/** @param {string} search @param {string} hash */
export function setAddress(search, hash) {
  const wanted = `${location.pathname}${search}${hash}`;
  if (wanted !== `${location.pathname}${location.search}${location.hash}`) {
    history.replaceState(null, "", wanted);
  }
}
