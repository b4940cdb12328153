// The log's lines: only those in sight are in the page, so that 500,000 scroll.

import { clean } from "./text.js";
import { VirtualRows } from "./virtual.js";

const ROW = 20, MOST_MARKS = 50; // px; places set off in one line

/** @param {string} hash such as `#L120` or `#L120-L135` @returns {[number, number]|null} */
export function linesInHash(hash) {
  const found = /^#L(\d{1,10})(?:-L?(\d{1,10}))?$/.exec(hash);
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
    this.text = "";
    /** @type {string[]} */
    this.lines = [];
    /** @type {[number, number]} */
    this.marked = [0, 0];
    /** @type {Uint8Array|null} 1 for each line that the search found */
    this.found = null;
    this.part = "";
    this.current = 0;
    /** @type {(ready: void) => void} */
    this.tellReady = () => undefined;
    /** @type {Promise<void>} */
    this.ready = new Promise((resolve) => { this.tellReady = resolve; });
    const space = document.createElement("div");
    space.className = "log-space";
    box.append(space);
    this.rows = new VirtualRows(box, space, ROW, (index) => this.make(index));
  }

  /** @param {Promise<Response>} coming */
  async load(coming) {
    const answer = await coming;
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    this.text = await answer.text();
    this.lines = this.text.split("\n");
    this.box.dataset.lines = String(this.lines.length);
    this.box.style.height = `${Math.min(this.lines.length * ROW + 4, this.box.clientHeight || Infinity)}px`;
    this.rows.setCount(this.lines.length);
    this.reveal();
    this.tellReady();
  }

  /** @param {number} index */
  make(index) {
    const row = document.createElement("div"), number = index + 1;
    row.className = this.proof.has(number) ? "log-row proof" : "log-row";
    row.classList.toggle("boot-start", index > 0 && this.starts.has(number));
    row.classList.toggle("marked", number >= this.marked[0] && number <= this.marked[1]);
    row.classList.toggle("found", this.found?.[index] === 1);
    row.classList.toggle("current", number === this.current);
    const link = document.createElement("a");
    link.href = `#L${number}`;
    link.textContent = String(number);
    link.tabIndex = -1;
    link.dataset.line = String(number);
    const text = document.createElement("span");
    text.dir = "ltr";
    fillText(text, clean(this.lines[index]), this.found?.[index] === 1 ? this.part : "");
    row.append(link, text);
    return row;
  }

  /** Highlight lines and scroll to them. @param {number} from @param {number} to */
  mark(from, to) {
    this.marked = [from, to];
    this.rows.renew();
    this.reveal();
  }

  /** Show what a search found. @param {Uint8Array|null} found @param {string} part of a line, to be set off in it */
  highlight(found, part) {
    this.found = found;
    this.part = part.toLowerCase();
    this.current = 0;
    this.rows.renew();
  }

  /** The match that is looked at. @param {number} line */
  goTo(line) {
    this.current = line;
    this.scrollTo(line);
    this.rows.renew();
  }

  reveal() {
    if (this.marked[0] > 0) this.scrollTo(...this.marked);
  }

  /** First and last line in sight. @returns {[number, number]} */
  get sight() {
    const { first, last } = this.rows.sight;
    return [first + 1, last + 1];
  }

  /** @param {number} from @param {number} [to] lines @param {number} [rows] to be seen above them */
  scrollTo(from, to = from, rows = 0) {
    if (!this.lines.length) return;
    const room = this.rows.room, height = Math.min((to - from + 1) * ROW, room);
    this.rows.scrollTo(Math.min(from, this.lines.length) - 1, rows ? rows * ROW : Math.max(ROW * 2, (room - height) / 3));
    this.box.scrollLeft = 0;
  }

  /** Marked lines as a mail quotes them. */
  quoted() {
    const [from, to] = this.marked;
    return this.lines.slice(Math.max(from - 1, 0), to).map((line) => `> ${clean(line)}`.trimEnd()).join("\n");
  }
}

/** A line with what was searched for set off in it. @param {HTMLElement} into @param {string} text @param {string} part */
function fillText(into, text, part) {
  const lower = part ? text.toLowerCase() : "";
  let done = 0;
  for (let marks = 0; marks < MOST_MARKS && part; marks += 1) {
    const at = lower.indexOf(part, done);
    if (at < 0) break;
    const mark = document.createElement("mark");
    mark.textContent = text.slice(at, at + part.length);
    into.append(text.slice(done, at), mark);
    done = at + part.length;
  }
  into.append(text.slice(done));
}
