// The chart as it is shown, as a file: what Plotly drew, the labels over it, verdict above,
// legend below. Made as text, so that nothing of it is parsed into the page.

import { toast } from "./clipboard.js";
import { save } from "./dom.js";
import { clean } from "./text.js";

const SVG = "http://www.w3.org/2000/svg";
const HEAD = 66, SIDE = 12, SCALE = 2;
const PAINT = ["fill", "stroke", "stroke-width", "stroke-dasharray"];

/** @param {string} text */
function escaped(text) {
  return clean(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** @param {string} selector */
function words(selector) {
  return (document.querySelector(selector)?.textContent ?? "").replace(/\s+/g, " ").trim();
}

/**
 * @param {number} x @param {number} y of the text's middle @param {string} text
 * @param {CSSStyleDeclaration} style @param {string} [anchor]
 */
function textAt(x, y, text, style, anchor = "start") {
  const size = parseFloat(style.fontSize);
  return `<text x="${x.toFixed(1)}" y="${(y + size * 0.35).toFixed(1)}" font-family="${escaped(style.fontFamily)}" font-size="${size}" `
    + `font-weight="${escaped(style.fontWeight)}" fill="${escaped(style.color)}" text-anchor="${anchor}" xml:space="preserve">${escaped(text)}</text>`;
}

/** The labels over the chart, where they are shown. @param {HTMLElement} layer @param {DOMRect} frame */
function labelsOf(layer, frame) {
  return [...layer.children].map((label) => {
    const box = label.getBoundingClientRect(), style = getComputedStyle(label);
    const x = box.left - frame.left, y = box.top - frame.top + HEAD;
    const ground = /rgba\(.*, 0\)|transparent/.test(style.backgroundColor) ? ""
      : `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${box.width.toFixed(1)}" height="${box.height.toFixed(1)}" rx="2" fill="${escaped(style.backgroundColor)}"/>`;
    return ground + textAt(x + parseFloat(style.paddingLeft), y + box.height / 2, label.textContent ?? "", style);
  }).join("");
}

/** A part of the page's own SVG with the colours that the style sheet gives it. @param {Element} part @returns {string} */
function painted(part) {
  const style = getComputedStyle(part);
  const kept = [...part.attributes].filter(({ name }) => name !== "style" && name !== "class" && !PAINT.includes(name));
  const given = kept.map(({ name, value }) => ` ${name}="${escaped(value)}"`);
  given.push(...PAINT.map((name) => ` ${name}="${escaped(style.getPropertyValue(name))}"`));
  return `<${part.tagName}${given.join("")}>${[...part.children].map(painted).join("")}</${part.tagName}>`;
}

/** @param {HTMLElement} legend @param {number} top */
function legendOf(legend, top) {
  const frame = legend.getBoundingClientRect();
  return [...legend.querySelectorAll("li")].map((item) => {
    const picture = item.querySelector("svg"), word = item.querySelector("span");
    if (!picture || !word) return "";
    const sign = picture.getBoundingClientRect(), name = word.getBoundingClientRect();
    const y = top + name.top - frame.top + name.height / 2;
    return `<svg x="${(sign.left - frame.left).toFixed(1)}" y="${(y - sign.height / 2).toFixed(1)}" width="${sign.width}" height="${sign.height}" `
      + `viewBox="0 0 18 11">${[...picture.children].map(painted).join("")}</svg>`
      + textAt(name.left - frame.left, y, word.textContent ?? "", getComputedStyle(word));
  }).join("");
}

/** @param {import("./chart.js").Chart} chart @returns {Promise<{svg: string, width: number, height: number}>} */
export async function pictureOf(chart) {
  const { width } = chart, legend = document.getElementById("legend");
  const url = await chart.plotly.toImage(chart.plot, { format: "svg", width, height: chart.height });
  const drawn = decodeURIComponent(url.slice(url.indexOf(",") + 1)).replace(/^<\?xml[^>]*>/, "");
  const below = legend?.getBoundingClientRect().height ?? 0;
  const height = HEAD + chart.height + below;
  const title = document.getElementById("headline");
  const ground = getComputedStyle(document.documentElement).getPropertyValue("--card");
  const badge = document.querySelector(".verdict .badge"), about = document.querySelector(".about-boot");
  const parts = [`<rect width="${width}" height="${height}" fill="${escaped(ground)}"/>`];
  if (badge && title && about) {
    const style = getComputedStyle(title);
    const heading = `${words(".verdict .badge")}: ${words("#headline")}`;
    parts.push(`<g font-weight="700"><text x="${SIDE}" y="28" font-family="${escaped(style.fontFamily)}" font-size="18" font-weight="700" `
      + `fill="${escaped(getComputedStyle(badge).color)}" xml:space="preserve">${escaped(heading)}</text></g>`);
    parts.push(textAt(SIDE, 46, words(".about-boot"), getComputedStyle(about)));
  }
  parts.push(`<svg x="0" y="${HEAD}" width="${width}" height="${chart.height}" viewBox="0 0 ${width} ${chart.height}">${drawn}</svg>`);
  parts.push(labelsOf(chart.labels, chart.box.getBoundingClientRect()));
  if (legend) parts.push(legendOf(legend, HEAD + chart.height));
  const svg = `<svg xmlns="${SVG}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${parts.join("")}</svg>\n`;
  return { svg, width, height };
}

/** @param {{svg: string, width: number, height: number}} picture @returns {Promise<Blob>} */
async function rasterOf({ svg, width, height }) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => { if (blob) resolve(blob); else reject(new Error("the browser made no picture")); }, "image/png");
  });
}

/** @param {import("./chart.js").Chart} chart */
export function offerPictures(chart) {
  const id = /\/l\/([a-z2-7]{8})/.exec(location.pathname)?.[1] ?? "boot";
  document.querySelectorAll("[data-picture]").forEach((button) => {
    button.addEventListener("click", async () => {
      const kind = /** @type {HTMLElement} */ (button).dataset.picture;
      try {
        const picture = await pictureOf(chart);
        const blob = kind === "png" ? await rasterOf(picture) : new Blob([picture.svg], { type: "image/svg+xml" });
        save(blob, `bootscope-${id}.${kind}`);
      } catch (error) {
        toast(`No picture could be made: ${/** @type {Error} */ (error).message}`);
      }
    });
  });
}
