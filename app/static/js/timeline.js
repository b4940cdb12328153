// The page of one boot: loads data and Plotly, and joins chart, log, findings and search.

import { Chart } from "./chart.js";
import { offerCopies } from "./clipboard.js";
import { readTimeline } from "./data.js";
import { Findings, spanOf } from "./findings.js";
import { takeInHand } from "./hand.js";
import { barOfLine } from "./hit.js";
import { listenToKeys } from "./keys.js";
import { fillLegend } from "./legend.js";
import { LogView, linesInHash } from "./log.js";
import { tendMenus } from "./menus.js";
import { offerPictures } from "./picture.js";
import { Search } from "./search.js";
import { clean, counted } from "./text.js";
import { Tooltip, factsOf } from "./tooltip.js";
import { View, keepSpanInAddress, setAddress, spanInAddress } from "./view.js";

/** @template {HTMLElement} T @param {string} id @returns {T} */
const byId = (id) => /** @type {T} */ (document.getElementById(id));

const box = byId("chart"), logBox = byId("log");
const log = new LogView(logBox, proofLines(), bootStarts());

/** Lines that any finding gives as evidence, from the page itself. */
function proofLines() {
  const links = document.querySelectorAll(".evidence a.ln");
  return new Set([...links].map((link) => Number(link.textContent?.slice(1))));
}

/** First lines of the boots, where the log holds several. */
function bootStarts() {
  const links = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#boots [data-first-line]"));
  return new Set([...links].map((link) => Number(link.dataset.firstLine)));
}

/** In a long row of boots the one that is shown must be in sight. */
function showCurrentBoot() {
  const current = /** @type {HTMLElement|null} */ (document.querySelector("#boots [aria-current]"));
  const list = current?.closest("ol");
  if (!current || !list) return;
  list.scrollLeft = current.offsetLeft - (list.clientWidth - current.offsetWidth) / 2;
}

/** Follow `#L120-L135` in the address. @param {boolean} scroll the page, too */
function followLines(scroll) {
  const lines = linesInHash(location.hash);
  if (!lines) return;
  log.mark(...lines);
  if (scroll) byId("log").closest("section")?.scrollIntoView({ block: "nearest" });
}

function startLog() {
  followLines(true);
  log.load(window.bootscope.lines).then(() => {
    document.documentElement.dataset.log = "shown";
    const proof = document.querySelector(".verdict .evidence a.ln");
    const first = Number(logBox.dataset.firstLine ?? 0);
    if (first && !location.hash) log.scrollTo(first, first, 1);
    else if (!linesInHash(location.hash) && proof) log.scrollTo(Number(proof.textContent?.slice(1)));
    followLines(true);
  }).catch((error) => {
    byId("log-status").textContent = `The lines could not be loaded: ${error.message}. The raw file is linked here.`;
  });
  window.addEventListener("hashchange", () => followLines(true));
}

class Page {
  /** @param {any} plotly @param {import("./data.js").Timeline} timeline */
  constructor(plotly, timeline) {
    this.timeline = timeline;
    this.view = new View(timeline.axis, timeline.last);
    this.chart = new Chart(box, plotly, timeline, this.view);
    this.tooltip = new Tooltip(byId("tooltip"), timeline);
    this.findings = new Findings(timeline, (place) => this.showFinding(place));
    this.search = new Search(byId("search"), byId("search-count"), timeline, {
      changed: (matches) => { this.chart.matches = matches; this.chart.redraw(); },
      go: (bar) => { this.bringIntoView(bar); this.select(bar); },
    });
  }

  start() {
    const span = spanInAddress(this.timeline.axis);
    const rule = this.findings.placeOf(location.hash.slice(1));
    const first = rule >= 0 ? rule : this.findings.lead;
    this.findings.active = first;
    this.chart.finding = first;
    if (rule >= 0) this.findings.go(rule);
    if (span) this.view.show(span.from, span.to);
    else this.fitFinding(first);
    this.chart.draw();
    fillLegend(byId("legend"), this.timeline);
    this.listen();
    this.selectLine(false);
  }

  listen() {
    this.view.onChange(() => { this.chart.redraw(); keepSpanInAddress(this.view); });
    takeInHand(this.chart, this.view, {
      click: (x, y) => this.click(x, y),
      hover: (x, y, event) => this.hover(x, y, event),
      leave: () => this.tooltip.hide(),
    });
    window.addEventListener("bootscope:theme", () => this.chart.recolor());
    new ResizeObserver(() => this.chart.redraw()).observe(box);
    window.addEventListener("hashchange", () => {
      this.selectLine(true);
      this.findings.go(this.findings.placeOf(location.hash.slice(1)));
    });
    const actions = this.actions();
    document.querySelectorAll("[data-do]").forEach((button) => {
      button.addEventListener("click", () => actions[/** @type {HTMLElement} */ (button).dataset.do ?? ""]());
    });
    listenToKeys(box, actions, byId("help"));
    offerPictures(this.chart);
    byId("help-open").addEventListener("click", () => byId("help").showModal());
  }

