// A window on a line that is moved and resized: by mouse, by touch, and by keys.
// Three sliders: the window itself, its start, its end.

/**
 * @typedef {object} RangeOptions
 * @property {string} what "Shown span": what the window is, for a screen reader
 * @property {() => {from: number, to: number}} bounds what the whole width stands for
 * @property {() => {from: number, to: number}} get
 * @property {(from: number, to: number) => void} set
 * @property {(place: number) => string} words a place, in words
 * @property {boolean} [outside] whether a press beside the window moves it there
 */

const LEAST_PX = 10;

export class RangeWindow {
  /** @param {HTMLElement} box its whole width is the bounds @param {RangeOptions} options */
  constructor(box, options) {
    this.box = box;
    this.options = options;
    this.body = this.slider("range-window", options.what, "both");
    this.start = this.slider("range-edge start", `${options.what}, start`, "from");
    this.end = this.slider("range-edge end", `${options.what}, end`, "to");
    box.append(this.body, this.start, this.end);
    if (options.outside) box.addEventListener("pointerdown", (event) => this.jump(event));
  }

  /** @param {string} className @param {string} name @param {"both"|"from"|"to"} part */
  slider(className, name, part) {
    const made = document.createElement("div");
    made.className = className;
    made.tabIndex = 0;
    made.setAttribute("role", "slider");
    made.setAttribute("aria-label", name);
    made.addEventListener("keydown", (event) => this.key(event, part));
    made.addEventListener("pointerdown", (event) => this.grab(event, part, made));
    return made;
  }

  /** @param {PointerEvent} event */
  place(event) {
    const edge = this.box.getBoundingClientRect();
    const { from, to } = this.options.bounds();
    return from + ((event.clientX - edge.left) / edge.width) * (to - from);
  }

  /** A press beside the window: it comes there, and follows the pointer. @param {PointerEvent} event */
  jump(event) {
    if (event.button !== 0 || event.target !== this.box && /** @type {HTMLElement} */ (event.target).tagName !== "CANVAS") return;
    const { from, to } = this.options.get();
    const middle = this.place(event);
    this.options.set(middle - (to - from) / 2, middle + (to - from) / 2);
    this.grab(event, "both", this.body);
  }

  /** @param {PointerEvent} event @param {"both"|"from"|"to"} part @param {HTMLElement} held */
  grab(event, part, held) {
    if (event.button !== 0 || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    held.focus({ preventScroll: true });
    held.setPointerCapture(event.pointerId);
    const origin = this.place(event), was = this.options.get();
    const move = (/** @type {PointerEvent} */ next) => this.shift(part, was, this.place(next) - origin);
    const done = () => {
      held.removeEventListener("pointermove", move);
      held.removeEventListener("pointerup", done);
      held.removeEventListener("pointercancel", done);
    };
    held.addEventListener("pointermove", move);
    held.addEventListener("pointerup", done);
    held.addEventListener("pointercancel", done);
  }

  /** @param {"both"|"from"|"to"} part @param {{from: number, to: number}} was @param {number} by */
  shift(part, was, by) {
    const from = part === "to" ? was.from : was.from + by;
    const to = part === "from" ? was.to : was.to + by;
    if (part === "both") {
      const { from: low, to: high } = this.options.bounds();
      const back = Math.min(0, high - to) + Math.max(0, low - from);
      this.options.set(from + back, to + back);
    } else {
      this.options.set(Math.min(from, to), Math.max(from, to));
    }
  }

  /** @param {KeyboardEvent} event @param {"both"|"from"|"to"} part */
  key(event, part) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { from, to } = this.options.bounds(), was = this.options.get();
    const step = Math.min((to - from) / 100, (was.to - was.from) / 10) * (event.shiftKey ? 5 : 1);
    const whole = to - from;
    const by = {
      ArrowLeft: -step, ArrowDown: -step, ArrowRight: step, ArrowUp: step,
      PageDown: -whole / 10, PageUp: whole / 10,
      Home: from - (part === "to" ? was.to : was.from), End: to - (part === "from" ? was.from : was.to),
    }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.shift(part, was, by);
  }

  /** Draw the window where it is now. */
  draw() {
    const { from, to } = this.options.bounds(), shown = this.options.get();
    const width = this.box.clientWidth, share = (/** @type {number} */ place) => ((place - from) / (to - from)) * width;
    let left = Math.max(-1, Math.min(share(shown.from), width)), right = Math.max(0, Math.min(share(shown.to), width + 1));
    if (right - left < LEAST_PX) {
      const middle = Math.max(LEAST_PX / 2, Math.min((left + right) / 2, width - LEAST_PX / 2));
      [left, right] = [middle - LEAST_PX / 2, middle + LEAST_PX / 2];
    }
    this.body.style.transform = `translateX(${left.toFixed(1)}px)`;
    this.body.style.width = `${(right - left).toFixed(1)}px`;
    this.start.style.transform = `translateX(${left.toFixed(1)}px)`;
    this.end.style.transform = `translateX(${right.toFixed(1)}px)`;
    this.say(this.body, (shown.from + shown.to) / 2, `${this.options.words(shown.from)} to ${this.options.words(shown.to)}`);
    this.say(this.start, shown.from, this.options.words(shown.from));
    this.say(this.end, shown.to, this.options.words(shown.to));
  }

  /** @param {HTMLElement} slider @param {number} value @param {string} words */
  say(slider, value, words) {
    const { from, to } = this.options.bounds();
    slider.setAttribute("aria-valuemin", String(Math.round(from)));
    slider.setAttribute("aria-valuemax", String(Math.round(to)));
    slider.setAttribute("aria-valuenow", String(Math.round(Math.max(from, Math.min(value, to)))));
    slider.setAttribute("aria-valuetext", words);
  }
}
