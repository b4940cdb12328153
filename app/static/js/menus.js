// Menus of the bar: one open at a time, closed by Escape, by a choice and by a click elsewhere.

export function tendMenus() {
  const menus = /** @type {HTMLDetailsElement[]} */ ([...document.querySelectorAll("details.menu")]);
  /** @param {HTMLDetailsElement} [kept] */
  const closeAll = (kept) => menus.forEach((menu) => { if (menu !== kept) menu.open = false; });
  for (const menu of menus) {
    menu.addEventListener("toggle", () => { if (menu.open) closeAll(menu); });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      event.stopPropagation();
      menu.open = false;
      menu.querySelector("summary")?.focus();
    });
  }
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (!target.closest("details.menu > summary")) closeAll();
  });
}
