// The page that chooses the second boot: this browser's own uploads as links.

import { recent } from "./recent.js";
import { element } from "./text.js";

const section = /** @type {HTMLElement} */ (document.getElementById("recent"));
const first = section.dataset.a ?? "";
const others = recent().filter((upload) => upload.id !== first);

section.hidden = others.length === 0;
section.querySelector("ul")?.replaceChildren(...others.map((upload) => {
  const row = element("li"), link = document.createElement("a");
  link.href = `/compare/${encodeURIComponent(first)}/${encodeURIComponent(upload.id)}`;
  link.append(upload.name);
  row.append(link, " ", element("span", upload.headline, "muted small"));
  return row;
}));
