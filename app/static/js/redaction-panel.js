// The part of the dialog that shows what is taken out of a log before it is sent.

import { byId, keep, kept } from "./dom.js";
import { loadKinds, redact } from "./redaction.js";
import { plainBytes } from "./roles.js";
import { counted, element, shorten } from "./text.js";

const KEY = "bootscope.redact", SHOWN = 3, WIDEST = 44;
const LOCAL = ["localhost", "127.0.0.1", "[::1]"];

/** Whether to take out names: as chosen last, else wherever the server is another machine. */
export function redactionWanted() {
  const choice = kept(KEY);
  return choice ? choice === "on" : !LOCAL.includes(location.hostname);
}

/** @param {boolean} on */
export function wantRedaction(on) {
  keep(KEY, on ? "on" : "off");
}

export class RedactionPanel {
  /** @param {() => void} changing what is sent is not known for a while @param {() => void} changed now it is */
  constructor(changing, changed) {
    this.box = /** @type {HTMLInputElement} */ (byId("intake-redact"));
    this.found = byId("intake-found");
    this.panel = byId("intake-redaction");
    /** @type {import("./redaction.js").Kind[]} */
    this.kinds = [];
    /** @type {Set<string>} kinds that stay in */
    this.left = new Set();
    /** @type {import("./roles.js").Given[]} */
    this.given = [];
    this.changing = changing;
    this.changed = changed;
    this.turn = 0;
    this.box.addEventListener("change", () => {
      wantRedaction(this.box.checked);
      this.show(this.given);
    });
  }

  get on() { return this.box.checked; }

  /** What would be taken out, counted, with examples. @param {import("./roles.js").Given[]} given */
  async show(given) {
    if (this.given.length === 0 || given !== this.given) this.box.checked = redactionWanted();
    this.given = given;
    this.changing();
    const turn = (this.turn += 1);
    this.left = new Set();
    this.panel.hidden = false;
    this.found.replaceChildren();
    if (this.on) {
      this.found.textContent = "Looking for them …";
      await this.lookInside();
      const found = new Map(), values = new Map();
      for (const { bytes } of this.texts()) {
        if (!bytes || turn !== this.turn) continue;
        const done = await redact(bytes, this.kinds);
        for (const [name, count] of done.found) found.set(name, (found.get(name) ?? 0) + count);
        for (const [name, some] of done.values) values.set(name, [...new Set([...(values.get(name) ?? []), ...some])]);
      }
      if (turn === this.turn) this.list(found, values);
    }
    if (turn === this.turn) this.changed();
  }

  /** Read what redaction needs, as far as it can be read here. */
  async lookInside() {
    if (!this.kinds.length) this.kinds = await loadKinds();
    for (const one of this.texts()) one.bytes ??= await plainBytes(one);
  }

  /** Symbols say nothing of a machine; what cannot be unpacked here is told by fault(). */
  texts() { return this.given.filter((one) => one.role === "log" || one.role === "trace"); }

  /** @param {Map<string, number>} found @param {Map<string, string[]>} values */
  list(found, values) {
    if (!found.size) {
      this.found.replaceChildren(element("p", "None were found.", "muted small"));
      return;
    }
    const rows = this.kinds.filter((kind) => found.has(kind.name)).map((kind) => {
      const row = element("li"), label = element("label"), box = document.createElement("input");
      box.type = "checkbox";
      box.checked = true;
      box.addEventListener("change", () => (box.checked ? this.left.delete(kind.name) : this.left.add(kind.name)));
      const some = values.get(kind.name) ?? [];
      label.append(box, ` ${kind.title}: ${counted(found.get(kind.name) ?? 0, "place")}, ${counted(some.length, "text")}`);
      const shown = some.slice(0, SHOWN).map((value) => shorten(value, WIDEST)).join(", ");
      row.append(label, element("code", some.length > SHOWN ? `${shown}, …` : shown));
      return row;
    });
    const list = element("ul");
    list.append(...rows);
    this.found.replaceChildren(element("p", "Each becomes a word such as REDACTED-MAC-1, the same wherever it stands:", "small"), list);
  }

  /** Why it cannot be sent redacted. @param {import("./roles.js").Given[]} given */
  fault(given) {
    const shut = this.on && given.find((one) => (one.role === "log" || one.role === "trace") && one.packed && !one.bytes);
    if (!shut) return null;
    return { title: "Packed", detail: `${shut.file.name} is packed with ${shut.packed}, which this browser cannot look into.`, hint: "Unpack it first, redact it with bootscope redact, or send it as it is by clearing the box above." };
  }

  /** What is sent of a file: never the file itself while names are to be taken out of it. @param {import("./roles.js").Given|undefined} one @returns {Promise<Blob|null>} */
  async blobOf(one) {
    if (!one) return null;
    if (!this.on) return one.file;
    await this.lookInside();
    if (!one.bytes) throw this.fault([one]) ?? { title: "Not sent", detail: `${one.file.name} cannot be looked into here.` };
    const { bytes } = await redact(one.bytes, this.kinds.filter((kind) => !this.left.has(kind.name)));
    return new Blob([/** @type {any} */ (bytes)]);
  }
}
