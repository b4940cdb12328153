// Draws two boots on one axis: the first above, the second below, moved bars joined by lines.

const NAME = 18, ROW = 20, GAP = 96, MARGIN = 8, AXIS = 22, NARROW = 36;

/**
 * @typedef {{function: string[], start: number[], end: number[], row: number[], line: number[], level: string[], kind: number[], rows: number, last: number}} Track
 * @typedef {{key: string, label: string, before: number, after: number}} Anchor
 * @typedef {{unit: "us"|"line", before: Track, after: Track, other: number[], moves: [number, number, number][], anchors: Anchor[]}} Bars
 * @typedef {{from: number, to: number}} Span places relative to what both are aligned on
 * @typedef {{side: 0|1, index: number}} Hit
 * @typedef {ReturnType<typeof palette>} Colors
 * @typedef {(place: number) => number} Across where a place is, in CSS pixels from the left
 */

/** @param {Bars} bars @returns {number} height in CSS pixels */
export function heightOf(bars) {
  return NAME + (bars.before.rows + bars.after.rows) * ROW + GAP + AXIS;
}

/** The tops of both tracks. @param {Bars} bars */
function tops(bars) {
  return [NAME, NAME + bars.before.rows * ROW + GAP];
}

/** @param {number} width @param {Span} span */
function scaleOf(width, span) {
  return (width - 2 * MARGIN) / (span.to - span.from);
}

/** A place under a pixel. @param {number} x @param {number} width @param {Span} span */
export function placeAt(x, width, span) {
  return span.from + (x - MARGIN) / scaleOf(width, span);
}

/** @param {HTMLElement} box */
function palette(box) {
  const style = getComputedStyle(box), of = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return {
    bar: of("--c-initcall"), alone: of("--c-deferred"), moved: of("--c-match"), text: of("--text"),
    muted: of("--muted"), line: of("--line-soft"), barText: of("--bar-text"), mark: of("--c-select"),
    mono: of("--mono"), sans: of("--sans"),
  };
}

/**
 * @param {HTMLCanvasElement} canvas @param {Bars} bars @param {Anchor} anchor @param {Span} span
 * @param {number} picked a move, -1 for none
 */
export function draw(canvas, bars, anchor, span, picked) {
  const width = canvas.clientWidth, height = heightOf(bars), ratio = window.devicePixelRatio || 1;
  canvas.style.height = `${height}px`;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const colors = palette(canvas), scale = scaleOf(width, span), [above, below] = tops(bars);
  pen.scale(ratio, ratio);
  pen.font = `11px ${colors.mono}`;
  pen.textBaseline = "middle";
  const moved = [new Set(bars.moves.map((move) => move[0])), new Set(bars.moves.map((move) => move[1]))];
  axis(pen, bars, span, { width, height, scale }, colors);
  const x = (/** @type {number} */ place) => MARGIN + (place - span.from) * scale;
  track(pen, bars.before, anchor.before, above, moved[0], x, width, colors);
  track(pen, bars.after, anchor.after, below, moved[1], x, width, colors);
  joins(pen, bars, anchor, [above, below], x, width, colors, picked);
  pen.fillStyle = colors.muted;
  pen.font = `11px ${colors.sans}`;
  pen.fillText("First", MARGIN + 4, above - 9);
  pen.fillText("Second", MARGIN + 4, below - 9);
}

/**
 * @param {CanvasRenderingContext2D} pen @param {Track} track_ @param {number} zero @param {number} top
 * @param {Set<number>} moved @param {Across} x @param {number} width @param {Colors} colors
 */
function track(pen, track_, zero, top, moved, x, width, colors) {
  const drawn = new Array(2 * track_.rows).fill(-Infinity);
  for (let i = 0; i < track_.row.length; i += 1) {
    if (track_.row[i] < 0 || moved.has(i)) continue;
    const key = 2 * track_.row[i] + track_.kind[i], left = x(track_.start[i] - zero);
    const right = Math.max(x(track_.end[i] - zero), left + 1);
    if (right < 0 || left > width || right <= drawn[key]) continue;
    drawn[key] = right;
    box(pen, track_, i, left, right, top, width, track_.kind[i] ? colors.alone : colors.bar, colors);
  }
  for (const i of moved) {
    if (track_.row[i] < 0) continue;
    const left = x(track_.start[i] - zero), right = Math.max(x(track_.end[i] - zero), left + 3);
    if (right < 0 || left > width) continue;
    box(pen, track_, i, left, right, top, width, colors.moved, colors);
    pen.strokeStyle = colors.text;
    pen.strokeRect(Math.max(left, -5), top + track_.row[i] * ROW, Math.min(right, width + 5) - Math.max(left, -5), ROW - 3);
  }
}

/**
 * @param {CanvasRenderingContext2D} pen @param {Track} track_ @param {number} i @param {number} left @param {number} right
 * @param {number} top @param {number} width @param {string} fill @param {Colors} colors
 */
