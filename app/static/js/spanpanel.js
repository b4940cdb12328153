// A selected span: its window over the chart, and what it holds, in words.

import { factsOfSpan, orderOf } from "./chain.js";
import { RangeWindow } from "./range.js";
import { counted, duration, element } from "./text.js";

const CHAIN = 10, GAPS = 5; // shown at first

export class SpanSelection {
  /**
   * @param {HTMLElement} chartBox @param {HTMLElement} panel @param {import("./data.js").Timeline} timeline
   * @param {import("./view.js").View} view
   * @param {{changed: (done: boolean) => void, select: (bar: number) => void, show: (from: number, to: number) => void}} on
   */
  constructor(chartBox, panel, timeline, view, on) {
    this.panel = panel;
    this.timeline = timeline;
    this.view = view;
    this.on = on;
    /** @type {{from: number, to: number}|null} */
    this.span = null;
    /** @type {Int32Array|null} */
    this.order = null;
    this.waiting = 0;
    this.overlay = document.createElement("div");
    this.overlay.className = "span-overlay";
    this.overlay.hidden = true;
    chartBox.append(this.overlay);
    this.window = new RangeWindow(this.overlay, {
      what: "Selected span", bounds: () => view.span, get: () => this.span ?? view.span,
      set: (from, to) => this.set({ from, to }), words: timeline.axis.words,
    });
    view.onChange(() => this.draw());
    panel.querySelector("[data-span=clear]")?.addEventListener("click", () => this.set(null));
    panel.querySelector("[data-span=zoom]")?.addEventListener("click", () => this.zoom());
  }

  /** @param {{from: number, to: number}|null} span @param {boolean} [tell] whether the address is to change */
  set(span, tell = true) {
    const { axis, last } = this.timeline;
    const low = axis.origin, high = Math.max(last, axis.origin + axis.room);
    this.span = span && { from: Math.max(low, Math.min(span.from, high)), to: Math.max(low, Math.min(span.to, high)) };
    if (this.span && this.span.to - this.span.from < axis.shortest / 20) this.span.to = this.span.from + axis.shortest / 20;
    this.draw();
    this.later();
    if (tell) this.on.changed(span === null);
  }

  /** By keys: the selected bar, or the middle of what is shown. @param {number} bar -1: none */
  begin(bar) {
    const { start, end, row } = this.timeline.bars, { from, to } = this.view.span;
    if (bar >= 0 && row[bar] >= 0 && end[bar] > start[bar]) this.set({ from: start[bar], to: end[bar] });
    else this.set({ from: from + (to - from) / 3, to: to - (to - from) / 3 });
    this.window.end.focus({ preventScroll: true });
  }

  /** Move the selection's end. @param {number} share of the shown span */
  extend(share) {
    const { from, to } = this.view.span, by = (to - from) * share;
    const was = this.span ?? { from: (from + to) / 2, to: (from + to) / 2 };
    const end = was.to + by;
    this.set({ from: Math.min(was.from, end), to: Math.max(was.from, end) });
  }

  zoom() {
    if (this.span) this.on.show(this.span.from, this.span.to);
  }

  draw() {
    this.overlay.hidden = !this.span;
    if (this.span) this.window.draw();
  }

  /** The words follow in the next frame, however fast the window is dragged. */
  later() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.fill();
    });
  }

  /** @param {number} places */
  length(places) {
    return this.timeline.axis.note ? counted(Math.round(places), "line") : duration(places);
  }

  fill() {
    this.panel.hidden = !this.span;
    if (!this.span) return;
    this.order ??= orderOf(this.timeline);
    const { from, to } = this.span, { axis } = this.timeline;
    const facts = factsOfSpan(this.timeline, this.order, from, to), whole = to - from;
    const put = (/** @type {string} */ name, /** @type {(string|Node)[]} */ ...content) => this.panel.querySelector(`[data-span=${name}]`)?.replaceChildren(...content);
    const share = (/** @type {number} */ part) => `${Math.round((part / whole) * 100)} %`;
    put("title", `Selected: ${this.length(whole)}`);
    put("where", `${axis.words(from)} to ${axis.words(to)}`);
    const others = facts.others ? `, ${counted(facts.others, "asynchronous call or wait", "asynchronous calls and waits")}` : "";
    put("count", `${counted(facts.initcalls, "initcall")}, ${counted(facts.probes, "probe")}${others}; the initcalls took ${this.length(facts.sum)} of it together`);
    put("chain-sum", `${this.length(facts.waited)}, ${share(facts.waited)}`);
    put("chain", ...this.links(facts.chain));
    put("gaps-sum", facts.gaps.length ? `${counted(facts.gaps.length, "gap")}, ${this.length(facts.idle)}, ${share(facts.idle)}` : "none");
    put("gaps", ...facts.gaps.slice(0, GAPS).map((gap) => this.item(
      this.length(gap.to - gap.from), `from ${axis.words(gap.from)}`, () => this.on.show(gap.from, gap.to))));
  }

  /** @param {import("./chain.js").Link[]} chain */
  links(chain) {
    const { bars, strings } = this.timeline;
    const items = chain.slice(0, CHAIN).map(({ bar, own }) => {
      const parent = bars.parent[bar], inside = parent >= 0 ? ` in ${strings[bars.name[parent]]}` : "";
      return this.item(this.length(own), `${strings[bars.name[bar]]}${inside}`, () => this.on.select(bar));
    });
    if (chain.length > CHAIN) {
      const rest = chain.slice(CHAIN).reduce((sum, { own }) => sum + own, 0);
      items.push(this.note( `and ${counted(chain.length - CHAIN, "shorter one")}, ${this.length(rest)}`));
    }
    return items.length ? items : [this.note("The main thread was in none.")];
  }

  /** @param {string} words */
  note(words) {
    const item = document.createElement("li");
    item.className = "muted";
    item.textContent = words;
    return item;
  }

  /** @param {string} length @param {string} words @param {() => void} act */
  item(length, words, act) {
    const item = document.createElement("li"), button = element("button", "", "quiet link");
    /** @type {HTMLButtonElement} */ (button).type = "button";
    button.append(element("b", length), element("span", words));
    button.addEventListener("click", act);
    item.append(button);
    return item;
  }
}
