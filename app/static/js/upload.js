// Home: choose, drop or paste a log; progress and errors in words.

const form = /** @type {HTMLFormElement} */ (document.getElementById("upload"));
const fileInput = /** @type {HTMLInputElement} */ (document.getElementById("log-file"));
const symbolsInput = /** @type {HTMLInputElement} */ (document.getElementById("symbols-file"));
const textInput = /** @type {HTMLTextAreaElement} */ (document.getElementById("log-text"));
const status = /** @type {HTMLElement} */ (document.getElementById("status"));
const progress = /** @type {HTMLProgressElement} */ (document.getElementById("progress"));
const problemBox = /** @type {HTMLElement} */ (document.getElementById("problem"));
const veil = /** @type {HTMLElement} */ (document.getElementById("drop-veil"));
const button = /** @type {HTMLButtonElement} */ (form.querySelector("button[type=submit]"));
const SYMBOLS_NAME = /system\.?map|kallsyms|\.map(\.|$)|nm\.txt/i;

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
 * Send a log, and go to its page.
 * @param {Blob} log @param {string} name @param {Blob|null} symbols
 */
function send(log, name, symbols) {
  problemBox.hidden = true;
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
  if (symbols) {
    const parts = new FormData();
    parts.append("log", log, name);
    parts.append("symbols", symbols, "System.map");
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
  if (request.status < 300 && answer?.id) {
    status.textContent = "Done. Opening …";
    location.assign(`/l/${encodeURIComponent(answer.id)}`);
    return;
  }
  problem(answer?.title ?? "Not taken", answer?.detail ?? `The server answered ${request.status}.`, answer?.hint);
}

/** @param {FileList|null} files a log, and perhaps its symbols @returns {[File|null, File|null]} */
function sorted(files) {
  const all = [...(files ?? [])];
  const symbols = all.length > 1 ? all.find((file) => SYMBOLS_NAME.test(file.name)) ?? null : null;
  return [all.find((file) => file !== symbols) ?? null, symbols];
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const symbols = symbolsInput.files?.[0] ?? null;
  const file = fileInput.files?.[0];
  if (file) send(file, file.name, symbols);
  else if (textInput.value.trim()) send(new Blob([textInput.value]), "pasted log", symbols);
  else problem("Nothing to read yet", "Choose a log, drop one on the page, or paste its text.");
});
fileInput.addEventListener("change", () => {
  const file = fileInput.files?.[0];
  if (file && !symbolsInput.files?.length) send(file, file.name, null);
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
  const [log, symbols] = sorted(event.dataTransfer?.files ?? null);
  const text = event.dataTransfer?.getData("text/plain") ?? "";
  if (log) send(log, log.name, symbols ?? symbolsInput.files?.[0] ?? null);
  else if (text.trim()) send(new Blob([text]), "dropped text", null);
});
document.addEventListener("paste", (event) => {
  if (event.target instanceof HTMLElement && event.target.matches("input, textarea")) return;
  const [log, symbols] = sorted(event.clipboardData?.files ?? null);
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (log) send(log, log.name, symbols);
  else if (text.trim()) send(new Blob([text]), "pasted log", null);
});
const origin = document.getElementById("origin");
if (origin) origin.textContent = location.origin;
