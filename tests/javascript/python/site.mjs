// The book's site, and workers that load Python from it, under Node.
import { createServer } from "node:http";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Worker } from "node:worker_threads";
import { openPython } from "../../../backprop/page/python/python.mjs";

export const EXERCISE = "one_parameter/derivative_of_ssr";
export const HEAD = "def dSSR_db3(b3, observed, curve):\n";
export const RIGHT = `${HEAD}    return np.sum(-2 * (observed - (curve + b3)))\n`;

/** Serve the folder that the build has written; count requests, and spoil files on demand. */
export async function openSite() {
  const files = process.env.BACKPROP_PYTHON;
  const manifest = JSON.parse(readFileSync(join(files, "manifest.json"), "utf8"));
  const site = {
    manifest,
    requests: [],
    spoiled: "",
    silent: false, // no request is answered then
    renewed: "", // files whose names begin so are gone
    cache: mkdtempSync(join(tmpdir(), "python-")),
  };
  const server = createServer((request, response) => {
    const name = basename(request.url);
    site.requests.push(name);
    if (site.silent) return;
    if (site.renewed && name.startsWith(site.renewed)) {
      response.writeHead(404).end();
      return;
    }
    const content = readFileSync(join(files, name));
    if (site.spoiled && name.startsWith(site.spoiled)) content[content.length >> 1] ^= 1;
    response.end(content);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  site.folder = `http://127.0.0.1:${server.address().port}/`;
  site.close = () => {
    server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  };
  site.opened = [];
  site.remove = async () => {
    for (const python of site.opened) python.end();
    if (server.listening) await site.close();
    rmSync(site.cache, { recursive: true, force: true });
  };
  return site;
}

/** Open Python as a page does; `secure` is false as over plain http from another machine. */
export function openOn(site, { secure = true, onprogress } = {}) {
  const script = readFileSync(join(process.env.BACKPROP_PYTHON, site.manifest.worker), "utf8");
  const makeWorker = () => {
    const worker = new Worker(new URL("./thread.mjs", import.meta.url), {
      workerData: { script, cache: site.cache, secure },
    });
    worker.on("error", (problem) => worker.onerror?.(problem));
    return worker;
  };
  const { manifest, folder } = site;
  site.opened.push(openPython({ manifest, folder, onprogress, makeWorker }));
  return site.opened.at(-1);
}

/** Change all that the cache of a site holds. */
export function spoilCache(site) {
  for (const name of readdirSync(site.cache)) {
    if (!name.endsWith(".url")) writeFileSync(join(site.cache, name), "another content");
  }
}

/** Check every source of the cases; return those of which something else is said. */
export async function listOtherVerdicts(python) {
  const others = [];
  for (const { exercise, source, line, expected } of JSON.parse(
    readFileSync(process.env.BACKPROP_CASES, "utf8"),
  )) {
    const { result } = await python.check(exercise, source, line);
    const got = [result.attempted, result.passed, result.misconception];
    if (got.join() !== expected.join()) others.push({ exercise, source, expected, got });
  }
  return others;
}
