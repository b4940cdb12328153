// The access token that some servers ask for: typed here, kept in this browser only if asked.

import { byId, keep, kept } from "./dom.js";

const KEY = "bootscope.token";

export class TokenField {
  /**
   * @param {boolean} needed whether the server takes nothing without one
   * @param {() => void} changed @param {() => void} done Enter was pressed
   */
  constructor(needed, changed, done) {
    this.panel = byId("intake-token");
    this.input = /** @type {HTMLInputElement} */ (byId("token"));
    this.keep = /** @type {HTMLInputElement} */ (byId("token-keep"));
    this.input.value = kept(KEY);
    this.keep.checked = this.input.value !== "";
    this.needed = needed;
    this.input.addEventListener("input", changed);
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") done();
    });
    this.keep.addEventListener("change", () => this.remember());
    if (needed) this.show();
  }

  show() {
    this.needed = true;
    this.panel.hidden = false;
  }

  /** The token as it is sent; empty where none is needed. */
  get value() { return this.needed ? this.input.value.trim() : ""; }

  /** Whether one has still to be typed. */
  get missing() { return this.needed && !this.value; }

  /** What was sent with was taken: keep it if that was asked for, else keep nothing. */
  remember() {
    keep(KEY, this.keep.checked ? this.value : "");
  }
}
