// Home: the form, and the uploads that this browser remembers.

import { byId } from "./dom.js";
import { takeIn } from "./drop.js";
import { showRecent } from "./recent-list.js";
import { redactionWanted, wantRedaction } from "./redaction-panel.js";

const form = /** @type {HTMLFormElement} */ (byId("upload"));
const inputs = ["log-file", "symbols-file", "trace-file"].map((id) => /** @type {HTMLInputElement} */ (byId(id)));
const text = /** @type {HTMLTextAreaElement} */ (byId("log-text"));
const nothing = byId("nothing-yet");
const redact = /** @type {HTMLInputElement} */ (byId("redact-first"));

/** What the form holds, the log first. */
function chosen() {
  const [logs, ...beside] = inputs.map((input) => [...(input.files ?? [])]);
  const log = logs.length || !text.value.trim() ? logs : [new File([text.value], "pasted log")];
  return log.length ? [...log, ...beside.flat()] : [];
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const files = chosen();
  nothing.hidden = files.length > 0;
  takeIn(files);
});
inputs[0].addEventListener("change", () => {
  if (inputs.slice(1).every((input) => !input.files?.length)) takeIn(chosen());
});
redact.checked = redactionWanted();
redact.addEventListener("change", () => wantRedaction(redact.checked));
const origin = document.getElementById("origin");
if (origin) origin.textContent = location.origin;
showRecent();