  /** @returns {Record<string, () => void>} */
  actions() {
    const { view } = this;
    const near = () => view.zoom(0.7), far = () => view.zoom(1 / 0.7);
    const left = () => view.move(-0.2), right = () => view.move(0.2);
    const next = () => this.search.step(1), previous = () => this.search.step(-1);
    return {
      w: near, s: far, a: left, d: right, "+": near, "=": near, "-": far,
      ArrowUp: near, ArrowDown: far, ArrowLeft: left, ArrowRight: right,
      f: () => this.fit(), fit: () => this.fit(),
      finding: () => this.fitFinding(this.findings.active >= 0 ? this.findings.active : this.findings.lead),
      "[": () => this.findings.step(-1), "]": () => this.findings.step(1),
      n: next, p: previous, "search-next": next, "search-prev": previous,
      "zoom-in": near, "zoom-out": far,
      ",": () => this.stepBar(-1), ".": () => this.stepBar(1),
      "/": () => { byId("search").focus(); byId("search").select(); },
      "?": () => byId("help").showModal(),
      Escape: () => this.clear(),
    };
  }

  /** All that is drawn; a log may go on for long after it. */
  fit() {
    const { axis, begin, first, fitEnd } = this.timeline;
    const margin = Math.max((fitEnd - first) * 0.03, axis.room);
    this.view.show(Math.max(axis.origin, begin - margin), fitEnd + margin);
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
    const { lines } = this.timeline.findings[place];
    if (lines.length) log.mark(lines[0], lines[0]);
    this.chart.redraw();
  }

  click(x, y) {
    const hit = this.chart.hit(x, y);
    if (!hit) return;
    if (hit.stage) return this.mark(hit.stage.line, hit.stage.lastLine);
    const line = hit.point?.line ?? hit.flag?.line;
    if (hit.bar >= 0) this.select(hit.bar);
    else if (line) this.mark(line, line);
  }

  hover(x, y, event) {
    const hit = this.chart.hit(x, y);
    box.classList.toggle("over-bar", hit !== null);
    if (hit) this.tooltip.show(hit, event.clientX, event.clientY);
    else this.tooltip.hide();
  }

  /** Mark lines in log and address. */
  mark(from, to) {
    setAddress(location.search, from === to ? `#L${from}` : `#L${from}-L${to}`);
    log.mark(from, to);
  }

  /** Select a bar, and show its lines. @param {number} bar @param {boolean} [mark] */
  select(bar, mark = true) {
    this.chart.selected = bar;
    this.chart.redraw();
    const { bars, strings } = this.timeline;
    const words = factsOf(this.timeline, bar).map(([name, value]) => `${name} ${value}`).join("; ");
    byId("selection").textContent = clean(`${strings[bars.name[bar]]}: ${words}`);
    box.dataset.selected = clean(strings[bars.name[bar]]);
    if (mark && bars.line[bar] > 0) this.mark(bars.line[bar], bars.lastLine[bar]);
  }

  /** The bar that the address's first line belongs to. @param {boolean} move */
  selectLine(move) {
    const lines = linesInHash(location.hash);
    const bar = lines ? barOfLine(this.timeline, lines[0]) : -1;
    if (bar < 0) return;
    this.select(bar, false);
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
    const { row } = this.timeline.bars;
    let bar = this.chart.selected < 0 ? this.timeline.findings[this.findings.active]?.bars[0] ?? 0 : this.chart.selected + by;
    while (bar >= 0 && bar < row.length && row[bar] < 0) bar += by;
    if (bar < 0 || bar >= row.length) return;
    this.bringIntoView(bar);
    this.select(bar);
  }

  clear() {
    this.tooltip.hide();
    if (this.search.input.value) this.search.clear();
    else this.chart.selected = -1;
    if (document.activeElement === this.search.input) box.focus();
    this.chart.redraw();
  }
}

async function startChart() {
  try {
    const [timeline, plotly] = await Promise.all([readTimeline(window.bootscope.timeline), window.bootscope.plotly]);
    if (!timeline.lanes.length) throw new Error("this log holds no initcall, probe or marker to draw");
    byId("chart-wait").remove();
    const page = new Page(plotly, timeline);
    page.start();
    const more = timeline.unplaced ? `; ${counted(timeline.unplaced, "event")} without a ${timeline.axis.note ? "line" : "time"} not drawn` : "";
    if (timeline.axis.note) byId("axis-note").textContent = "by line, not by time";
    if (more) byId("selection").textContent = more.slice(2);
    document.documentElement.dataset.timeline = "drawn";
    performance.mark("timeline-drawn");
  } catch (error) {
    document.documentElement.dataset.timeline = "failed";
    console.error(error);
    const wait = document.getElementById("chart-wait") ?? box.appendChild(document.createElement("p"));
    wait.className = "chart-wait";
    wait.textContent = `The timeline cannot be drawn: ${/** @type {Error} */ (error).message}. Verdict, evidence and log are complete without it.`;
  }
}

offerCopies();
tendMenus();
showCurrentBoot();
startLog();
startChart();
