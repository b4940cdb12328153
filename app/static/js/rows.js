// Where each row stands, in pixels from the top of the chart.

/** @type {Record<string, number>} */
const ROW = { subjects: 34, initcalls: 24, modules: 18, probes: 16, async: 16, markers: 20 };
const TITLE = 17, GAP = 5;
export const TOP = 20, BOTTOM = 26;

/** @typedef {{top: number, bottom: number, kind: string}} Place */

/**
 * @param {import("./data.js").Lane[]} lanes
 * @returns {{rows: Place[], titles: {text: string, y: number}[], height: number}}
 */
export function placeRows(lanes) {
  /** @type {Place[]} */
  const rows = [];
  const titles = [];
  let y = TOP + 4;
  for (const lane of lanes) {
    titles.push({ text: lane.title, y: y + TITLE / 2 });
    y += TITLE;
    for (let i = 0; i < lane.rows; i += 1) {
      const height = ROW[lane.kind];
      const room = lane.kind === "subjects" ? 17 : 1;
      rows.push({ top: y + room, bottom: y + height - 2, kind: lane.kind });
      y += height;
    }
    y += GAP;
  }
  return { rows, titles, height: y };
}

/** The row at a height; -1 between rows. @param {Place[]} rows @param {number} y */
export function rowAt(rows, y) {
  return rows.findIndex((row) => y >= row.top - (row.kind === "subjects" ? 17 : 1) && y <= row.bottom + 1);
}
