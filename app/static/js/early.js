// Loads the timeline, but nothing of it before verdict and evidence are painted:
// those are in the page itself, and must not wait for anything.
(() => {
  "use strict";
  const own = /** @type {HTMLScriptElement} */ (document.currentScript);
  const { plotly = "", timeline = "", lines = "", page = "", worker = "" } = own.dataset;

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
    const coming = loadPlotly();
    coming.catch(() => undefined);
    const columns = get(timeline);
    // A long log must not keep the chart waiting.
    const text = columns.then(() => get(lines), () => get(lines));
    window.bootscope = { plotly: coming, timeline: columns, lines: text, worker };
    run(page, "module").catch((error) => {
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
