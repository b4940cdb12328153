// The form of the filter: its fields from what this boot has.

import { askedOf, microseconds, noFilter, passing } from "./filter.js";
import { COLORINGS, coloringOf } from "./coloring.js";
import { KINDS, levelWords, levelsOf } from "./data.js";
import { clean, counted, duration, element } from "./text.js";

const MOST_OFFERED = 400; // names that a list of proposals holds

export class FilterForm {
  /**
   * @param {HTMLFormElement} form @param {HTMLElement} count @param {HTMLElement} summary
   * @param {import("./data.js").Timeline} timeline
   * @param {() => void} changed
   */
  constructor(form, count, summary, timeline, changed) {
    this.form = form;
    this.count = count;
    this.summary = summary;
    this.timeline = timeline;
    this.changed = changed;
    this.filter = noFilter();
    /** @type {Uint8Array|null} */
    this.passes = null;
    this.fillLists();
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", () => this.read());
    form.addEventListener("reset", () => window.setTimeout(() => this.read()));
  }

  /** @param {string} name @returns {HTMLInputElement} */
  field(name) {
    return /** @type {HTMLInputElement} */ (this.form.elements.namedItem(name));
  }

  fillLists() {
    const { bars, strings, levels } = this.timeline;
    const seen = new Set(), kinds = new Set(), details = new Set(), threads = new Set();
    for (let i = 0; i < bars.count; i += 1) {
      kinds.add(bars.kind[i]);
      if (bars.detail[i] >= 0) details.add(bars.detail[i]);
      if (bars.thread[i] >= 0) threads.add(bars.thread[i]);
      const [low, high] = levelsOf(bars, i);
      if (low < 0) seen.add(-1);
      for (let level = low; level >= 0 && level <= high; level += 1) seen.add(level);
    }
    const classes = coloringOf(this.timeline, COLORINGS[0]).classes;
    this.boxes("level", [...seen].sort((a, b) => (a < 0 ? 1 : b < 0 ? -1 : a - b))
      .map((level) => (level < 0 ? ["unknown", "not known"] : [levels[level][0], levelWords(this.timeline, level, level)])));
    this.boxes("result", KINDS.flatMap((kind, place) => (kinds.has(place) ? [[kind, classes[place].word]] : [])));
    this.proposals("filter-modules", [...details].map((place) => strings[place]));
    this.proposals("filter-threads", [...threads].map((place) => strings[place]));
  }

  /** @param {string} name @param {string[][]} choices value and words */
  boxes(name, choices) {
    const group = this.form.querySelector(`[data-boxes="${name}"]`);
    group?.append(...choices.map(([value, words]) => {
      const label = document.createElement("label"), box = document.createElement("input");
      Object.assign(box, { type: "checkbox", name, value });
      label.append(box, ` ${words}`);
      return label;
    }));
  }

  /** @param {string} id @param {string[]} names */
  proposals(id, names) {
    const list = document.getElementById(id);
    list?.append(...names.sort().slice(0, MOST_OFFERED).map((name) => {
      const option = document.createElement("option");
      option.value = clean(name);
      return option;
    }));
  }

  /** What the fields say. */
  read() {
    const ticked = (/** @type {string} */ name) => [...this.form.querySelectorAll(`input[name="${name}"]:checked`)].map((box) => /** @type {HTMLInputElement} */ (box).value);
    const listed = (/** @type {string} */ name) => this.field(name).value.split(",").map((one) => one.trim()).filter(Boolean);
    this.filter = {
      least: this.length("least", 0), most: this.length("most", Infinity), levels: ticked("level"), results: ticked("result"),
      modules: listed("modules"), threads: listed("threads"), hide: this.field("hide").checked,
    };
    this.tell();
  }

  /** @param {string} name @param {number} none */
  length(name, none) {
    const field = this.field(name), us = microseconds(field.value);
    field.setAttribute("aria-invalid", String(field.value.trim() !== "" && Number.isNaN(us)));
    return Number.isNaN(us) ? none : us;
  }

  /** Show a filter that came from the address. @param {import("./filter.js").Filter} filter */
  set(filter) {
    if (JSON.stringify(filter) === JSON.stringify(this.filter)) return;
    this.filter = filter;
    const written = (/** @type {number} */ us) => (us > 0 && us < Infinity ? duration(us).replace(/^.*$/, (words) => (microseconds(words) === us ? words : `${us} us`)) : "");
    this.field("least").value = written(filter.least);
    this.field("most").value = written(filter.most);
    this.field("modules").value = filter.modules.join(", ");
    this.field("threads").value = filter.threads.join(", ");
    this.field("hide").checked = filter.hide;
    for (const name of ["level", "result"]) {
      const chosen = name === "level" ? filter.levels : filter.results;
      this.form.querySelectorAll(`input[name="${name}"]`).forEach((box) => {
        const field = /** @type {HTMLInputElement} */ (box);
        field.checked = chosen.includes(field.value);
      });
    }
    this.tell();
  }

  tell() {
    const passes = this.passes = passing(this.timeline, this.filter), asked = askedOf(this.filter);
    const { row, count } = this.timeline.bars;
    let all = 0, passed = 0;
    for (let i = 0; i < count; i += 1) if (row[i] >= 0) { all += 1; passed += passes ? passes[i] : 1; }
    const rest = all - passed;
    this.count.textContent = passes ? `${passed.toLocaleString("en")} of ${all.toLocaleString("en")} pass; ${counted(rest, "other")} ${this.filter.hide ? "hidden" : "dimmed"}` : "";
    this.summary.replaceChildren("Filter", ...(asked ? [element("span", `${passed.toLocaleString("en")} of ${all.toLocaleString("en")}`, "tag")] : []));
    this.changed();
  }
}
