// Loaded before the first paint: sets the theme, so that no page flashes in the other one.
(() => {
  "use strict";
  const KEY = "bootscope.theme";
  const CHOICES = ["auto", "light", "dark"];
  /** @type {Record<string, string>} */
  const WORDS = { auto: "auto", light: "light", dark: "dark" };
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  /** @returns {string} the reader's choice; "auto" follows the system */
  function chosen() {
    try {
      const kept = window.localStorage.getItem(KEY);
      return kept !== null && CHOICES.includes(kept) ? kept : "auto";
    } catch {
      return "auto";
    }
  }

  let choice = chosen();

  function apply() {
    const theme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
    document.documentElement.dataset.theme = theme;
    const button = document.getElementById("theme");
    const word = document.getElementById("theme-word");
    if (button && word) {
      word.textContent = WORDS[choice];
      button.setAttribute("aria-label", `Theme: ${WORDS[choice]}`);
    }
    window.dispatchEvent(new CustomEvent("bootscope:theme"));
  }

  function next() {
    choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length];
    try {
      window.localStorage.setItem(KEY, choice);
    } catch {
      // Without storage the choice holds for this page.
    }
    apply();
  }

  document.documentElement.classList.add("js");
  apply();
  dark.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById("theme")?.addEventListener("click", next);
    apply();
  });
})();
