// Home: choose, drop or paste a log; progress and errors in words.

import { judgedList } from "./judged.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("upload"));
const fileInput = /** @type {HTMLInputElement} */ (document.getElementById("log-file"));
const symbolsInput = /** @type {HTMLInputElement} */ (document.getElementById("symbols-file"));
const traceInput = /** @type {HTMLInputElement} */ (document.getElementById("trace-file"));
const textInput = /** @type {HTMLTextAreaElement} */ (document.getElementById("log-text"));
const status = /** @type {HTMLElement} */ (document.getElementById("status"));
const progress = /** @type {HTMLProgressElement} */ (document.getElementById("progress"));
const problemBox = /** @type {HTMLElement} */ (document.getElementById("problem"));
const veil = /** @type {HTMLElement} */ (document.getElementById("drop-veil"));
const button = /** @type {HTMLButtonElement} */ (form.querySelector("button[type=submit]"));
const judged = /** @type {HTMLElement} */ (document.getElementById("judged"));
const SYMBOLS_NAME = /system\.?map|kallsyms|vmlinux(?!\.lds)|\.map(\.|$)|nm\.txt/i;
const TRACE_NAME = /trace/i;

/** @typedef {{log: File|null, symbols: File|null, trace: File|null, more: number}} Files */

/** @param {string} title @param {string} detail @param {string} [hint] */
function problem(title, detail, hint = "") {
  busy(false);
  const bold = document.createElement("b");
  bold.textContent = title;
  problemBox.replaceChildren(bold, document.createTextNode([detail, hint].filter(Boolean).join(" ")));
  problemBox.hidden = false;
  status.textContent = "";
}

/** @param {boolean} on */
function busy(on) {
  button.disabled = on;
  progress.hidden = !on;
  progress.value = 0;
  form.setAttribute("aria-busy", String(on));
}

/**
 * Send a log, and go to its page; the logs of an archive are listed here.
 * @param {Blob} log @param {string} name @param {{symbols: Blob|null, trace: Blob|null}} beside
 */
function send(log, name, { symbols, trace }) {
  problemBox.hidden = true;
  judged.hidden = true;
  const most = Number(form.dataset.maxMib) * 2 ** 20;
  if (log.size === 0) return problem("Nothing to read", "The log is empty.", "Choose a file, or paste the log's text.");
  if (log.size > most) return problem("Too large", `This file has ${Math.ceil(log.size / 2 ** 20)} MiB.`, `Pack it with gzip, or send the part from the boot's first line to user space; up to ${form.dataset.maxMib} MiB are taken.`);
  const request = new XMLHttpRequest();
  request.open("POST", `/api/v1/logs?name=${encodeURIComponent(name.slice(0, 200))}`);
  request.setRequestHeader("Accept", "application/json");
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    progress.value = (event.loaded / event.total) * 100;
    status.textContent = event.loaded < event.total ? `Sending ${name} …` : "Reading and judging …";
  });
  request.addEventListener("load", () => answered(request));
  request.addEventListener("error", () => problem("Not sent", "The server could not be reached.", "Try again."));
  busy(true);
  status.textContent = `Sending ${name} …`;
  if (symbols || trace) {
    const parts = new FormData();
    parts.append("log", log, name);
    if (symbols) parts.append("symbols", symbols, "System.map");
    if (trace) parts.append("trace", trace, "trace.txt");
    request.send(parts);
  } else {
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.send(log);
  }
  return undefined;
}

/** @param {XMLHttpRequest} request */
function answered(request) {
  let answer = null;
  try {
    answer = JSON.parse(request.responseText);
  } catch {
    answer = null;
  }
  if (request.status < 300 && answer?.logs) {
    busy(false);
    status.textContent = "";
    judgedList(judged, answer);
    return;
  }
  if (request.status < 300 && answer?.id) {
    status.textContent = "Done. Opening …";
    location.assign(`/l/${encodeURIComponent(answer.id)}`);
    return;
  }
  problem(answer?.title ?? "Not taken", answer?.detail ?? `The server answered ${request.status}.`, answer?.hint);
}

/** What is chosen in the form beside the log. */
function chosen() {
  return { symbols: symbolsInput.files?.[0] ?? null, trace: traceInput.files?.[0] ?? null };
}

/** @param {FileList|null} files a log, and perhaps its symbols and its trace @returns {Files} */
function sorted(files) {
  const all = [...(files ?? [])];
  /** @param {RegExp} name */
  const beside = (name) => (all.length > 1 ? all.find((file) => name.test(file.name)) ?? null : null);
  const symbols = beside(SYMBOLS_NAME);
  let trace = beside(TRACE_NAME);
  if (trace === symbols || !all.some((file) => file !== symbols && file !== trace)) trace = null;
  const logs = all.filter((file) => file !== symbols && file !== trace);
  return { log: logs[0] ?? null, symbols, trace, more: Math.max(0, logs.length - 1) };
}

/** Send what was dropped or pasted. @param {DataTransfer|null} carried @param {string} name for text */
function take(carried, name) {
  const { log, symbols, trace, more } = sorted(carried?.files ?? null);
  const text = carried?.getData("text/plain") ?? "";
  const form = chosen();
  if (more) problem("Several logs at once", "Nothing was sent.", "Pack them into one zip or tar, or drop them one at a time.");
  else if (log) send(log, log.name, { symbols: symbols ?? form.symbols, trace: trace ?? form.trace });
  else if (text.trim()) send(new Blob([text]), name, form);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const file = fileInput.files?.[0];
  if (file) send(file, file.name, chosen());
  else if (textInput.value.trim()) send(new Blob([textInput.value]), "pasted log", chosen());
  else problem("Nothing to read yet", "Choose a log, drop one on the page, or paste its text.");
});
fileInput.addEventListener("change", () => {
  const file = fileInput.files?.[0];
  const { symbols, trace } = chosen();
  if (file && !symbols && !trace) send(file, file.name, { symbols, trace });
});
textInput.addEventListener("paste", () => window.setTimeout(() => {
  status.textContent = textInput.value.trim() ? `${textInput.value.split("\n").length.toLocaleString("en")} lines pasted` : "";
}, 0));

let inside = 0;
window.addEventListener("dragenter", (event) => {
  event.preventDefault();
  inside += 1;
  veil.hidden = false;
});
window.addEventListener("dragover", (event) => event.preventDefault());
window.addEventListener("dragleave", () => {
  inside = Math.max(0, inside - 1);
  veil.hidden = inside === 0;
});
window.addEventListener("drop", (event) => {
  event.preventDefault();
  inside = 0;
  veil.hidden = true;
  take(event.dataTransfer, "dropped text");
});
document.addEventListener("paste", (event) => {
  if (event.target instanceof HTMLElement && event.target.matches("input, textarea")) return;
  take(event.clipboardData, "pasted log");
});
const origin = document.getElementById("origin");
if (origin) origin.textContent = location.origin;
