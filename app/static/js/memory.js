// The view as the address holds it: written as it changes, shown as it is read.

import { Address, readState, writeState } from "./address.js";

export class Memory {
  /** @param {import("./page.js").Page} page */
  constructor(page) {
    this.page = page;
    this.address = new Address();
    this.chosen = false; // whether the reader, not the page, chose the shown span
    this.restoring = true;
    this.search = "";
  }

  /** What the address is to hold. @returns {import("./address.js").State} */
  get state() {
    const { view, span, chart, search, logSearch, filter, panel } = this.page;
    return {
      span: this.chosen ? view.span : null, selected: span.span, by: chart.coloring.by, query: search.query,
      logQuery: logSearch.query, filter: filter.filter, panel,
    };
  }

  /** Change the address in place. @param {string} [hash] */
  keep(hash = location.hash) {
    if (!this.restoring) this.address.keep((this.search = writeState(this.state, this.page.timeline.axis)), hash);
  }

  /** A deliberate step: back leads to what was before it. @param {string} [hash] */
  step(hash = location.hash) {
    if (!this.restoring) this.address.step((this.search = writeState(this.state, this.page.timeline.axis)), hash);
  }

  /** Show what the address says; by a link to a line, only the line changes. @param {boolean} first */
  restore(first) {
    const { page } = this;
    const linkOnly = !first && location.search === this.search && location.hash !== "";
    this.address.forget();
    this.restoring = true;
    const place = page.findings.placeOf(location.hash.slice(1));
    if (!linkOnly) this.show(place, first);
    if (place >= 0 && linkOnly) page.findings.go(place);
    if (!linkOnly) this.markLines(place, first);
    this.restoring = false;
    this.search = location.search;
    page.selectLine(linkOnly);
    if (linkOnly) this.keep();
  }

  /** A finding's first line, or none; selectLine marks those that the address names. @param {number} place @param {boolean} first */
  markLines(place, first) {
    const { findings, log, timeline } = this.page;
    const line = place >= 0 ? timeline.findings[place].lines[0] ?? 0 : 0;
    if (place >= 0) findings.open(place);
    if (line || !first) log.mark(line, line);
  }

  /** @param {number} place of the finding that the address names; -1: none @param {boolean} first */
  show(place, first) {
    const { page } = this, state = readState(location.search, page.timeline.axis);
    page.chart.finding = place >= 0 ? place : page.findings.lead;
    if (first && place < 0) page.findings.active = page.chart.finding;
    else page.findings.mark(page.chart.finding);
    page.color(state.by);
    page.search.set(state.query);
    page.logSearch.set(state.logQuery);
    page.filter.set(state.filter);
    page.show(state.panel);
    if (state.span) page.view.show(state.span.from, state.span.to);
    else page.fitFinding(page.chart.finding);
    this.chosen = state.span !== null;
    page.span.set(state.selected, false);
    page.chart.selected = -1;
    page.chart.redraw();
  }
}
