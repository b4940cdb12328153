// What is drawn beside the bars: pinned subjects, arrows of the rules, markers, deferrals.

import { OPEN, levelWords } from "./data.js";
import { arrowStyle } from "./colors.js";
import { addBox, filled, kindStyle, noPoints } from "./shapes.js";
import { label } from "./labels.js";
import { forPlotly } from "./text.js";

const CHARACTER = 7;

/** @param {import("./figure.js").Scene} scene */
function pixel(scene) {
  return (scene.span.to - scene.span.from) / scene.width;
}

/** The pinned subjects: a bar however short, and a dot at the instant that is meant. @param {import("./figure.js").Scene} scene */
export function pinnedTraces(scene) {
  const { timeline, colors, places, span } = scene;
  const { start, end, flags, row: rowOf } = timeline.bars;
  const px = pixel(scene);
  const box = noPoints(), open = noPoints(), dots = noPoints();
  timeline.pinned.forEach(({ bar }, row) => {
    const { top, bottom } = places.rows[row];
    for (const point of timeline.points.filter((one) => one.row === row)) {
      dots.x.push(point.time);
      dots.y.push((top + bottom) / 2);
    }
    if (bar < 0 || rowOf[bar] < 0) return;
    const from = Math.max(start[bar], span.from - 20 * px);
    const to = Math.min(Math.max(end[bar], start[bar] + 2 * px), span.to + 20 * px);
    if (to > from) addBox(flags[bar] & OPEN ? open : box, from, to, top, bottom);
  });
  const marker = { size: 9, color: colors.subject, line: { width: 1.5, color: colors.card } };
  return [
    filled(box, { fillcolor: colors.initcall }),
    filled(open, kindStyle("open", colors)),
    { type: "scatter", mode: "markers", ...dots, hoverinfo: "skip", marker },
  ];
}

/** A label over each pinned bar; at the edge, with a pointer, where it is out of sight. @param {import("./figure.js").Scene} scene */
export function pinnedLabels(scene) {
  const { timeline, places } = scene;
  return timeline.pinned.map(({ label: name, bar }, row) => {
    const points = timeline.points.filter((point) => point.row === row);
    return pinnedLabel(scene, name, bar, points, places.rows[row].top - 8);
  });
}

/** @param {import("./figure.js").Scene} scene @param {string} name @param {number} bar @param {import("./data.js").Point[]} points @param {number} y */
function pinnedLabel(scene, name, bar, points, y) {
  const { timeline: { bars }, span, width } = scene;
  const px = pixel(scene);
  const at = points[0]?.time ?? 0;
  const start = bar >= 0 ? bars.start[bar] : at;
  const end = bar >= 0 ? bars.end[bar] : at;
  const words = labelWords(scene.timeline, name, bar, at);
  const most = Math.floor(width / CHARACTER) - 4;
  const xOf = (/** @type {number} */ place) => (place - span.from) / px;
  if (end < span.from) return label("pin", 4, y, `\u25c2 ${words}`, "left", most);
  if (start > span.to) return label("pin", width - 4, y, `${words} \u25b8`, "right", most);
  const left = Math.max(start, span.from + 3 * px);
  if ((span.to - left) / px > words.length * CHARACTER) return label("pin", xOf(left), y, words, "left", most);
  const right = Math.max(Math.min(end, span.to - 3 * px), span.from + (words.length * CHARACTER + 8) * px);
  return label("pin", xOf(Math.min(right, span.to - 3 * px)), y, words, "right", most);
}

/** Name, level, time or line; for a call that never returned, that. @param {import("./data.js").Timeline} timeline @param {string} name @param {number} bar @param {number} at */
function labelWords(timeline, name, bar, at) {
  const { bars } = timeline;
  const level = bar >= 0 && bars.low[bar] >= 0 ? [levelWords(timeline, bars.low[bar], bars.high[bar], true)] : [];
  const lost = bar >= 0 && bars.flags[bar] & OPEN ? ["never returned"] : [];
  return [name, ...level, ...lost, timeline.axis.words(at)].join(", ");
}

/** For each order finding an arrow from what must be first to what must follow. @param {import("./figure.js").Scene} scene */
export function arrowTraces(scene) {
  const { timeline, colors } = scene;
  const last = [...timeline.arrows].sort(([, , a], [, , b]) => Number(a === scene.finding) - Number(b === scene.finding));
  return last.map(([first, then, finding]) => {
    const from = timeline.points[first], to = timeline.points[then];
    const style = arrowStyle(timeline.findings[finding].outcome, colors);
    const active = finding === scene.finding;
    return {
      type: "scatter", mode: "lines+markers", hoverinfo: "skip", opacity: active ? 1 : 0.35,
      x: [from.time, to.time], y: [middle(scene, from.row), middle(scene, to.row)],
      line: { color: style.color, width: active ? 2.5 : 1.2, dash: style.dash },
      marker: { symbol: ["circle", "arrow"], size: [0, active ? 14 : 9], angleref: "previous", standoff: [0, 5], color: style.color },
    };
  });
}

