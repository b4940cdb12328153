// The page of one boot: loads data and Plotly, and starts log and chart, each by itself.

import { actionsOf } from "./actions.js";
import { offerCopies } from "./clipboard.js";
import { readTimeline } from "./data.js";
import { byId } from "./dom.js";
import { listenToKeys } from "./keys.js";
import { LogView, linesInHash } from "./log.js";
import { tendMenus } from "./menus.js";
import { Page } from "./page.js";
import { drawForPaper } from "./paper.js";
import { offerPictures } from "./picture.js";
import { counted } from "./text.js";

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
  if (scroll) logBox.closest("section")?.scrollIntoView({ block: "nearest" });
}

/** Shift and a click on a number: from the line that is marked to that one. @param {MouseEvent} event */
function extendMark(event) {
  const line = Number(/** @type {HTMLElement} */ (event.target).dataset.line ?? 0), [from, to] = log.marked;
  if (!event.shiftKey || !line || from < 1) return;
  event.preventDefault();
  location.hash = `#L${Math.min(from, line)}-L${line < from ? to : line}`;
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
  logBox.addEventListener("click", extendMark);
  window.addEventListener("hashchange", () => followLines(true));
}

/** @param {string} why */
function withoutChart(why) {
  document.documentElement.dataset.timeline = "failed";
  const wait = document.getElementById("chart-wait") ?? box.appendChild(document.createElement("p"));
  wait.className = "chart-wait";
  wait.textContent = why;
}

async function startChart() {
  try {
    const [timeline, plotly] = await Promise.all([readTimeline(window.bootscope.timeline), window.bootscope.plotly]);
    if (!timeline.lanes.length) {
      withoutChart("Nothing to draw: this log holds no initcall, probe or marker. A boot with initcall_debug on its command line would.");
      return;
    }
    byId("chart-wait").remove();
    const page = new Page(plotly, timeline, log);
    page.start();
    listen(page);
    const more = timeline.unplaced ? `; ${counted(timeline.unplaced, "event")} without a ${timeline.axis.note ? "line" : "time"} not drawn` : "";
    if (timeline.axis.note) byId("axis-note").textContent = "by line, not by time";
    if (more) byId("selection").textContent = more.slice(2);
    document.documentElement.dataset.timeline = "drawn";
    performance.mark("timeline-drawn");
  } catch (error) {
    console.error(error);
    withoutChart(`The timeline cannot be drawn: ${/** @type {Error} */ (error).message}. Verdict, evidence and log are complete without it.`);
  }
}

/** @param {Page} page */
function listen(page) {
  const actions = actionsOf(page);
  document.querySelectorAll("[data-do]").forEach((button) => {
    button.addEventListener("click", () => actions[/** @type {HTMLElement} */ (button).dataset.do ?? ""]());
  });
  listenToKeys(box, actions);
  offerPictures(page.chart);
  drawForPaper(page.chart);
  byId("help-open").addEventListener("click", () => /** @type {HTMLDialogElement} */ (byId("help")).showModal());
}

offerCopies();
tendMenus();
showCurrentBoot();
startLog();
startChart();
