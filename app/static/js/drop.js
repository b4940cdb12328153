// On every page: what is dropped or pasted is taken in.

import { byId } from "./dom.js";
import { Intake } from "./intake.js";

/** @type {Intake|null} */
let intake = null;
const veil = byId("drop-veil");

/** @param {File[]} files */
export function takeIn(files) {
  intake ??= new Intake();
  return intake.take(files);
}

/** @param {DataTransfer|null} carried @param {string} name for text */
function carriedFiles(carried, name) {
  const files = [...(carried?.files ?? [])];
  const text = carried?.getData("text/plain") ?? "";
  return !files.length && text.includes("\n") ? [new File([text], name)] : files; // a word or a link is no log
}

/** Whether a page's own part, such as a text field, is meant. @param {EventTarget|null} target */
function isField(target) {
  return target instanceof HTMLElement && target.matches("input, textarea, select");
}

/** Whether what is dragged is for the page: text dragged into a field is for that. @param {DragEvent} event */
function isForUs(event) {
  return event.dataTransfer?.types.includes("Files") || !isField(event.target);
}

let inside = 0;
window.addEventListener("dragenter", (event) => {
  if (!isForUs(event)) return;
  event.preventDefault();
  inside += 1;
  veil.hidden = false;
});
window.addEventListener("dragover", (event) => {
  if (isForUs(event)) event.preventDefault();
});
window.addEventListener("dragleave", () => {
  inside = Math.max(0, inside - 1);
  veil.hidden = inside === 0;
});
window.addEventListener("drop", (event) => {
  if (!isForUs(event)) return;
  event.preventDefault();
  inside = 0;
  veil.hidden = true;
  takeIn(carriedFiles(event.dataTransfer, "dropped text"));
});
document.addEventListener("paste", (event) => {
  if (isField(event.target)) return;
  takeIn(carriedFiles(event.clipboardData, "pasted log"));
});
