// What span is shown, kept inside the log.

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
