// Files on their way to the server: what each is, what is taken out of it, progress, refusal.

import { byId } from "./dom.js";
import { judgedList } from "./judged.js";
import { RedactionPanel } from "./redaction-panel.js";
import { remember } from "./recent.js";
import { look } from "./roles.js";
import { send } from "./send.js";
import { counted, element } from "./text.js";
import { TokenField } from "./token.js";

/** @typedef {import("./roles.js").Given} Given */

const ROLES = { log: "kernel log", symbols: "symbols of the build", trace: "trace of the boot", none: "leave it out" };
const ALONE = "Drop them together with a log of that build. Their order alone is checked by bootscope check-build.";

export class Intake {
  constructor() {
    this.dialog = /** @type {HTMLDialogElement} */ (byId("intake"));
    this.progress = /** @type {HTMLProgressElement} */ (byId("progress"));
    this.button = /** @type {HTMLButtonElement} */ (byId("intake-send"));
    this.status = byId("status");
    this.panel = new RedactionPanel(() => { this.button.disabled = true; }, () => this.ready());
    this.token = new TokenField(this.dialog.dataset.access === "upload", () => this.ready(), () => this.button.click());
    /** @type {Given[]} */
    this.given = [];
    this.leaving = new AbortController();
    this.clock = 0;
    this.button.addEventListener("click", () => this.go());
    byId("intake-cancel").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.stop());
  }

  /** Take what was dropped, pasted or chosen. @param {File[]} files */
  async take(files) {
    if (!files.length) return;
    this.stop();
    this.leaving = new AbortController();
    this.button.disabled = true;
    byId("problem").hidden = byId("intake-judged").hidden = true;
    byId("intake-title").textContent = files.length > 1 ? `Judge ${counted(files.length, "file")}` : `Judge ${files[0].name}`;
    if (!this.dialog.open) this.dialog.showModal();
    this.say("Looking at what this is …");
    const signal = this.leaving.signal;
    const given = await Promise.all(files.map(look));
    const alone = given.every((one) => one.role === "symbols");
    const own = alone ? await pageLog() : null;
    if (signal.aborted) return;
    this.given = own ? [own, ...given] : given;
    this.showFiles();
    await this.panel.show(this.given);
    if (signal.aborted) return;
    if (this.ready() && !this.panel.on && this.of("log").length === 1) this.go();
  }

  /** @param {string} role */
  of(role) { return this.given.filter((one) => one.role === role); }

  /** The files, each with what it is taken for, which can be corrected. */
  showFiles() {
    byId("intake-files").replaceChildren(...this.given.map((one, place) => {
      const row = element("li"), choice = document.createElement("select");
      choice.setAttribute("aria-label", `What ${one.file.name} is`);
      for (const [value, words] of Object.entries(ROLES)) choice.append(new Option(words, value, false, value === one.role));
      choice.addEventListener("change", () => {
        this.given[place].role = /** @type {any} */ (choice.value);
        this.panel.show(this.given);
      });
      row.append(element("b", one.file.name), element("span", sizeOf(one.file.size), "muted"), choice);
      return row;
    }));
    byId("intake-files").hidden = false;
  }

  /** Whether it can be sent; says why not. */
  ready() {
    const logs = this.of("log"), symbols = this.of("symbols"), traces = this.of("trace");
    const most = Number(this.dialog.dataset.maxMib) * 2 ** 20;
    const large = this.given.find((one) => one.role !== "none" && one.file.size > most);
    byId("problem").hidden = true;
    let fault = null;
    if (large) fault = { title: "Too large", detail: `${large.file.name} has ${Math.ceil(large.file.size / 2 ** 20)} MiB.`, hint: `Pack it with gzip, or send the part from the boot's first line to user space; up to ${this.dialog.dataset.maxMib} MiB are taken.` };
    else if (!logs.length) fault = symbols.length ? { title: "Symbols without a log", detail: "Symbols tell the order of a build, not what happened in a boot.", hint: ALONE } : { title: "No log among these", detail: "A trace goes with the log of its boot, or is read as a log itself: say which." };
    else if (logs.every((one) => one.file.size === 0)) fault = { title: "Nothing to read", detail: "The log is empty.", hint: "Choose a file, or paste the log's text." };
    else if (symbols.length > 1 || traces.length > 1) fault = { title: "Too many files", detail: "One table of symbols and one trace go with a log: leave the others out." };
    else if (logs.length > 1 && symbols.length + traces.length) fault = { title: "Several logs", detail: "Symbols and trace belong to one log: leave the other logs out, or send the logs without them." };
    else fault = this.panel.fault(this.given);
    if (fault) this.refuse(fault);
    else if (this.token.missing) this.say("This server takes a log only with a token.");
    else this.say(logs.length > 1 ? `${counted(logs.length, "log")}: each is judged by itself.` : "");
    this.button.disabled = fault !== null || this.token.missing;
    this.button.hidden = false;
    return !this.button.disabled;
  }

  async go() {
    const signal = this.leaving.signal;
    const answers = [];
    this.button.disabled = true;
    this.settle(true);
    try {
      const beside = { symbols: this.of("symbols")[0]?.file ?? null, trace: await this.panel.blobOf(this.of("trace")[0]) };
      for (const log of this.of("log")) {
        const parcel = { log: await this.panel.blobOf(log) ?? log.file, name: log.file.name, token: this.token.value, ...beside };
        const answer = await this.sendOne(parcel, signal);
        answers.push({ name: log.file.name, ...answer });
      }
      this.arrived(answers);
    } catch (fault) {
      const problem = /** @type {any} */ (fault);
      if (problem === null) return; // given up
      this.refuse(problem.title ? problem : { title: "Not sent", detail: String(problem.message ?? problem) });
      this.button.disabled = false;
      this.settle(false);
    } finally {
      if (!signal.aborted) this.rest();
    }
  }

  /** Send one; of several a refused one does not stop the others. @param {import("./send.js").Parcel} parcel @param {AbortSignal} signal */
  async sendOne(parcel, signal) {
    this.sent(parcel.name, 0);
    try {
      const answer = await send(parcel, (share) => this.sent(parcel.name, share), signal);
      this.token.remember();
      for (const log of answer.logs ?? [answer]) if (log.id) remember(log, parcel.name);
      return answer;
    } catch (problem) {
      const refused = this.dialog.dataset.access !== "open" && [401, 403].includes(/** @type {any} */ (problem)?.status);
      if (refused) this.token.show();
      if (problem === null || refused || this.of("log").length === 1) throw problem;
      return { problem };
    }
  }

  /** @param {any[]} answers */
  arrived(answers) {
    const [first] = answers;
    if (answers.length === 1 && first.id) {
      this.say("Done. Opening …");
      location.assign(`/l/${encodeURIComponent(first.id)}`);
      return;
    }
    this.say("");
    this.button.hidden = true;
    byId("intake-files").hidden = byId("intake-redaction").hidden = true;
    byId("intake-cancel").textContent = "Close";
    const logs = answers.flatMap((one) => one.logs ?? [one]);
    const unused = answers.flatMap((one) => one.set_aside ?? []);
    const where = answers.length === 1 ? " in this archive" : "";
    judgedList(byId("intake-judged"), `${counted(logs.length, "log")}${where}`, { logs, set_aside: unused });
  }

  /** @param {string} name @param {number} share */
  sent(name, share) {
    this.progress.hidden = false;
    window.clearInterval(this.clock);
    if (share < 1) {
      this.progress.value = share;
      this.say(`Sending ${name} …`);
      return;
    }
    this.progress.removeAttribute("value");
    const begun = Date.now();
    this.say("Reading and judging …");
    this.clock = window.setInterval(() => this.say(`Reading and judging … ${Math.round((Date.now() - begun) / 1000)} s`), 1000);
  }

  /** @param {string} text */
  say(text) { this.status.textContent = text; }

  /** @param {{title: string, detail: string, hint?: string}} problem */
  refuse({ title, detail, hint = "" }) {
    const box = byId("problem");
    box.replaceChildren(element("b", title), document.createTextNode([detail, hint].filter(Boolean).join(" ")));
    box.hidden = false;
    this.say("");
  }

  /** What is being sent is not to be changed. @param {boolean} settled */
  settle(settled) {
    this.dialog.querySelectorAll("fieldset, select").forEach((part) => part.toggleAttribute("disabled", settled));
  }

  /** Nothing is under way. */
  rest() {
    window.clearInterval(this.clock);
    this.progress.hidden = true;
  }

  stop() {
    this.leaving.abort();
    this.rest();
    this.settle(false);
    byId("intake-cancel").textContent = "Cancel";
    this.given = [];
  }
}

/** The log of the page that is shown: symbols dropped there are for it. @returns {Promise<Given|null>} */
async function pageLog() {
  const link = /** @type {HTMLAnchorElement|null} */ (document.querySelector("a[data-log-name]"));
  const answer = link ? await fetch(link.href) : null;
  if (!link || !answer?.ok) return null;
  const file = new File([await answer.blob()], link.dataset.logName ?? "log");
  return look(file);
}

/** @param {number} bytes */
function sizeOf(bytes) {
  if (bytes < 1024) return counted(bytes, "byte");
  return bytes < 2 ** 20 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
