// The part of a bar that the kernel's own figure leaves out. The stamp of `calling` is taken
// before that line goes to the console, the clock of `after N usecs` is read after it
// (trace_initcall_start_cb, trace_initcall_finish_cb in init/main.c, Linux 6.12): what the
// stamps have more stands at the bar's beginning, and is mostly the console's time. All
// initcalls share that clock: where another was called meanwhile, nothing can be told.

import { ASYNC, OPEN, ORPHAN, PROBE, WAIT } from "./data.js";
import { DIM } from "./lod.js";
import { addBox, filled, noPoints } from "./shapes.js";

const LEAST = 3; // px

/** Whether another initcall was called before this one returned. @param {import("./data.js").Bars} bars @param {number} bar */
function isShared({ count, flags, line, lastLine }, bar) {
  let next = bar + 1;
  while (next < count && flags[next] & ORPHAN) next += 1;
  return next < count && !(flags[next] & (PROBE | ASYNC | WAIT)) && line[next] < lastLine[bar];
}

/** µs between the stamps that are not in the reported figure; 0 where that cannot be told. @param {import("./data.js").Timeline} timeline @param {number} bar */
export function outsideOf({ axis, bars }, bar) {
  if (axis.note || bars.reported[bar] < 0 || bars.flags[bar] & (OPEN | PROBE | ORPHAN)) return 0;
  if (isShared(bars, bar)) return 0;
  return Math.max(0, bars.end[bar] - bars.start[bar] - bars.reported[bar]);
}

/** A pale veil over what is outside. @param {import("./figure.js").Scene} scene @param {import("./lod.js").Block[]} blocks */
export function outsideTrace(scene, blocks) {
  const { timeline, span, places, colors } = scene;
  const px = (span.to - span.from) / scene.width, veil = noPoints();
  for (const { bar, row, layer } of blocks) {
    if (bar < 0 || layer === DIM) continue;
    const from = timeline.bars.start[bar], length = outsideOf(timeline, bar);
    const left = Math.max(from, span.from), right = Math.min(from + length, span.to);
    if (length < LEAST * px || right <= left) continue;
    const { top, bottom } = places.rows[row];
    addBox(veil, left, right, top + 1, bottom - 1);
  }
  return filled(veil, { fillcolor: colors.card, opacity: 0.62 });
}
