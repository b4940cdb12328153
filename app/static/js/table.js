// All initcalls and probes as a grid, in step with the chart: what filter and search let
// pass, sorted as one likes; the selected one is the same in both.

import { COLUMNS, sorted } from "./sort.js";
import { clean, counted, element } from "./text.js";
import { FOUND, NORMAL } from "./marks.js";
import { VirtualRows } from "./virtual.js";

const ROW = 24, HEAD = 28;

export class BarTable {
  /**
   * @param {HTMLElement} grid @param {HTMLElement} status @param {import("./data.js").Timeline} timeline
   * @param {(bar: number) => void} select
   */
  constructor(grid, status, timeline, select) {
    this.grid = grid;
    this.status = status;
    this.timeline = timeline;
    this.select = select;
    this.key = "line";
    this.down = false;
    this.selected = -1;
    this.active = 0;
    /** @type {Uint8Array|null} */
    this.marks = null;
    /** @type {{from: number, to: number}|null} only what is in this span; null: all */
    this.span = null;
    /** @type {Int32Array} */
    this.bars = new Int32Array();
    this.stale = true;
    this.space = document.createElement("div");
    this.space.className = "table-space";
    this.space.setAttribute("role", "rowgroup");
    grid.append(this.header(), this.space);
    grid.setAttribute("aria-colcount", String(COLUMNS.length));
    this.rows = new VirtualRows(grid, this.space, ROW, (index) => this.make(index), HEAD);
    grid.addEventListener("keydown", (event) => this.press(event));
    this.space.addEventListener("click", (event) => {
      const row = /** @type {HTMLElement|null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-index]"));
      if (row) this.choose(Number(row.dataset.index));
    });
  }

  header() {
    const group = element("div", "", "table-head"), row = element("div", "", "table-row");
    group.setAttribute("role", "rowgroup");
    row.setAttribute("role", "row");
    row.setAttribute("aria-rowindex", "1");
    this.heads = COLUMNS.map(({ key, title, hint, number }, place) => {
      const cell = element("div", "", number ? "cell number" : "cell"), button = element("button", title, "quiet");
      cell.setAttribute("role", "columnheader");
      cell.setAttribute("aria-colindex", String(place + 1));
      /** @type {HTMLButtonElement} */ (button).type = "button";
      button.title = hint;
      button.addEventListener("click", () => this.sortBy(key));
      cell.append(button);
      row.append(cell);
      return cell;
    });
    group.append(row);
    return group;
  }

  get isShown() { return this.grid.clientHeight > 0; }

  /** Others changed what is to be seen; it is worked out when the table is in sight. */
  change({ marks = this.marks, span = this.span } = {}) {
    this.marks = marks;
    this.span = span;
    this.stale = true;
    if (this.isShown) this.refresh();
  }

  /** @param {string} key */
  sortBy(key) {
    this.down = this.key === key ? !this.down : false;
    this.key = key;
    this.refresh(true);
  }

  refresh(again = false) {
    if (!this.stale && !again) return;
    this.stale = false;
    const { start, end, row, count } = this.timeline.bars, { marks, span } = this;
    const finds = marks?.includes(FOUND) ?? false;
    const all = [];
    for (let i = 0; i < count; i += 1) {
      if (marks && marks[i] !== FOUND && (finds || marks[i] !== NORMAL)) continue;
      if (span && (row[i] < 0 || start[i] > span.to || end[i] < span.from)) continue;
      all.push(i);
    }
    this.bars = sorted(this.timeline, Int32Array.from(all), this.key, this.down);
    this.heads?.forEach((cell, place) => {
      cell.setAttribute("aria-sort", COLUMNS[place].key === this.key ? (this.down ? "descending" : "ascending") : "none");
    });
    this.grid.setAttribute("aria-rowcount", String(this.bars.length + 1));
    this.status.textContent = `${counted(this.bars.length, "row")} of ${count.toLocaleString("en")}`;
    this.active = Math.max(0, this.bars.indexOf(this.selected));
    this.rows.setCount(this.bars.length);
    if (this.bars.length) this.rows.reveal(this.active);
    this.point();
  }

  /** @param {number} index */
  make(index) {
    const bar = this.bars[index], row = element("div", "", "table-row");
    row.id = `row-${index}`;
    row.dataset.index = String(index);
    row.setAttribute("role", "row");
    row.setAttribute("aria-rowindex", String(index + 2));
    row.setAttribute("aria-selected", String(bar === this.selected));
    row.classList.toggle("active", index === this.active);
    COLUMNS.forEach(({ words, number }, place) => {
      const said = words(this.timeline, bar), cell = element("div", said, number ? "cell number" : "cell");
      cell.setAttribute("role", "gridcell");
      cell.setAttribute("aria-colindex", String(place + 1));
      if (said.length > 14) cell.title = clean(said);
      row.append(cell);
    });
    return row;
  }

  /** The chart selected a bar. @param {number} bar -1: none */
  show(bar) {
    this.selected = bar;
    if (!this.isShown) return;
    const index = this.bars.indexOf(bar);
    if (index >= 0) this.active = index;
    this.rows.renew();
    if (index >= 0) this.rows.reveal(index);
    this.point();
  }

  /** The panel came into sight. */
  appear() {
    this.refresh();
    this.show(this.selected);
  }

  point() {
    if (this.bars.length) this.grid.setAttribute("aria-activedescendant", `row-${this.active}`);
    else this.grid.removeAttribute("aria-activedescendant");
  }

  /** @param {number} index */
  choose(index) {
    this.move(index);
    this.select(this.bars[index]);
  }

  /** @param {number} index */
  move(index) {
    this.active = Math.max(0, Math.min(index, this.bars.length - 1));
    this.rows.reveal(this.active);
    this.rows.renew();
    this.point();
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.target !== this.grid || event.ctrlKey || event.metaKey || event.altKey || !this.bars.length) return;
    const page = Math.max(1, Math.floor(this.rows.room / ROW) - 1);
    const to = {
      ArrowDown: this.active + 1, ArrowUp: this.active - 1, PageDown: this.active + page, PageUp: this.active - page,
      Home: 0, End: this.bars.length - 1,
    }[event.key];
    if (to !== undefined) this.move(to);
    else if (event.key === "Enter" || event.key === " ") this.choose(this.active);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
