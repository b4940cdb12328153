// The chart: one Plotly figure, drawn again at most once a frame.

import { coloringOf } from "./coloring.js";
import { readColors } from "./colors.js";
import { figureOf } from "./figure.js";
import { BOTTOM, placeRows, rowAt } from "./rows.js";
import { hitStage, hitTest } from "./hit.js";
import { showLabels } from "./labels.js";

const CONFIG = { staticPlot: true, displayModeBar: false, responsive: false };
const REACH = 5; // px around the pointer

export class Chart {
  /**
   * @param {HTMLElement} box @param {any} plotly
   * @param {import("./data.js").Timeline} timeline @param {import("./view.js").View} view
   */
  constructor(box, plotly, timeline, view) {
    this.box = box;
    this.plotly = plotly;
    this.timeline = timeline;
    this.view = view;
    this.places = placeRows(timeline.lanes);
    this.height = this.places.height + BOTTOM;
    this.plot = document.createElement("div");
    this.plot.className = "plot";
    this.plot.setAttribute("aria-hidden", "true");
    this.colors = readColors();
    this.coloring = coloringOf(timeline, "result");
    /** @type {Uint8Array|null} */
    this.marks = null;
    this.selected = -1;
    this.finding = -1;
    this.waiting = 0;
    this.drawn = 0;
    box.style.minHeight = `${this.height}px`;
    this.labels = document.createElement("div");
    this.labels.className = "labels";
    this.labels.setAttribute("aria-hidden", "true");
    /** @type {number|null} where the line is that the log marks */
    this.cursor = null;
    this.cursorLine = document.createElement("div");
    this.cursorLine.className = "cursor-line";
    this.cursorLine.setAttribute("aria-hidden", "true");
    box.append(this.plot, this.labels, this.cursorLine);
  }

  /** Ask for a drawing in the next frame. */
  redraw() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.draw();
    });
  }

  draw() {
    const style = getComputedStyle(document.documentElement);
    const scene = {
      timeline: this.timeline, span: this.view.span, places: this.places, colors: this.colors,
      width: this.width, height: this.height, coloring: this.coloring, marks: this.marks, selected: this.selected,
      finding: this.finding, mono: style.getPropertyValue("--mono"), sans: style.getPropertyValue("--sans"),
    };
    const { data, layout, labels, blocks } = figureOf(scene);
    this.plotly.react(this.plot, data, layout, CONFIG);
    showLabels(this.labels, labels);
    this.drawCursor();
    this.drawn += 1;
    this.box.dataset.blocks = String(blocks);
    this.box.dataset.drawn = String(this.drawn);
    this.box.dataset.from = String(Math.round(this.view.span.from));
    this.box.dataset.to = String(Math.round(this.view.span.to));
  }

  drawCursor() {
    const x = this.cursor === null ? -1 : this.xOf(this.cursor);
    this.cursorLine.hidden = x < 0 || x > this.width;
    this.cursorLine.style.transform = `translateX(${x.toFixed(1)}px)`;
  }

  recolor() {
    this.colors = readColors();
    this.redraw();
  }

  get width() {
    return Math.max(this.box.clientWidth, 120);
  }

  /** @param {number} x px from the chart's left @returns {number} place on the axis */
  timeAt(x) {
    return this.view.span.from + (x / this.width) * this.view.width;
  }

  /** @param {number} time place on the axis @returns {number} px from the chart's left */
  xOf(time) {
    return ((time - this.view.span.from) / this.view.width) * this.width;
  }

  /** @param {number} x @param {number} y px in the chart */
  hit(x, y) {
    const at = this.timeAt(x);
    return hitStage(this.timeline, at) ?? hitTest(this.timeline, rowAt(this.places.rows, y), at, (REACH * this.view.width) / this.width);
  }

  /** Where a bar is drawn, in px of the chart. @param {number} bar */
  boxOf(bar) {
    const { start, end, row } = this.timeline.bars;
    const place = this.places.rows[row[bar]];
    return place && { left: this.xOf(start[bar]), right: this.xOf(end[bar]), top: place.top, bottom: place.bottom };
  }
}
