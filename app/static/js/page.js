// Joins the parts of the page of one boot: what happens in one shows in the others.

import { Chart } from "./chart.js";
import { COLORINGS, coloringOf } from "./coloring.js";
import { byId } from "./dom.js";
import { FilterForm } from "./filterform.js";
import { Finder } from "./finder.js";
import { Findings, spanOf } from "./findings.js";
import { takeInHand } from "./hand.js";
import { barOfLine } from "./hit.js";
import { fillLegend } from "./legend.js";
import { LinePlaces } from "./lineplaces.js";
import { linesInHash } from "./log.js";
import { LogSearch } from "./logsearch.js";
import { HIDDEN, marksOf } from "./marks.js";
import { Memory } from "./memory.js";
import { MiniMap, wholeOf } from "./minimap.js";
import { Search } from "./search.js";
import { SpanSelection } from "./spanpanel.js";
import { BarTable } from "./table.js";
import { clean } from "./text.js";
import { Tooltip, factsOf } from "./tooltip.js";
import { View } from "./view.js";

const PANELS = /** @type {("log"|"table")[]} */ (["log", "table"]);

export class Page {
  /** @param {any} plotly @param {import("./data.js").Timeline} timeline @param {import("./log.js").LogView} log */
  constructor(plotly, timeline, log) {
    const box = byId("chart"), finder = new Finder();
    this.timeline = timeline;
    this.log = log;
    this.box = box;
    this.view = new View(timeline.axis, timeline.last);
    this.chart = new Chart(box, plotly, timeline, this.view);
    this.map = new MiniMap(byId("minimap"), timeline, this.view);
    this.tooltip = new Tooltip(byId("tooltip"), timeline);
    this.findings = new Findings(timeline, (place) => this.showFinding(place));
    this.search = new Search(byId("search"), byId("search-count"), timeline, finder, {
      changed: () => { this.remark(); this.keep(); },
      go: (bar) => { this.bringIntoView(bar); this.select(bar); },
    });
    this.logSearch = new LogSearch(byId("log-search"), byId("log-search-count"), log, finder, () => this.keep());
    /** @type {Memory} */
    this.memory = new Memory(this);
    this.table = new BarTable(byId("table"), byId("table-status"), timeline, (bar) => { this.bringIntoView(bar); this.select(bar); });
    this.filter = new FilterForm(byId("filter"), byId("filter-count"), byId("filter-summary"), timeline, () => {
      this.remark();
      this.step();
    });
    this.span = new SpanSelection(box, byId("span-panel"), timeline, this.view, {
      changed: (done) => (done ? this.step() : this.keep()),
      select: (bar) => { this.bringIntoView(bar); this.select(bar); },
      show: (from, to) => { this.view.show(from, to); this.step(); },
    });
    /** @type {LinePlaces|null} */
    this.linePlaces = null;
    /** @type {"log"|"table"} */
    this.panel = "log";
  }

  get places() { return (this.linePlaces ??= new LinePlaces(this.timeline)); }

  start() {
    this.memory.restore(true);
    this.chart.draw();
    this.listen();
  }

  listen() {
    const { box, view } = this;
    view.onChange(() => {
      this.chart.redraw();
      this.memory.chosen = true;
      this.keep();
      this.spanOfTable();
    });
    takeInHand(this.chart, view, {
      click: (x, y) => this.click(x, y),
      hover: (x, y, event) => this.hover(x, y, event),
      leave: () => this.tooltip.hide(),
      span: (from, to) => this.span.set({ from, to }),
    });
    window.addEventListener("bootscope:theme", () => this.chart.recolor());
    new ResizeObserver(() => { this.chart.redraw(); this.span.draw(); }).observe(box);
    window.addEventListener("popstate", () => this.memory.restore(false));
    byId("color-by").addEventListener("change", (event) => this.color(/** @type {HTMLSelectElement} */ (event.target).value));
    byId("table-span").addEventListener("change", () => this.spanOfTable());
    for (const name of PANELS) {
      const tab = byId(`tab-${name}`), other = name === "log" ? "table" : "log";
      tab.addEventListener("click", () => { this.show(name); this.step(); });
      tab.addEventListener("keydown", (event) => {
        if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
        this.show(other);
        this.step();
        byId(`tab-${other}`).focus();
      });
    }
    byId("log").addEventListener("scroll", () => this.markLog(), { passive: true });
    this.markLog();
  }

