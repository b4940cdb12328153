// Rows of one height, of which only those in sight are in the page. A list that is taller
// than browsers allow is scrolled in proportion.

const TALLEST = 12_000_000; // px; Firefox ends at 17.8 million
const MARGIN = 12; // rows beyond what is in sight

export class VirtualRows {
  /**
   * @param {HTMLElement} box what scrolls @param {HTMLElement} space what is as high as all rows
   * @param {number} height px of a row @param {(index: number) => HTMLElement} make
   * @param {number} [head] px at the top of the box that a fixed head covers
   */
  constructor(box, space, height, make, head = 0) {
    this.box = box;
    this.space = space;
    this.height = height;
    this.make = make;
    this.head = head;
    this.count = 0;
    /** @type {Map<number, HTMLElement>} */
    this.shown = new Map();
    this.waiting = 0;
    box.addEventListener("scroll", () => this.later(), { passive: true });
    box.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    new ResizeObserver(() => this.later()).observe(box);
  }

  /** @param {number} count rows; those that are shown are made anew */
  setCount(count) {
    this.count = count;
    this.space.style.height = `${Math.min(count * this.height, TALLEST)}px`;
    this.renew();
  }

  renew() {
    for (const row of this.shown.values()) row.remove();
    this.shown.clear();
    this.render();
  }

  later() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.render();
    });
  }

  get room() { return Math.max(this.box.clientHeight - this.head, this.height); }

  /** How many px of rows one px of the scroll bar is. */
  get ratio() {
    const all = this.count * this.height;
    return all <= TALLEST ? 1 : (all - this.room) / (TALLEST - this.room);
  }

  /** px of rows above the first that is seen */
  get offset() { return this.box.scrollTop * this.ratio; }

  /** Places of the first and the last row in sight. */
  get sight() {
    const first = Math.floor(this.offset / this.height);
    return { first, last: Math.min(this.count - 1, Math.ceil((this.offset + this.room) / this.height) - 1) };
  }

  /** The wheel moves by rows, however tall all is. @param {WheelEvent} event */
  wheel(event) {
    if (this.ratio === 1 || event.deltaY === 0 || event.shiftKey || event.ctrlKey) return;
    event.preventDefault();
    const by = event.deltaY * (event.deltaMode === 1 ? this.height : event.deltaMode === 2 ? this.room : 1);
    this.box.scrollTop += Math.sign(by) * Math.max(1, Math.abs(by) / this.ratio);
  }

  render() {
    const { first, last } = this.sight, shift = this.box.scrollTop - this.offset;
    const from = Math.max(0, first - MARGIN), to = Math.min(this.count, last + 1 + MARGIN);
    for (const [index, row] of this.shown) {
      if (index < from || index >= to) {
        row.remove();
        this.shown.delete(index);
      }
    }
    for (let index = from; index < to; index += 1) {
      let row = this.shown.get(index);
      if (!row) {
        row = this.make(index);
        this.shown.set(index, row);
        this.space.append(row);
      }
      const top = `${(index * this.height + shift).toFixed(1)}px`;
      if (row.style.top !== top) row.style.top = top;
    }
  }

  /** Scroll until a row is so many px below the top. @param {number} index @param {number} [above] px */
  scrollTo(index, above = 0) {
    this.box.scrollTop = Math.max(0, (index * this.height - above) / this.ratio);
    this.render();
  }

  /** Scroll as little as it takes to see a row. @param {number} index */
  reveal(index) {
    const top = index * this.height;
    if (top < this.offset) this.scrollTo(index);
    else if (top + this.height > this.offset + this.room) this.scrollTo(index, this.room - this.height);
    else this.render();
  }
}
