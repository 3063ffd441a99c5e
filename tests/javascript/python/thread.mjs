// A worker of a browser, as far as ours needs one, in a thread of Node.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import { parentPort, workerData } from "node:worker_threads";

const { script, cache, secure } = workerData;

/** The Cache API over a folder, which threads share as workers of one site share theirs. */
const folderCache = {
  path: (address) => join(cache, createHash("sha256").update(address).digest("hex")),
  async match(address) {
    try {
      return new Response(readFileSync(this.path(address)));
    } catch {
      return undefined;
    }
  },
  async put(address, response) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(this.path(address), Buffer.from(await response.arrayBuffer()));
    writeFileSync(`${this.path(address)}.url`, address);
  },
  async keys() {
    const names = readdirSync(cache).filter((name) => name.endsWith(".url"));
    return names.map((name) => ({ url: readFileSync(join(cache, name), "utf8") }));
  },
  async delete(address) {
    for (const end of ["", ".url"]) rmSync(this.path(address) + end, { force: true });
  },
};

// Blobs are read later in Node, and scripts have to be run at once: the text is kept.
const texts = new Map();
const NodeBlob = globalThis.Blob;
globalThis.Blob = class extends NodeBlob {
  constructor(parts, options) {
    super(parts, options);
    if (options?.type === "text/javascript") this.text_ = parts.join("");
  }
};
URL.createObjectURL = (blob) => {
  texts.set(`blob:${texts.size}`, blob.text_);
  return `blob:${texts.size - 1}`;
};
globalThis.importScripts = (address) => runInThisContext(texts.get(address));
globalThis.self = globalThis;
globalThis.location = new URL("blob:http://127.0.0.1/0");
if (secure) globalThis.caches = { open: async () => folderCache };
else {
  const getRandomValues = globalThis.crypto.getRandomValues.bind(globalThis.crypto);
  Object.defineProperty(globalThis, "crypto", { value: { getRandomValues } });
}

parentPort.on("message", (data) => globalThis.onmessage({ data }));
// Pyodide looks for it, and would take the thread for Node.
delete globalThis.process;
runInThisContext(script);