  /** Change the address in place. @param {string} [hash] */
  keep(hash) { this.memory.keep(hash); }

  /** A deliberate step: back leads to what was before it. @param {string} [hash] */
  step(hash) { this.memory.step(hash); }

  /** @param {string} by */
  color(by) {
    if (by !== this.chart.coloring.by) this.chart.coloring = coloringOf(this.timeline, by);
    /** @type {HTMLSelectElement} */ (byId("color-by")).value = by;
    this.box.dataset.by = by;
    fillLegend(byId("legend"), this.timeline, this.chart.coloring);
    this.chart.redraw();
    this.step();
  }

  nextColor() {
    this.color(COLORINGS[(COLORINGS.indexOf(this.chart.coloring.by) + 1) % COLORINGS.length]);
  }

  /** Filter or search changed what is to be seen. */
  remark() {
    if (!this.filter) return;
    const passes = this.filter.passes;
    this.search.filter(passes);
    const marks = marksOf(this.timeline.bars.count, passes, this.filter.filter.hide, this.search.flags);
    this.chart.marks = marks;
    this.chart.redraw();
    this.table.change({ marks });
  }

  spanOfTable() {
    const only = /** @type {HTMLInputElement} */ (byId("table-span")).checked;
    if (!only && !this.table.span) return;
    window.clearTimeout(this.tableTimer);
    this.tableTimer = window.setTimeout(() => this.table.change({ span: only ? this.view.span : null }), 120);
  }

  /** @param {"log"|"table"} name */
  show(name) {
    this.panel = name;
    for (const one of PANELS) {
      byId(`panel-${one}`).hidden = one !== name;
      byId(`tab-${one}`).setAttribute("aria-selected", String(one === name));
      byId(`tab-${one}`).tabIndex = one === name ? 0 : -1;
    }
    if (name === "table") this.table.appear();
    else this.log.reveal();
  }

  /** All that is drawn; a log may go on for long after it. */
  fit() {
    const { from, to } = wholeOf(this.timeline);
    this.view.show(from, to);
  }

  /** @param {number} place */
  fitFinding(place) {
    const span = spanOf(this.timeline, place);
    if (span) this.view.show(span.from, span.to);
    else this.fit();
  }

  /** @param {number} place */
  showFinding(place) {
    this.chart.finding = place;
    this.fitFinding(place);
    const { lines, rule } = this.timeline.findings[place];
    if (lines.length) this.log.mark(lines[0], lines[0]);
    this.chart.redraw();
    this.step(`#${rule}`);
  }

  /** @param {number} x @param {number} y */
  click(x, y) {
    const hit = this.chart.hit(x, y);
    if (!hit) return this.log.scrollTo(Math.max(1, this.places.lineOf(this.chart.timeAt(x))));
    if (hit.stage) return this.mark(hit.stage.line, hit.stage.lastLine);
    const line = hit.point?.line ?? hit.flag?.line;
    if (hit.bar >= 0) this.select(hit.bar);
    else if (line) this.mark(line, line);
    return undefined;
  }

  /** @param {number} x @param {number} y @param {PointerEvent} event */
  hover(x, y, event) {
    const hit = this.chart.hit(x, y);
    this.box.classList.toggle("over-bar", hit !== null);
    if (hit) this.tooltip.show(hit, event.clientX, event.clientY);
    else this.tooltip.hide();
  }

  /** Mark lines in log, chart and address. @param {number} from @param {number} to @param {boolean} [inPassing] */
  mark(from, to, inPassing = false) {
    const hash = from === to ? `#L${from}` : `#L${from}-L${to}`;
    this.log.mark(from, to);
    this.pointTo(from);
    if (inPassing) this.keep(hash);
    else this.step(hash);
  }

