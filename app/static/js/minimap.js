// The whole boot in a strip: how busy it was, its phases and findings, and the shown span as a window.

import { readColors } from "./colors.js";
import { densityOf } from "./density.js";
import { RangeWindow } from "./range.js";

const HEIGHT = 40, SIGNS = 10; // px of the strip, of it for the findings' signs

/** The stretch that the strip stands for: all that is drawn, with a margin. @param {import("./data.js").Timeline} timeline */
export function wholeOf({ axis, begin, first, fitEnd }) {
  const margin = Math.max((fitEnd - first) * 0.03, axis.room);
  return { from: Math.max(axis.origin, begin - margin), to: fitEnd + margin };
}

export class MiniMap {
  /**
   * @param {HTMLElement} box @param {import("./data.js").Timeline} timeline
   * @param {import("./view.js").View} view
   */
  constructor(box, timeline, view) {
    this.box = box;
    this.timeline = timeline;
    this.bounds = wholeOf(timeline);
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    box.append(this.canvas);
    this.logMark = document.createElement("div");
    this.logMark.className = "log-mark";
    this.logMark.title = "the lines that the log shows";
    box.append(this.logMark);
    this.window = new RangeWindow(box, {
      what: "Shown span", bounds: () => this.bounds, get: () => view.span, outside: true,
      set: (from, to) => view.show(from, to), words: timeline.axis.words,
    });
    box.addEventListener("wheel", (event) => {
      event.preventDefault();
      view.zoom(Math.exp(Math.max(-300, Math.min(300, event.deltaY)) * 0.0022));
    }, { passive: false });
    view.onChange(() => this.window.draw());
    new ResizeObserver(() => this.draw()).observe(box);
    window.addEventListener("bootscope:theme", () => this.draw());
  }

  draw() {
    const width = Math.max(this.box.clientWidth, 60), ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(HEIGHT * ratio);
    const pen = this.canvas.getContext("2d");
    if (!pen) return;
    pen.scale(ratio, ratio);
    const colors = readColors();
    this.drawBands(pen, width, colors);
    this.drawDensity(pen, width, colors);
    this.drawFindings(pen, width, colors);
    this.window.draw();
  }

  /** @param {number} place @param {number} width */
  x(place, width) {
    return ((place - this.bounds.from) / (this.bounds.to - this.bounds.from)) * width;
  }

  /** @param {CanvasRenderingContext2D} pen @param {number} width @param {Record<string, string>} colors */
  drawBands(pen, width, colors) {
    const paint = (/** @type {number} */ from, /** @type {number} */ to, /** @type {string} */ color) => {
      pen.fillStyle = color;
      pen.fillRect(this.x(from, width), 0, this.x(to, width) - this.x(from, width), HEIGHT);
    };
    this.timeline.bands.forEach((band, place) => { if (place % 2) paint(band.start, band.end, colors.band); });
    for (const stage of this.timeline.firmware) paint(stage.start, stage.end, colors.firmware);
  }

  /** @param {CanvasRenderingContext2D} pen @param {number} width @param {Record<string, string>} colors */
  drawDensity(pen, width, colors) {
    const columns = Math.round(width);
    const { busy, some } = densityOf(this.timeline, this.bounds, columns);
    const room = HEIGHT - SIGNS - 2;
    pen.fillStyle = colors.density;
    for (let x = 0; x < columns; x += 1) {
      if (!some[x]) continue;
      const height = Math.max(2, busy[x] * room);
      pen.fillRect(x, HEIGHT - height, 1, height);
    }
    this.box.dataset.busy = String(some.reduce((sum, one) => sum + one, 0));
  }

  /** A sign for each finding that did not hold, where its evidence is; what held is a small tick. @param {CanvasRenderingContext2D} pen @param {number} width @param {Record<string, string>} colors */
  drawFindings(pen, width, colors) {
    let drawn = 0;
    const rank = (/** @type {string} */ outcome) => ["pass", "inconclusive", "fragile", "error", "fail"].indexOf(outcome);
    const found = this.timeline.findings.filter(({ outcome, times_us: times }) => rank(outcome) >= 0 && times.length);
    for (const { outcome, times_us: times } of found.sort((a, b) => rank(a.outcome) - rank(b.outcome))) {
      for (const time of new Set(times)) {
        drawSign(pen, outcome, this.x(time, width), colors);
        drawn += 1;
      }
    }
    this.box.dataset.signs = String(drawn);
  }

  /** Where the lines are that the log shows. @param {number} from @param {number} to places */
  markLog(from, to) {
    const width = this.box.clientWidth;
    const left = Math.max(0, Math.min(this.x(from, width), width - 3));
    const right = Math.max(left + 3, Math.min(this.x(to, width), width));
    this.logMark.style.transform = `translateX(${left.toFixed(1)}px)`;
    this.logMark.style.width = `${(right - left).toFixed(1)}px`;
    this.logMark.dataset.from = String(Math.round(from));
    this.logMark.dataset.to = String(Math.round(to));
  }
}

/** Each outcome has its own shape: a wedge failed, a diamond is fragile, a ring is open, a tick held. @param {CanvasRenderingContext2D} pen @param {string} outcome @param {number} x @param {Record<string, string>} colors */
function drawSign(pen, outcome, x, colors) {
  const failed = outcome === "fail" || outcome === "error";
  pen.fillStyle = pen.strokeStyle = failed ? colors.fail : { fragile: colors.warn, pass: colors.pass }[outcome] ?? colors.unsure;
  pen.lineWidth = 1.5;
  pen.beginPath();
  if (failed) {
    pen.moveTo(x - 5, 0);
    pen.lineTo(x + 5, 0);
    pen.lineTo(x, 9);
    pen.fill();
    pen.fillRect(x - 0.5, 9, 1, HEIGHT - 9);
  } else if (outcome === "fragile") {
    pen.moveTo(x, 0);
    pen.lineTo(x + 5, 5);
    pen.lineTo(x, 10);
    pen.lineTo(x - 5, 5);
    pen.fill();
  } else if (outcome === "pass") {
    pen.fillRect(x - 0.75, 1, 1.5, 6);
  } else {
    pen.arc(x, 5, 3.5, 0, 2 * Math.PI);
    pen.stroke();
  }
}
