// The worker in which Python runs: it loads verified files, and then only computes.
//
// The first message brings a port of its own. Answers go through it alone, and it is known to
// nothing that Python can reach, so that no code of a learner can answer in our place.

import { LoadingError, answerWith, loadFiles } from "./files.mjs";

/** @typedef {import("./files.mjs").Manifest} Manifest */
/** @typedef {import("./files.mjs").Contents} Contents */
/** @typedef {[string, ArrayBuffer][]} Listed files by their names */
/**
 * @typedef {{
 *   check: (exercise: string, source: string, line: string) => string,
 *   run: (cell: string, source: string, above: string) => string,
 *   watch: (watcher: (seconds: number) => void) => void,
 *   listen: (listener: (text: string) => void) => void,
 *   memory: () => number,
 *   add: (name: string, wheels: Listed) => void,
 * }} Interpreter what Python is asked for; answers are JSON
 */
/**
 * @typedef {{
 *   id: number, do: "check" | "run" | "add", wheels: Listed, name: string, source: string, line: string, above: string,
 * }} Order "add" brings the wheels of a package
 */

/** Where Pyodide believes it comes from. Nothing is ever asked of that host. */
const NOWHERE = "https://python.invalid/";

const SITE = "/lib/python3.12/site-packages";

/** What shows the figures of a package in a cell. */
const DRAWERS = /** @type {Record<string, string>} */ ({
  Matplotlib: "backprop.show.pyplot_figures",
});

// Taken before any code of a learner could put another in its place.
const { parse } = JSON;

/** What the module `js` of Python shows: no messages, no requests, no storage. */
const SHOWN = {
  ...{ Object, Array, Map, Set, Promise, Date, Math, JSON, Error, Symbol, Uint8Array },
  ...{ clearTimeout, clearInterval, performance, console },
  setTimeout: startTimer(globalThis.setTimeout),
  setInterval: startTimer(globalThis.setInterval),
};

/**
 * A timer that takes functions alone: a browser's runs text as code, too.
 * @param {(call: () => void, ...more: any[]) => any} start
 */
function startTimer(start) {
  /** @type {(call: unknown, ...more: unknown[]) => unknown} */
  return (call, ...more) => {
    if (typeof call !== "function") throw new TypeError("a timer takes a function here");
    return start(() => call(), ...more);
  };
}

/** What a worker offers for talking to others. Nothing of it is left when learners' code comes. */
const WAYS_OUT = [
  ...["postMessage", "fetch", "importScripts", "XMLHttpRequest", "WebSocket", "EventSource"],
  ...["WebSocketStream", "WebTransport", "BroadcastChannel", "Worker", "SharedWorker"],
  ...["MessageChannel", "RTCPeerConnection", "Request", "caches", "indexedDB", "onmessage"],
  ...["navigator", "close", "eval", "FontFace"],
];

/**
 * Run a script that was verified, as a script of this worker.
 * @param {string} text
 */
function runScript(text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  globalThis.importScripts(address);
  URL.revokeObjectURL(address);
}

/**
 * Answer requests from the files of the manifest, and no others.
 * @param {Manifest} manifest
 * @param {Contents} contents
 */
function serveOnly(manifest, contents) {
  const entries = new Map(manifest.files.map((entry) => [entry.name, entry]));
  /** @param {string} name */
  const open = (name) => {
    const [entry, content] = [entries.get(name), contents.get(name)];
    if (!entry || !content) throw new TypeError(`there is no file ${name} in this book`);
    return answerWith(entry, content);
  };
  globalThis.fetch = async (request) => {
    const address = String(request instanceof Request ? request.url : request);
    if (!address.startsWith(NOWHERE))
      throw new TypeError(`no request leaves this page: ${address}`);
    return open(address.slice(NOWHERE.length));
  };
  return open;
}

/** Remove every way out of the worker, from the object of all names and from what it inherits. */
function closeWaysOut() {
  for (let owner = globalThis; owner; owner = Object.getPrototypeOf(owner)) {
    for (const name of WAYS_OUT) Reflect.deleteProperty(owner, name);
  }
  // What makes code of a text, however it is reached. Pyodide asks what is a function, no more.
  const refuse = function () {
    throw new TypeError("no code is made of text here");
  };
  const kinds = [function () {}, async function () {}, function* () {}, async function* () {}];
  for (const kind of kinds) {
    Object.defineProperty(Object.getPrototypeOf(kind), "constructor", { value: refuse });
  }
  refuse.prototype = Function.prototype;
  Object.defineProperty(globalThis, "Function", { value: refuse });
}

/**
 * Start Python with the book's package in it.
 * @param {Manifest} manifest
 * @param {Contents} contents
 * @param {(stage: string) => void} onstage
 * @returns {Promise<Interpreter>}
 */