  /** Where a line is, on the chart. @param {number} line 0: none */
  pointTo(line) {
    this.chart.cursor = line > 0 ? this.places.placeOf(line) : null;
    this.chart.redraw();
  }

  markLog() {
    window.clearTimeout(this.logTimer);
    this.logTimer = window.setTimeout(() => {
      const [first, last] = this.log.sight;
      const [from, to] = [this.places.placeOf(first), this.places.placeOf(last)];
      this.map.markLog(from ?? this.timeline.begin, to ?? this.timeline.begin);
    }, 60);
  }

  /** Select a bar, and show its lines. @param {number} bar @param {{mark?: boolean, inPassing?: boolean}} [how] */
  select(bar, { mark = true, inPassing = false } = {}) {
    this.chart.selected = bar;
    this.chart.redraw();
    this.table.show(bar);
    const { bars, strings } = this.timeline;
    const words = factsOf(this.timeline, bar).map(([name, value]) => `${name} ${value}`).join("; ");
    byId("selection").textContent = clean(`${strings[bars.name[bar]]}: ${words}`);
    this.box.dataset.selected = clean(strings[bars.name[bar]]);
    if (mark && bars.line[bar] > 0) this.mark(bars.line[bar], bars.lastLine[bar], inPassing);
  }

  /** What the address's first line belongs to. @param {boolean} move */
  selectLine(move) {
    const lines = linesInHash(location.hash), bar = lines ? barOfLine(this.timeline, lines[0]) : -1;
    if (lines) this.log.mark(...lines);
    this.pointTo(lines ? lines[0] : 0);
    if (bar < 0) return;
    this.select(bar, { mark: false });
    if (move) this.bringIntoView(bar);
  }

  /** Move, and zoom if it must be, until a bar is in sight. @param {number} bar */
  bringIntoView(bar) {
    const { start, end, row } = this.timeline.bars;
    if (row[bar] < 0) return;
    const { from, to } = this.view.span;
    if (start[bar] >= from && start[bar] <= to) return;
    const width = Math.max(this.view.width, Math.min(end[bar] - start[bar], this.view.length) * 1.5);
    const middle = start[bar] + Math.min(end[bar] - start[bar], width / 2) / 2;
    this.view.show(middle - width / 2, middle + width / 2);
  }

  /** The bar that began before or after the selected one. @param {number} by */
  stepBar(by) {
    const { row } = this.timeline.bars, { marks } = this.chart;
    let bar = this.chart.selected < 0 ? this.timeline.findings[this.findings.active]?.bars[0] ?? 0 : this.chart.selected + by;
    while (bar >= 0 && bar < row.length && (row[bar] < 0 || marks?.[bar] === HIDDEN)) bar += by;
    if (bar < 0 || bar >= row.length) return;
    this.bringIntoView(bar);
    this.select(bar, { inPassing: true });
  }

  /** Mark the line before or after the marked ones, or with them. @param {number} by @param {boolean} more */
  stepLine(by, more) {
    const [from, to] = this.log.marked;
    const next = Math.max(1, Math.min((from < 1 ? this.log.sight[0] - by : by > 0 ? to : from) + by, this.log.lines.length));
    if (more && from > 0) this.mark(Math.min(from, next), Math.max(to, next), true);
    else this.mark(next, next, true);
  }

  /** Clear one thing at a time, the latest first. */
  clear() {
    const field = document.activeElement;
    this.tooltip.hide();
    if (field === this.logSearch.input) this.logSearch.clear();
    else if (this.search.input.value) this.search.clear();
    else if (this.span.span) this.span.set(null);
    else if (this.logSearch.query) this.logSearch.clear();
    else this.chart.selected = -1;
    if (field === this.search.input) this.box.focus();
    if (field === this.logSearch.input) this.log.box.focus();
    this.chart.redraw();
  }
}
