// Loads the timeline, but nothing of it before verdict and evidence are painted:
// those are in the page itself, and must not wait for anything.
(() => {
  "use strict";
  const MODULES = [
    "text", "axis", "data", "view", "marks", "subsystems", "shapes", "coloring", "lod", "hit", "rows",
    "colors", "labels", "bands", "outside", "links", "missing", "signs", "figure", "chart", "range",
    "density", "minimap", "hand", "tooltip", "finder", "search", "virtual", "log", "logsearch",
    "lineplaces", "keys", "findings", "legend", "filter", "filterform", "address", "chain", "spanpanel",
    "sort", "table", "page", "actions", "clipboard", "quote",
  ];
  const own = /** @type {HTMLScriptElement} */ (document.currentScript);
  const { plotly = "", timeline = "", lines = "", modules = "" } = own.dataset;

  /** @param {string} url */
  function get(url) {
    const answer = fetch(url);
    answer.catch(() => undefined); // told where it is awaited
    return answer;
  }

  /** @param {string} source @param {string} [type] @returns {Promise<void>} */
  function run(source, type = "") {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.type = type;
      script.src = source;
      script.addEventListener("load", () => resolve());
      script.addEventListener("error", () => reject(new Error(`${source.split("/").pop()} could not be loaded`)));
      document.head.append(script);
    });
  }

  async function loadPlotly() {
    await run(plotly);
    if (!window.Plotly) throw new Error("Plotly did not start");
    return window.Plotly;
  }

  function start() {
    for (const name of MODULES) {
      const link = document.createElement("link");
      link.rel = "modulepreload";
      link.href = `${modules}${name}.js`;
      document.head.append(link);
    }
    const coming = loadPlotly();
    coming.catch(() => undefined);
    window.bootscope = { plotly: coming, timeline: get(timeline), lines: get(lines) };
    run(`${modules}timeline.js`, "module").catch((error) => {
      const wait = document.getElementById("chart-wait");
      if (wait) wait.textContent = `The timeline cannot be drawn: ${error.message}.`;
    });
  }

  let started = false;
  function once() {
    if (started || document.readyState === "loading") return;
    started = true;
    start();
  }
  const isPainted = () => performance.getEntriesByName("first-contentful-paint").length > 0;
  document.addEventListener("DOMContentLoaded", () => {
    if (isPainted()) once();
    window.setTimeout(once, 500); // a page in the background is not painted
  });
  new PerformanceObserver(() => {
    if (isPainted()) once();
  }).observe({ type: "paint", buffered: true });
})();
