// Findings on the page and on the chart: which one is shown, and the span that shows it.

// Beside a finding: so much of its own length, and at least so much of the whole boot.
const MARGIN = 0.18, LEAST = 0.04;

/**
 * The span of a finding's subjects and evidence with some margin; null where it has none.
 * @param {import("./data.js").Timeline} timeline @param {number} place
 * @returns {{from: number, to: number} | null}
 */
export function spanOf(timeline, place) {
  const finding = timeline.findings[place];
  if (!finding) return null;
  const times = [...finding.times_us];
  for (const bar of finding.bars) {
    if (timeline.bars.row[bar] >= 0) times.push(timeline.bars.start[bar], Math.min(timeline.bars.end[bar], timeline.fitEnd));
  }
  if (!times.length) return null;
  const from = Math.min(...times), to = Math.max(...times);
  const margin = Math.max((to - from) * MARGIN, (timeline.fitEnd - timeline.axis.origin) * LEAST);
  return { from: from - margin, to: to + margin };
}

export class Findings {
  /**
   * @param {import("./data.js").Timeline} timeline
   * @param {(place: number) => void} show
   */
  constructor(timeline, show) {
    this.timeline = timeline;
    this.show = show;
    this.active = -1;
    document.querySelectorAll("[data-show]").forEach((button) => {
      button.addEventListener("click", () => this.go(this.placeOf(/** @type {HTMLElement} */ (button).dataset.show ?? "")));
    });
    document.querySelectorAll("details.finding > summary").forEach((summary) => {
      summary.addEventListener("click", () => {
        const parent = /** @type {HTMLDetailsElement} */ (summary.parentElement);
        if (!parent.open) this.go(this.placeOf(parent.id), false);
      });
    });
  }

  /** @param {string} rule @returns {number} -1: there is none */
  placeOf(rule) {
    return this.timeline.findings.findIndex((finding) => finding.rule === rule);
  }

  /** The rule that the page puts first. */
  get lead() {
    return this.placeOf(document.querySelector(".verdict")?.id ?? "");
  }

  /** Show a finding. @param {number} place @param {boolean} [open] its text, too */
  go(place, open = true) {
    if (place < 0) return;
    this.mark(place);
    if (open) this.open(place);
    this.show(place);
  }

  /** Open its text, and bring that into sight. @param {number} place */
  open(place) {
    const card = document.getElementById(this.timeline.findings[place].rule);
    if (!(card instanceof HTMLDetailsElement)) return;
    card.open = true;
    const list = card.closest(".findings");
    if (list && getComputedStyle(list).order === "0") card.scrollIntoView({ block: "nearest" });
  }

  /** @param {number} place */
  mark(place) {
    this.active = place;
    this.timeline.findings.forEach((finding, index) => {
      document.getElementById(finding.rule)?.classList.toggle("active", index === place && index !== this.lead);
    });
  }

  /** The next finding that has a place on the chart. @param {number} by 1 or -1 */
  step(by) {
    const count = this.timeline.findings.length;
    for (let i = 1; i <= count; i += 1) {
      const place = (((this.active < 0 ? (by > 0 ? -1 : 0) : this.active) + by * i) % count + count) % count;
      if (spanOf(this.timeline, place)) return this.go(place);
    }
    return undefined;
  }
}
