// Sends a log with what belongs to it. Progress, refusals and giving up are told.

/** @typedef {{log: Blob, name: string, symbols: Blob|null, trace: Blob|null, token?: string}} Parcel */
/** @typedef {{title: string, detail: string, hint?: string, status?: number}} Problem */

/**
 * Resolves to the server's answer; rejects with a Problem, or null where it was given up.
 * @param {Parcel} parcel @param {(share: number) => void} sent
 * @param {AbortSignal} signal @returns {Promise<any>}
 */
export function send({ log, name, symbols, trace, token = "" }, sent, signal) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(null);
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/logs?name=${encodeURIComponent(name.slice(0, 200))}`);
    request.setRequestHeader("Accept", "application/json");
    if (token) request.setRequestHeader("Authorization", `Bearer ${token.replace(/[^!-~]/g, "")}`);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) sent(event.loaded / event.total);
    });
    request.upload.addEventListener("load", () => sent(1));
    request.addEventListener("load", () => {
      const answer = answerOf(request);
      if (request.status < 300 && (answer?.id || answer?.logs)) resolve(answer);
      else reject(problemOf(request.status, answer));
    });
    request.addEventListener("error", () => reject({ title: "Not sent", detail: "The server could not be reached.", hint: "Try again." }));
    request.addEventListener("abort", () => reject(null));
    signal.addEventListener("abort", () => request.abort());
    if (!symbols && !trace) {
      request.setRequestHeader("Content-Type", "application/octet-stream");
      return request.send(log);
    }
    const parts = new FormData();
    parts.append("log", log, name);
    if (symbols) parts.append("symbols", symbols, "System.map");
    if (trace) parts.append("trace", trace, "trace.txt");
    return request.send(parts);
  });
}

/** @param {XMLHttpRequest} request */
function answerOf(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return null;
  }
}

/** @param {number} status @param {any} answer @returns {Problem} */
function problemOf(status, answer) {
  return { title: answer?.title ?? "Not taken", detail: answer?.detail ?? `The server answered ${status}.`, hint: answer?.hint, status };
}