async function startPython(manifest, contents, onstage) {
  const open = serveOnly(manifest, contents);
  onstage("python");
  for (const name of ["pyodide.js", "pyodide.asm.js"]) runScript(await open(name).text());
  const python = await globalThis.loadPyodide({
    indexURL: NOWHERE,
    jsglobals: SHOWN,
    env: { BACKPROP_PROGRESS: "off", BACKPROP_PAGE: "1" },
    stdout: () => {},
    stderr: () => {},
  });
  onstage("numpy");
  await python.loadPackage(["numpy"], { messageCallback: () => {}, errorCallback: () => {} });
  onstage("book");
  for (const { name } of manifest.files.filter((entry) => entry.name.endsWith(".zip"))) {
    if (name !== "python_stdlib.zip") {
      python.unpackArchive(await open(name).arrayBuffer(), "zip", {
        extractDir: SITE,
      });
    }
  }
  const interpreter = python.pyimport("backprop.course.interpreter");
  for (const { name, modules } of manifest.packages ?? []) {
    interpreter.offer_modules(name, ...modules);
  }
  contents.clear();
  closeWaysOut();
  return {
    add: (name, wheels) => {
      for (const [, wheel] of wheels) python.unpackArchive(wheel, "wheel", { extractDir: SITE });
      const drawer = python.pyimport(DRAWERS[name]);
      drawer.open_page();
      interpreter.draw_figures_by(drawer.draw_figures, drawer.show_figures);
    },
    check: interpreter.check_as_json,
    run: interpreter.run_as_json,
    watch: interpreter.watch_limits,
    listen: interpreter.watch_prints,
    memory: () => python._module.HEAP8.length,
  };
}

/**
 * Whether Python cannot go on after this: its memory is broken, or it has ended itself.
 * @param {unknown} problem
 */
function isFatal(problem) {
  return !(problem instanceof Error && problem.constructor?.name === "PythonError");
}

/** @param {unknown} problem */
function describeProblem(problem) {
  return (problem instanceof Error ? problem.message : String(problem)).slice(-500);
}

/**
 * @param {{
 *   port: MessagePort, manifest: Manifest, folder: string, given: Listed, only?: string,
 * }} first `only`: a package that is brought for another worker, which asks nobody any more
 */
async function begin({ port, manifest, folder, given, only }) {
  /** @type {(message: object, moved?: Transferable[]) => void} */
  const tell = (message, moved = []) => port.postMessage(message, moved);
  const chosen = manifest.packages?.find(({ name }) => name === only) ?? manifest;
  let loaded = 0;
  let stage = "files";
  const report = () => tell({ state: "progress", stage, loaded, total: chosen.bytes });
  try {
    const source = {
      folder,
      given: new Map(given),
      onbytes: (/** @type {number} */ bytes) => {
        loaded += bytes;
        report();
      },
    };
    const { contents, fromCache, kept } = await loadFiles(manifest, source, chosen.files);
    // Where nothing can be kept, the page keeps the files for the next start.
    const isNew = chosen.files.some(({ name }) => !source.given.has(name));
    if (!kept && isNew) tell({ state: "files", contents: [...contents] });
    if (only) {
      const wheels = await Promise.all(chosen.files.map((entry) => openWheel(entry, contents)));
      tell(
        { state: "brought", wheels },
        wheels.map(([, wheel]) => wheel),
      );
      return;
    }
    const python = await startPython(manifest, contents, (next) => {
      stage = next;
      report();
    });
    python.watch((seconds) => tell({ state: "limit", seconds }));
    python.listen((text) => tell({ state: "printed", text }));
    port.onmessage = ({ data }) => tell(carryOut(python, data));
    tell({ state: "ready", fromCache, kept, memory: python.memory() });
  } catch (problem) {
    const reason = problem instanceof LoadingError ? problem.reason : "broken";
    tell({ state: "failed", reason, message: describeProblem(problem) });
  }
}

/**
 * @param {import("./files.mjs").Entry} entry
 * @param {Contents} contents
 * @returns {Promise<[string, ArrayBuffer]>}
 */
async function openWheel(entry, contents) {
  const content = /** @type {ArrayBuffer} */ (contents.get(entry.name));
  return [entry.name, await answerWith(entry, content).arrayBuffer()];
}

/**
 * @param {Interpreter} python
 * @param {Order} order
 */
function carryOut(python, order) {
  const { id, name, source } = order;
  try {
    if (order.do === "add") {
      python.add(name, order.wheels);
      return { id, state: "added" };
    }
    const result = parse(
      order.do === "check"
        ? python.check(name, source, order.line)
        : python.run(name, source, order.above),
    );
    if (result.needs) return { id, state: "needs", packages: result.needs };
    return { id, state: order.do === "check" ? "result" : "ran", result, memory: python.memory() };
  } catch (problem) {
    const message = describeProblem(problem);
    return { id, state: "failed", reason: isFatal(problem) ? "crashed" : "broken", message };
  }
}

globalThis.onmessage = (first) => {
  globalThis.onmessage = null;
  begin(first.data);
};
