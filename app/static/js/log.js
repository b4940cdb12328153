// The log's lines: only those in sight are in the page, so that 500,000 scroll.

import { clean } from "./text.js";

const ROW = 20, MARGIN = 12;

/** @param {string} hash such as `#L120` or `#L120-L135` @returns {[number, number]|null} */
export function linesInHash(hash) {
  const found = /^#L(\d+)(?:-L?(\d+))?$/.exec(hash);
  if (!found) return null;
  const ends = [Number(found[1]), Number(found[2] ?? found[1])];
  return [Math.min(...ends), Math.max(...ends)];
}

export class LogView {
  /** @param {HTMLElement} box @param {Set<number>} proof lines that findings name @param {Set<number>} starts lines where a boot begins */
  constructor(box, proof, starts) {
    this.box = box;
    this.proof = proof;
    this.starts = starts;
    /** @type {string[]} */
    this.lines = [];
    /** @type {[number, number]} */
    this.marked = [0, 0];
    this.space = document.createElement("div");
    this.space.className = "log-space";
    box.append(this.space);
    /** @type {Map<number, HTMLElement>} */
    this.shown = new Map();
    this.waiting = 0;
    box.addEventListener("scroll", () => this.later(), { passive: true });
    new ResizeObserver(() => this.later()).observe(box);
  }

  /** @param {Promise<Response>} coming */
  async load(coming) {
    const answer = await coming;
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    this.lines = (await answer.text()).split("\n");
    this.space.style.height = `${this.lines.length * ROW}px`;
    this.box.dataset.lines = String(this.lines.length);
    this.box.style.height = `${Math.min(this.lines.length * ROW + 4, this.box.clientHeight)}px`;
    this.reveal();
  }

  later() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.render();
    });
  }

  render() {
    const first = Math.max(0, Math.floor(this.box.scrollTop / ROW) - MARGIN);
    const last = Math.min(this.lines.length, Math.ceil((this.box.scrollTop + this.box.clientHeight) / ROW) + MARGIN);
    for (const [index, row] of this.shown) {
      if (index < first || index >= last) {
        row.remove();
        this.shown.delete(index);
      }
    }
    for (let index = first; index < last; index += 1) {
      const row = this.shown.get(index) ?? this.make(index);
      const number = index + 1;
      row.classList.toggle("marked", number >= this.marked[0] && number <= this.marked[1]);
    }
  }

  /** @param {number} index */
  make(index) {
    const row = document.createElement("div");
    row.className = this.proof.has(index + 1) ? "log-row proof" : "log-row";
    row.classList.toggle("boot-start", index > 0 && this.starts.has(index + 1));
    row.style.top = `${index * ROW}px`;
    const link = document.createElement("a");
    link.href = `#L${index + 1}`;
    link.textContent = String(index + 1);
    link.tabIndex = -1;
    link.dataset.line = String(index + 1);
    const text = document.createElement("span");
    text.dir = "ltr";
    text.textContent = clean(this.lines[index]);
    row.append(link, text);
    this.space.append(row);
    this.shown.set(index, row);
    return row;
  }

  /** Highlight lines and scroll to them. @param {number} from @param {number} to */
  mark(from, to) {
    this.marked = [from, to];
    this.reveal();
  }

  reveal() {
    if (this.marked[0] > 0) this.scrollTo(...this.marked);
    this.render();
  }

  /** @param {number} from @param {number} [to] lines @param {number} [rows] to be seen above them */
  scrollTo(from, to = from, rows = 0) {
    if (!this.lines.length) return;
    const top = (from - 1) * ROW, bottom = Math.min(to * ROW, top + this.box.clientHeight);
    const above = rows ? rows * ROW : Math.max(ROW * 2, (this.box.clientHeight - (bottom - top)) / 3);
    this.box.scrollTop = Math.max(0, top - above);
    this.box.scrollLeft = 0;
    this.render();
  }
}
