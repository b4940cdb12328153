// Copies the marked lines of the log as a mail quotes them.

import { copy, toast } from "./clipboard.js";
import { counted } from "./text.js";

const MOST = 2000; // lines

/** @param {import("./log.js").LogView} log */
export function copyQuoted(log) {
  const [from, to] = log.marked, count = Math.min(to, log.lines.length) - from + 1;
  if (from < 1 || count < 1) return toast("First mark lines: a click on a line’s number, with Shift on the last");
  if (count > MOST) return toast(`At most ${counted(MOST, "line")} can be quoted`);
  return copy(log.quoted(), `${counted(count, "line")} copied as quoted text`);
}