/** @param {import("./figure.js").Scene} scene @param {number} row */
function middle(scene, row) {
  const { top, bottom } = scene.places.rows[row];
  return (top + bottom) / 2;
}

/** Which rule's arrow is the strong one, beside the title of the pinned rows. @param {import("./figure.js").Scene} scene */
export function arrowLabels(scene) {
  const { timeline, places } = scene;
  const finding = timeline.findings[scene.finding];
  if (!finding || !timeline.arrows.some(([, , place]) => place === scene.finding)) return [];
  const { word } = arrowStyle(finding.outcome, scene.colors);
  return [label(`arrow o-${finding.outcome}`, 142, places.titles[0].y, `arrow: ${finding.rule}, ${word}`, "left", 40)];
}

/** "never returned", on the hatching. @param {import("./lod.js").Block[]} blocks @param {import("./figure.js").Scene} scene @param {(timeline: import("./data.js").Timeline, bar: number) => string} words */
export function openLabels(scene, blocks, words) {
  const { timeline, span, places } = scene;
  const open = blocks.filter(({ bar, row }) => bar >= 0 && timeline.bars.flags[bar] & OPEN && places.rows[row].kind !== "subjects");
  return open.slice(0, 12).map(({ bar, from, row }) => {
    const text = words(timeline, bar), x = Math.max((from - span.from) / pixel(scene), 0) + 4;
    const fits = x + text.length * CHARACTER < scene.width;
    return label("pin", fits ? x : scene.width - 4, middle(scene, row), text, fits ? "left" : "right", 60);
  });
}

/** Add one label to a text trace. @param {{x: (number|null)[], y: (number|null)[], text: string[]}} into @param {number} at @param {number} y @param {string} text @param {number} most */
function put(into, at, y, text, most) {
  into.x.push(at);
  into.y.push(y);
  into.text.push(forPlotly(text, most));
}

/** Markers as flags on a pole; those too close for a name each share one. @param {import("./figure.js").Scene} scene */
export function flagTraces(scene) {
  const { timeline, colors, places, span } = scene;
  const px = pixel(scene);
  const poles = noPoints(), flags = noPoints();
  const names = { ...noPoints(), text: [] };
  const shown = timeline.flags.filter((flag) => flag.time >= span.from && flag.time <= span.to);
  for (const flag of shown) {
    const { top, bottom } = places.rows[flag.row];
    poles.x.push(flag.time, flag.time, null);
    poles.y.push(top, bottom + 2, null);
    flags.x.push(flag.time + 4 * px);
    flags.y.push(top + 5);
  }
  for (const group of grouped(shown, 24 * px)) {
    const last = group[group.length - 1];
    const room = Math.floor(((group.next ?? span.to) - last.time) / px / CHARACTER) - 2;
    const all = [...new Set(group.map((flag) => flag.name))];
    const text = [all.join(", "), `${all[0]} +${all.length - 1}`].find((words) => words.length <= room);
    const { top, bottom } = places.rows[last.row];
    if (text) put(names, last.time + 10 * px, (top + bottom) / 2, text, room);
  }
  return [
    { type: "scatter", mode: "lines", ...poles, hoverinfo: "skip", line: { color: colors.flag, width: 1.5 } },
    { type: "scatter", mode: "markers", ...flags, hoverinfo: "skip", marker: { symbol: "triangle-right", size: 9, color: colors.flag } },
    { type: "scatter", mode: "text", ...names, textposition: "middle right", textfont: { family: scene.mono, size: 10.5, color: colors.muted }, hoverinfo: "skip" },
  ];
}

/** Flags by time, those within a distance of each other together; `next` is the next group's time. @param {import("./data.js").Flag[]} flags @param {number} distance */
function grouped(flags, distance) {
  /** @type {(any[] & {next?: number})[]} */
  const groups = [];
  for (const flag of [...flags].sort((a, b) => a.time - b.time)) {
    const group = groups[groups.length - 1];
    if (group && flag.time - group[group.length - 1].time < distance) {
      group.push(flag);
    } else {
      if (group) group.next = flag.time;
      groups.push([flag]);
    }
  }
  return groups;
}
