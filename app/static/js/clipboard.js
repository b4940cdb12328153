// Copying, and a word that it was done.

let waiting = 0;

/** @param {string} text */
export function toast(text) {
  const box = document.getElementById("toast");
  if (!box) return;
  box.textContent = text;
  box.classList.add("shown");
  window.clearTimeout(waiting);
  waiting = window.setTimeout(() => box.classList.remove("shown"), 2200);
}

/** @param {string} text @param {string} done the words for it */
export async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    toast(copyOldWay(text) ? done : "The browser does not allow copying here");
  }
}

/** Where the page is not served securely there is no clipboard object. @param {string} text */
function copyOldWay(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "sr";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

/** The page's own address, which may name a boot, with the view that is shown. @param {string} link */
function linkHere(link) {
  const address = new URL(link, location.href);
  if (link.startsWith("#")) { // a finding's own link shows the finding, not the span of now
    address.searchParams.delete("t");
    return address.href;
  }
  for (const [name, value] of new URLSearchParams(location.search)) address.searchParams.set(name, value);
  address.hash = location.hash;
  return address.href;
}

export function offerCopies() {
  document.querySelectorAll("[data-copy-link]").forEach((button) => {
    button.addEventListener("click", () => {
      copy(linkHere(/** @type {HTMLElement} */ (button).dataset.copyLink ?? ""), "Link copied");
    });
  });
  document.querySelectorAll("[data-copy-from]").forEach((button) => {
    button.addEventListener("click", () => {
      const source = document.getElementById(/** @type {HTMLElement} */ (button).dataset.copyFrom ?? "");
      copy(source?.textContent ?? "", `${/** @type {HTMLElement} */ (button).dataset.copied ?? "Report"} copied`);
    });
  });
}
