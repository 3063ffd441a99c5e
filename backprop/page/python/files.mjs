// Files of the manifest: from the browser's cache or the book's own site, each verified by its hash.

import { AnswerError, describeUnreached } from "./unreached.mjs";

/** @typedef {{name: string, file: string, bytes: number, sha256: string, gzip: boolean}} Entry */
/**
 * @typedef {{
 *   python: string, numpy: string, bytes: number, worker: string, notices: string,
 *   scripts?: boolean, files: Entry[], packages?: Package[],
 * }} Manifest
 */
/**
 * @typedef {{name: string, modules: string[], bytes: number, files: Entry[]}} Package
 *   what is loaded only where code imports one of its modules
 */
/** @typedef {Map<string, ArrayBuffer>} Contents as stored: compressed, if the manifest says so */
/**
 * @typedef {{
 *   folder: string,
 *   given: Contents,
 *   onbytes: (bytes: number) => void,
 * }} Source where the files are, those at hand already, and who counts what has arrived
 */

const CACHE = "backprop-python";

/** What stops a start, with a word for the page and a sentence for the reader. */
export class LoadingError extends Error {
  /**
   * @param {"unreachable" | "damaged"} reason
   * @param {string} message
   */
  constructor(reason, message) {
    super(message);
    this.reason = reason;
  }
}

/**
 * Bring all files of a manifest, or those of one of its packages.
 * @param {Manifest} manifest
 * @param {Source} source
 * @param {Entry[]} files
 * @returns {Promise<{contents: Contents, fromCache: number, kept: boolean}>} how many files came
 *   from the cache, and whether the cache has all of them now
 */
export async function loadFiles(manifest, source, files = manifest.files) {
  const cache = await openCache();
  const loaded = await Promise.all(files.map((entry) => loadFile(entry, source, cache)));
  await removeOthers(manifest, source.folder, cache);
  return {
    contents: new Map(loaded.map(({ content }, i) => [files[i].name, content])),
    fromCache: loaded.filter(({ from }) => from === "cache").length,
    kept: loaded.every(({ kept }) => kept),
  };
}

/** The cache of this site, where there is one: not over http from another machine. */
async function openCache() {
  try {
    return await caches.open(CACHE);
  } catch {
    return null;
  }
}

/**
 * @param {Entry} entry
 * @param {Source} source
 * @param {Cache | null} cache
 * @returns {Promise<{content: ArrayBuffer, from: "given" | "cache" | "site", kept: boolean}>}
 */
async function loadFile(entry, { folder, given, onbytes }, cache) {
  const address = folder + entry.file;
  const atHand = given.get(entry.name);
  if (atHand && (await hashContent(atHand)) === entry.sha256) {
    onbytes(entry.bytes);
    return { content: atHand, from: "given", kept: false };
  }
  const cached = await readCached(cache, address);
  if (cached && (await hashContent(cached)) === entry.sha256) {
    onbytes(entry.bytes);
    return { content: cached, from: "cache", kept: true };
  }
  const content = await downloadFile(entry, address, onbytes);
  if ((await hashContent(content)) !== entry.sha256) {
    throw new LoadingError(
      "damaged",
      `${entry.file} is not the file that belongs to this book, and was not used. ` +
        "Reload the page, then try again.",
    );
  }
  return { content, from: "site", kept: await keepFile(cache, address, content) };
}

/**
 * @param {Cache | null} cache
 * @param {string} address
 */
async function readCached(cache, address) {
  try {
    return await (await cache?.match(address))?.arrayBuffer();
  } catch {
    return undefined;
  }
}

/**
 * @param {Cache | null} cache
 * @param {string} address
 * @param {ArrayBuffer} content
 */
async function keepFile(cache, address, content) {
  try {
    await cache?.put(
      address,
      new Response(content, { headers: { "Content-Type": "application/octet-stream" } }),
    );
    return Boolean(cache);
  } catch {
    return false; // the browser gives this site no more room
  }
}

/**
 * Files of earlier editions would stay for ever.
 * @param {Manifest} manifest
 * @param {string} folder
 * @param {Cache | null} cache
 */
async function removeOthers(manifest, folder, cache) {
  const packages = (manifest.packages ?? []).flatMap(({ files }) => files);
  const wanted = new Set([...manifest.files, ...packages].map((entry) => folder + entry.file));
  try {
    for (const { url } of (await cache?.keys()) ?? []) {
      if (url.startsWith(folder) && !wanted.has(url)) await cache?.delete(url);
    }
  } catch {
    // what is left takes room, and does no harm
  }
}

/**
 * @param {Entry} entry
 * @param {string} address
 * @param {(bytes: number) => void} onbytes
 */
async function downloadFile(entry, address, onbytes) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  try {
    const response = await fetch(address);
    if (!response.ok) throw new AnswerError(response.status);
    const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (
      response.body
    ).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      onbytes(value.length);
    }
  } catch (problem) {
    throw new LoadingError("unreachable", describeUnreached(entry.file, problem));
  }
  return new Blob(parts).arrayBuffer();
}

/**
 * Browsers hash for pages over https and from this machine only; elsewhere a library does.
 * @param {ArrayBuffer} content
 */
async function hashContent(content) {
  if (!globalThis.crypto?.subtle) return globalThis.sha256(content);
  const digest = await crypto.subtle.digest("SHA-256", content);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * A file as it is to be used, as the answer to a request.
 * @param {Entry} entry
 * @param {ArrayBuffer} content
 * @returns {Response}
 */
export function answerWith(entry, content) {
  const type = entry.name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  const stored = new Blob([content]).stream();
  const body = entry.gzip ? stored.pipeThrough(new DecompressionStream("gzip")) : stored;
  return new Response(body, { headers: { "Content-Type": type } });
}
