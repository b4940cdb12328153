// Write a rule: looked over while it is typed, tried on a log, kept in this browser.

import { byId, keep, kept, save } from "./dom.js";
import { Editor } from "./editor.js";
import { counted, element } from "./text.js";

const KEPT = "bootscope.rule", BEFORE = "bootscope.rule.before";
const WAIT_MS = 350;

/** @typedef {{line: number, column: number, text: string}} Fault */

const form = /** @type {HTMLFormElement} */ (byId("rule-form"));
const area = /** @type {HTMLTextAreaElement} */ (byId("rule"));
const status = byId("rule-status");
const list = byId("problems");
const back = byId("rule-back");
const editor = new Editor(area, byId("gutter"));
let skeleton = form.dataset.begun ? area.value : "";
let tried = byId("answer").querySelector(".finding, .problems") ? area.value : null;
let ruleId = "MY001";
let waiting = 0;
let asking = new AbortController();

/** @param {string} text @param {"" | "good" | "bad"} [how] */
function say(text, how = "") {
  status.textContent = text;
  status.className = `rule-status ${how}`;
}

/** A place in the text, to go to. @param {Fault} fault */
function row(fault) {
  const item = document.createElement("li");
  const place = element("button", `${fault.line}:${fault.column}`);
  place.setAttribute("type", "button");
  place.setAttribute("aria-label", `Go to line ${fault.line}, column ${fault.column}`);
  place.dataset.line = String(fault.line);
  place.dataset.column = String(fault.column);
  item.append(place, element("span", fault.text));
  return item;
}

/** @param {Fault[]} faults */
function show(faults) {
  list.replaceChildren(...faults.map(row));
  list.hidden = faults.length === 0;
  editor.mark(faults.map((fault) => fault.line));
}

/** @param {string} id */
function name(id) {
  ruleId = id;
  document.querySelectorAll("#command .file").forEach((place) => {
    place.textContent = `${id}.yaml`;
  });
}

async function lookOver() {
  asking.abort();
  asking = new AbortController();
  try {
    const answer = await fetch("/api/v1/rules/lint", {
      method: "POST", body: area.value, headers: { "Content-Type": "application/yaml" }, signal: asking.signal,
    });
    const got = await answer.json();
    if (!answer.ok) {
      show([]);
      say([got.detail, got.hint].filter(Boolean).join(" "), "bad");
      return;
    }
    show(got.problems);
    const rule = got.rules[0];
    if (rule) name(rule.id);
    if (got.problems.length) say(counted(got.problems.length, "problem"), "bad");
    else if (rule) say(`No problem: ${rule.id}, ${rule.kind}, ${counted(rule.examples, "example")}`, "good");
    else say("No problem, and no rule", "good");
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "AbortError")) say("The server could not be reached; the rule is kept here.", "bad");
  }
}

function changed() {
  byId("stale").hidden = tried === null || tried === area.value;
  keep(KEPT, area.value === skeleton ? "" : area.value);
  window.clearTimeout(waiting);
  waiting = window.setTimeout(lookOver, WAIT_MS);
}

/** Offer another text than the one shown. @param {string} words @param {string} button @param {string} text */
function offer(words, button, text) {
  const press = /** @type {HTMLButtonElement} */ (back.querySelector("button"));
  /** @type {HTMLElement} */ (back.querySelector("span")).textContent = words;
  press.textContent = button;
  press.onclick = () => {
    back.hidden = true;
    keep(BEFORE, area.value);
    editor.set(text);
    area.focus();
  };
  back.hidden = false;
}

/** Begin with the skeleton of another kind. @param {HTMLAnchorElement} link */
async function begin(link) {
  try {
    const page = await fetch(link.href, { headers: { Accept: "text/html" } });
    const read = new DOMParser().parseFromString(await page.text(), "text/html");
    const fresh = /** @type {HTMLTextAreaElement|null} */ (read.getElementById("rule"));
    if (!page.ok || !fresh) throw new Error(String(page.status));
    const old = area.value;
    const own = old !== skeleton;
    skeleton = fresh.value;
    editor.set(skeleton);
    document.querySelectorAll("[data-kind]").forEach((one) => one.toggleAttribute("aria-current", one === link));
    if (own) {
      keep(BEFORE, old);
      offer("Begun anew.", "Bring back what was here", old);
    } else back.hidden = true;
  } catch {
    say("That did not work; the server could not be reached.", "bad");
  }
}

async function tryIt() {
  const box = byId("answer");
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button[type=submit]"));
  const text = area.value;
  box.setAttribute("aria-busy", "true");
  button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const came = page.getElementById("answer") ?? page.querySelector(".error-page");
    box.replaceChildren(...(came ? [...came.childNodes].map((node) => document.importNode(node, true)) : [element("p", `The server answered ${answer.status}.`)]));
    tried = text;
    byId("stale").hidden = text === area.value;
    document.getElementById("answer-title")?.focus();
  } catch {
    box.replaceChildren(element("h2", "Not tried"), element("p", "The server could not be reached."));
  } finally {
    box.removeAttribute("aria-busy");
    button.disabled = false;
  }
}

function download() {
  save(new Blob([area.value], { type: "application/yaml" }), `${ruleId}.yaml`);
}

area.addEventListener("input", changed);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  tryIt();
});
byId("download").addEventListener("click", download);
document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const place = /** @type {HTMLElement|null} */ (target?.closest("[data-line]") ?? null);
  const link = /** @type {HTMLAnchorElement|null} */ (target?.closest("[data-kind]") ?? null);
  if (!place && !link) return;
  event.preventDefault();
  if (place) editor.go(Number(place.dataset.line), Number(place.dataset.column));
  else if (link) begin(link);
});

const before = kept(KEPT);
if (form.dataset.begun && before && before !== area.value) {
  editor.set(before);
  offer("Your rule from before is here again.", "Begin anew", skeleton);
} else changed();
document.documentElement.dataset.rule = "ready";
