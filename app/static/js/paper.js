// The chart on paper: drawn in the light colours, as wide as a page has room (css/print.css).

import { readColors } from "./colors.js";

/** @param {import("./chart.js").Chart} chart */
export function drawForPaper(chart) {
  const { dataset } = document.documentElement;
  let theme = dataset.theme;
  const draw = () => {
    chart.colors = readColors();
    chart.draw();
  };
  window.addEventListener("beforeprint", () => {
    theme = dataset.theme;
    dataset.theme = "light";
    dataset.paper = "on";
    draw();
  });
  window.addEventListener("afterprint", () => {
    dataset.theme = theme;
    delete dataset.paper;
    draw();
  });
}
