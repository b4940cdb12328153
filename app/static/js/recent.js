// The uploads of this browser, kept in it alone: their links, and how to take them back.

import { keep, kept } from "./dom.js";

/** @typedef {{id: string, name: string, verdict: string, headline: string, at: string, expires: string|null, token: string|null}} Upload */

const KEY = "bootscope.recent", MOST = 30;

/** @returns {Upload[]} newest first */
export function recent() {
  try {
    const list = JSON.parse(kept(KEY) || "[]");
    return Array.isArray(list) ? list.filter((one) => typeof one?.id === "string" && /^[a-z2-7]{26}$/.test(one.id)) : [];
  } catch { // not what was written here
    return [];
  }
}

/** @param {Upload[]} uploads */
function keepThese(uploads) {
  keep(KEY, JSON.stringify(uploads.slice(0, MOST)));
}

/** Remember an answer of the server. @param {any} answer @param {string} name */
export function remember(answer, name) {
  const earlier = recent().find((one) => one.id === answer.id);
  const upload = {
    id: answer.id, name: answer.name ?? name, verdict: answer.verdict, headline: answer.headline,
    at: new Date().toISOString(), expires: answer.expires_at ?? null,
    token: answer.deletion_token ?? earlier?.token ?? null,
  };
  keepThese([upload, ...recent().filter((one) => one.id !== answer.id)]);
}

/** @param {string} id */
export function forget(id) {
  keepThese(recent().filter((one) => one.id !== id));
}

/** Take an upload back on the server. @param {Upload} upload @returns {Promise<string>} a problem, or "" */
export async function takeBack(upload) {
  const answer = await fetch(`/api/v1/logs/${upload.id}`, { method: "DELETE", headers: { Authorization: `Bearer ${upload.token}` } });
  if (answer.ok || answer.status === 404) return "";
  const problem = await answer.json().catch(() => null);
  return problem?.detail ?? `The server answered ${answer.status}.`;
}