function box(pen, track_, i, left, right, top, width, fill, colors) {
  const y = top + track_.row[i] * ROW, from = Math.max(left, -2), to = Math.min(right, width + 2);
  pen.fillStyle = fill;
  pen.fillRect(from, y, Math.max(to - from - (to - from > 4 ? 1 : 0), 1), ROW - 3);
  if (to - from < NARROW) return;
  pen.save();
  pen.beginPath();
  pen.rect(from, y, to - from - 3, ROW);
  pen.clip();
  pen.fillStyle = colors.barText;
  pen.fillText(track_.function[i], Math.max(from, 0) + 4, y + (ROW - 3) / 2);
  pen.restore();
}

/**
 * Lines between the two places of what moved; names in the gap while there is room.
 * @param {CanvasRenderingContext2D} pen @param {Bars} bars @param {Anchor} anchor @param {number[]} tracks their tops
 * @param {Across} x @param {number} width @param {Colors} colors @param {number} picked
 */
function joins(pen, bars, anchor, [above, below], x, width, colors, picked) {
  const bottom = above + bars.before.rows * ROW;
  let named = 0;
  bars.moves.forEach(([one, other, spoken], place) => {
    if (bars.before.row[one] < 0 || bars.after.row[other] < 0) return;
    const middle = (/** @type {Track} */ track_, /** @type {number} */ i, /** @type {number} */ zero) => x((track_.start[i] + track_.end[i]) / 2 - zero);
    const from = middle(bars.before, one, anchor.before), to = middle(bars.after, other, anchor.after);
    if (Math.max(from, to) < 0 || Math.min(from, to) > width) return;
    const thick = place === picked;
    pen.globalAlpha = thick || spoken || bars.moves.length < 20 ? 1 : .45;
    pen.strokeStyle = colors.moved;
    pen.lineWidth = thick ? 3 : 1.5;
    pen.beginPath();
    pen.moveTo(from, above + bars.before.row[one] * ROW + ROW - 3);
    pen.lineTo(to, below + bars.after.row[other] * ROW);
    pen.stroke();
    pen.globalAlpha = 1;
    pen.lineWidth = 1;
    if (!thick && (named >= 5 || !(spoken || bars.moves.length < 6))) return;
    const y = bottom + 12 + 14 * (named % 5), at = from + (to - from) * ((y - bottom) / GAP);
    const left = Math.min(Math.max(at + 6, 4), width - pen.measureText(bars.before.function[one]).width - 4);
    pen.fillStyle = colors.text;
    pen.fillText(bars.before.function[one], left, y);
    named += 1;
  });
}

/**
 * A line each round step, the zero of the alignment dashed.
 * @param {CanvasRenderingContext2D} pen @param {Bars} bars @param {Span} span
 * @param {{width: number, height: number, scale: number}} room @param {Colors} colors
 */
function axis(pen, bars, span, { width, height, scale }, colors) {
  const unit = bars.unit === "us" ? 1e6 : 1, least = 90 / scale / unit;
  const power = 10 ** Math.floor(Math.log10(least)), step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= least) ?? least;
  pen.font = `11px ${colors.sans}`;
  for (let n = Math.ceil(span.from / unit / step); n * step * unit <= span.to; n += 1) {
    const x = MARGIN + (n * step * unit - span.from) * scale, digits = Math.max(0, -Math.floor(Math.log10(step)));
    pen.fillStyle = colors.line;
    pen.fillRect(x, 0, 1, height - AXIS);
    pen.fillStyle = colors.muted;
    const words = `${n > 0 ? "+" : ""}${(n * step).toFixed(Math.min(digits, 6))}${bars.unit === "us" ? " s" : ""}`;
    pen.fillText(words, Math.min(x + 3, width - 60), height - AXIS / 2);
  }
  const zero = MARGIN - span.from * scale;
  pen.strokeStyle = colors.muted;
  pen.setLineDash([4, 4]);
  pen.beginPath();
  pen.moveTo(zero, 0);
  pen.lineTo(zero, height - AXIS);
  pen.stroke();
  pen.setLineDash([]);
  pen.font = `11px ${colors.mono}`;
}

/** The bar under a point, the narrowest that is near enough. @param {Bars} bars @param {Anchor} anchor @param {Span} span @param {number} width @param {number} x @param {number} y @returns {Hit|null} */
export function hitAt(bars, anchor, span, width, x, y) {
  const [above, below] = tops(bars), scale = scaleOf(width, span);
  for (const [side, track_, top, zero] of /** @type {[0|1, Track, number, number][]} */ ([[0, bars.before, above, anchor.before], [1, bars.after, below, anchor.after]])) {
    const row = Math.floor((y - top) / ROW);
    if (y < top || row >= track_.rows) continue;
    let best = null, size = Infinity;
    for (let i = 0; i < track_.row.length; i += 1) {
      if (track_.row[i] !== row) continue;
      const left = MARGIN + (track_.start[i] - zero - span.from) * scale, right = MARGIN + (track_.end[i] - zero - span.from) * scale;
      const away = Math.max(left - x, x - right, 0);
      if (away <= 3 && right - left + 50 * away < size) [best, size] = [i, right - left + 50 * away];
    }
    return best === null ? null : { side, index: best };
  }
  return null;
}
