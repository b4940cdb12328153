// The list of this browser's own uploads on the home page.

import { byId } from "./dom.js";
import { badge } from "./judged.js";
import { forget, recent, takeBack } from "./recent.js";
import { element } from "./text.js";

const section = byId("recent");

export function showRecent() {
  const uploads = recent();
  section.hidden = uploads.length === 0;
  section.querySelector("ul")?.replaceChildren(...uploads.map(rowOf));
}

/** @param {import("./recent.js").Upload} upload */
function rowOf(upload) {
  const row = element("li"), link = document.createElement("a");
  link.href = `/l/${encodeURIComponent(upload.id)}`;
  link.append(badge(upload.verdict), element("b", upload.name), element("span", upload.headline, "sentence"), element("span", when(upload), "sentence"));
  const hide = button("Forget", `Take ${upload.name} off this list`, () => done(upload.id));
  row.append(link, hide);
  if (upload.token) row.append(button("Delete", `Delete ${upload.name} from the server`, () => remove(upload, row)));
  return row;
}

/** @param {import("./recent.js").Upload} upload */
function when(upload) {
  const sent = `sent ${new Date(upload.at).toLocaleString()}`;
  return upload.expires ? `${sent}, kept until ${new Date(upload.expires).toLocaleDateString()}` : sent;
}

/** @param {string} word @param {string} label @param {() => void} act */
function button(word, label, act) {
  const made = /** @type {HTMLButtonElement} */ (element("button", word, "quiet"));
  made.type = "button";
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

/** A second press, so that no link is lost by a slip. @param {import("./recent.js").Upload} upload @param {HTMLElement} row */
function remove(upload, row) {
  const last = /** @type {HTMLButtonElement} */ (row.lastElementChild);
  if (last.dataset.sure !== "yes") {
    last.dataset.sure = "yes";
    last.textContent = "Really delete";
    return;
  }
  takeBack(upload).then((problem) => {
    if (!problem) return done(upload.id);
    last.replaceWith(element("span", problem, "sentence"));
    return undefined;
  });
}

/** @param {string} id */
function done(id) {
  forget(id);
  showRecent();
}
