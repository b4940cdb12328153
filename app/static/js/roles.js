// What a given file is: a log, symbols, a trace, something packed. Told by its content.

/** @typedef {"log"|"symbols"|"trace"|"none"} Role none: to be left out */
/** @typedef {{file: File, role: Role, packed: string, bytes: Uint8Array|null}} Given */

const SAMPLE = 256 * 1024;
const SYMBOL = /^(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{16}) [a-zA-Z?] \S+/;
const EVENT = / initcall_(?:level|start|finish): /;
const LOG_LINE = /\[ {0,5}\d+\.\d{6}\]|Linux version |calling {1,2}\S+\+0x|initcall \S+ returned /;
/** @type {[string, number[]][]} */
const MAGIC = [
  ["gzip", [0x1f, 0x8b]], ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a]], ["bzip2", [0x42, 0x5a, 0x68]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]], ["zip", [0x50, 0x4b, 0x03, 0x04]], ["ELF", [0x7f, 0x45, 0x4c, 0x46]],
];
const SYMBOLS_NAME = /system\.?map|kallsyms|vmlinux/i, TRACE_NAME = /trace/i;

/** @param {File} file @returns {Promise<Given>} */
export async function look(file) {
  const head = new Uint8Array(await file.slice(0, SAMPLE).arrayBuffer());
  const packed = packing(head);
  if (packed === "ELF") return { file, role: "symbols", packed: "", bytes: null };
  const sample = packed === "gzip" ? await gunzip(file, SAMPLE) : packed ? null : head;
  return { file, packed, role: sample ? roleOf(sample) : roleByName(file.name), bytes: null };
}

/** The bytes themselves, gzip undone; null for what only the server can unpack. @param {Given} given */
export async function plainBytes(given) {
  if (given.packed === "gzip") return gunzip(given.file, Infinity);
  return given.packed ? null : new Uint8Array(await given.file.arrayBuffer());
}

/** @param {Uint8Array} head */
function packing(head) {
  const found = MAGIC.find(([, magic]) => magic.every((byte, i) => head[i] === byte));
  if (found) return found[0];
  return String.fromCharCode(...head.subarray(257, 262)) === "ustar" ? "tar" : "";
}

/** @param {Uint8Array} sample @returns {Role} */
function roleOf(sample) {
  const lines = new TextDecoder().decode(sample).split("\n").slice(0, 2000).filter((line) => line.trim());
  const share = (/** @type {RegExp} */ shape) => lines.filter((line) => shape.test(line)).length / Math.max(1, lines.length);
  if (share(SYMBOL) > 0.5) return "symbols";
  if (share(EVENT) > 0.2 && share(LOG_LINE) < share(EVENT)) return "trace";
  return "log";
}

/** @param {string} name @returns {Role} */
function roleByName(name) {
  if (SYMBOLS_NAME.test(name)) return "symbols";
  return TRACE_NAME.test(name) ? "trace" : "log";
}

/** @param {File} file @param {number} most bytes */
async function gunzip(file, most) {
  const reader = file.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const parts = [];
  let size = 0;
  try {
    while (size < most) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      size += value.length;
    }
  } catch {
    return null; // broken: the server says so in words
  } finally {
    reader.cancel().catch(() => {});
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
