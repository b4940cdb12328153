// Keys. Letters work anywhere outside a text field, arrows while the chart has the focus.

/** @param {EventTarget|null} target */
function isTyping(target) {
  return target instanceof HTMLElement && (target.matches("input:not([type=checkbox]), textarea, select") || target.isContentEditable);
}

/**
 * @param {HTMLElement} chart
 * @param {Record<string, () => void>} actions by key; arrows as ArrowUp and so on
 */
export function listenToKeys(chart, actions) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      actions.Escape();
      return;
    }
    if (isTyping(event.target)) return;
    const arrow = event.key.startsWith("Arrow");
    if (arrow && event.target !== chart) return;
    const shifted = event.shiftKey ? actions[`Shift+${event.key}`] : undefined;
    const action = shifted ?? actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  });
}
