// A text area with line numbers, marks of what is wrong, and a way to a line and column.

const MOST_NUMBERED = 5000;

/** Where a line and a column (from 1, in whole characters) are in a text. @param {string} text @param {number} line @param {number} column */
export function offsetOf(text, line, column) {
  let start = 0;
  for (let passed = 1; passed < line; passed += 1) {
    const end = text.indexOf("\n", start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  const end = text.indexOf("\n", start);
  const whole = text.slice(start, end < 0 ? text.length : end);
  return start + Array.from(whole).slice(0, column - 1).join("").length;
}

export class Editor {
  /** @param {HTMLTextAreaElement} area @param {HTMLElement} gutter */
  constructor(area, gutter) {
    this.area = area;
    this.gutter = gutter;
    /** @type {Set<number>} */
    this.bad = new Set();
    area.addEventListener("scroll", () => { gutter.scrollTop = area.scrollTop; });
    area.addEventListener("input", () => this.number());
    area.addEventListener("keydown", (event) => this.indent(event));
    this.number();
  }

  /** Draw the line numbers. */
  number() {
    const count = Math.min(this.area.value.split("\n").length, MOST_NUMBERED);
    while (this.gutter.childElementCount > count) this.gutter.lastElementChild?.remove();
    for (let line = this.gutter.childElementCount + 1; line <= count; line += 1) {
      const number = document.createElement("span");
      number.textContent = String(line);
      this.gutter.append(number);
    }
    this.gutter.scrollTop = this.area.scrollTop;
  }

  /** Mark lines. @param {number[]} lines */
  mark(lines) {
    for (const line of this.bad) this.gutter.children[line - 1]?.classList.remove("bad");
    this.bad = new Set(lines);
    for (const line of this.bad) this.gutter.children[line - 1]?.classList.add("bad");
    this.area.setAttribute("aria-invalid", String(lines.length > 0));
  }

  /** Put the cursor at a place, in sight. @param {number} line @param {number} column */
  go(line, column) {
    const { area } = this;
    const place = offsetOf(area.value, line, column);
    area.focus();
    area.setSelectionRange(place, place);
    const height = parseFloat(getComputedStyle(area).lineHeight);
    area.scrollTop = Math.max(0, (line - 1) * height - area.clientHeight / 3);
    area.scrollIntoView({ block: "nearest" });
  }

  /** Put another text in place of this one. @param {string} text */
  set(text) {
    this.area.value = text;
    this.area.scrollTop = 0;
    this.area.dispatchEvent(new Event("input"));
  }

  /** A new line begins as far in as the one before. @param {KeyboardEvent} event */
  indent(event) {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const { area } = this;
    const before = area.value.slice(0, area.selectionStart);
    const space = /^ */.exec(before.slice(before.lastIndexOf("\n") + 1))?.[0] ?? "";
    if (!space) return;
    event.preventDefault();
    // Unlike setRangeText it can be undone; where it is gone, the line is broken plainly.
    if (!document.execCommand("insertText", false, `\n${space}`)) area.setRangeText(`\n${space}`, area.selectionStart, area.selectionEnd, "end");
  }
}
