// Python for a page: a worker that is started when it is first needed, watched, and ended again.

import { AnswerError, describeUnreached } from "./unreached.mjs";

/** @typedef {import("./files.mjs").Manifest} Manifest */
/**
 * @typedef {{
 *   state: "progress" | "printed" | "ready" | "restarted" | "result" | "ran" | "failed",
 *   loaded?: number,
 *   total?: number,
 *   stage?: "files" | "python" | "numpy" | "book" | "package",
 *   package?: string,
 *   fromCache?: number,
 *   kept?: boolean,
 *   memory?: number,
 *   result?: any,
 *   reason?: "stopped" | "ended" | "endless" | "crashed" | "broken" | "unreachable" | "damaged",
 *   message?: string,
 *   text?: string,
 * }} Message
 *   progress: bytes loaded of a total, and what is being done, for Python or a package that code
 *   imports. printed: what a run has printed since it last told. ready: how many files came from the
 *   browser's cache, whether it keeps all of them, bytes of memory. result, ran: what Python
 *   answers. failed: a word for why, and a sentence. restarted: ready again after such an end.
 */
/**
 * @typedef {{
 *   manifest: Manifest,
 *   folder: string,
 *   onprogress?: (message: Message) => void,
 *   makeWorker?: (address: string) => Worker,
 * }} Options the manifest, which is `window.backprop.python`; the absolute address of its files,
 *   with a slash at its end; who is told every message
 */
/** @typedef {{do: "check" | "run", name: string, source: string, line?: string, above?: string}} Order */
/** @typedef {{id: number, order: Order, added: Set<string>, settle: (message: Message) => void}} Pending */
/** @typedef {{end: (message: Message) => void}} Loader brings a package, until it is ended */
/**
 * @typedef {{
 *   worker: Worker, port: MessagePort, ready: boolean, settle: (message: Message) => void,
 * }} Running
 */

/** Seconds that Python may take beyond a limit of its own, and for what has no limit. */
const BEYOND = 2;
const LONGEST = 60;

/** What is said where Python had to be ended from outside. */
const SAID = {
  stopped: "Your code is kept.",
  ended: "Python was ended, because the page was left. Your code is kept.",
  endless:
    "Your code did not come to an end and could not be interrupted, so Python was ended and is " +
    "started again. Your code is kept. Look for a line that waits, or computes something gigantic.",
  crashed:
    "Your code ended Python itself, or asked for more memory than there is. Python is started " +
    "again. Your code is kept.",
};

/**
 * Prepare Python for a page. Nothing is loaded before the first check or run, or `start`.
 * @param {Options} options
 */
export function openPython(options) {
  const python = new PagePython(options);
  globalThis.addEventListener?.("pagehide", () => python.end());
  return python;
}

/** The interpreter of a page: at most one worker, and one order at a time. */
class PagePython {
  /** @param {Options} options */
  constructor({ manifest, folder, onprogress = () => {}, makeWorker }) {
    this.manifest = manifest;
    this.folder = folder;
    this.onprogress = onprogress;
    this.isFolder = Boolean(manifest.scripts) && globalThis.location?.protocol === "file:";
    this.makeWorker = makeWorker ?? ((/** @type {string} */ address) => new Worker(address));
    /** @type {Running | null} */
    this.running = null;
    /** @type {Promise<Message> | null} */
    this.starting = null;
    /** @type {Pending | null} */
    this.pending = null;
    /** @type {Loader | null} */
    this.loader = null;
    /** @type {AbortController | null} ends the loading of the worker's script */
    this.loading = null;
    this.kept = true;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.watchdog = undefined;
    /** @type {[string, ArrayBuffer][]} files that no cache keeps */
    this.given = [];
    /** @type {Promise<unknown>} */
    this.queue = Promise.resolve();
    /** @type {string} address of the worker's script, once loaded */
    this.script = "";
    this.count = 0;
    this.stops = 0;
  }

  /**
   * Check source text against an exercise.
   * @param {string} exercise "chapter/exercise"
   * @param {string} source
   * @param {string | number} line the faulty one, where one is to be found
   * @returns {Promise<Message>} "result" with the verdict, or "failed"; it is never rejected
   */
  check(exercise, source, line = "") {
    return this.enqueue({ do: "check", name: exercise, source, line: String(line) });
  }

  /**
   * Run a cell among the names that it left, or behind what it needs of the cells above.
   * @param {string} cell a name for it
   * @param {string} source
   * @param {string[]} above the cells above; what is needed of them runs before, every time
   * @returns {Promise<Message>} "ran" with what was printed and shown, or "failed"
   */
  run(cell, source, above = []) {
    return this.enqueue({ do: "run", name: cell, source, above: JSON.stringify(above) });
  }

  /** End what runs now, and what waits behind it; Python is ready again a little later. */
  stop() {
    this.stops += 1;
    this.endWorker("stopped");
  }

  /** Give the memory back. The next check or run starts Python again. */
  end() {
    this.stops += 1;
    this.endWorker("ended");
  }

  /** @returns {Promise<Message>} "ready" or "failed" */
  start() {
    this.starting ??= this.startWorker().then((message) => {
      if (message.state !== "ready") this.starting = null;
      return message;
    });
    return this.starting;
  }

  /**
   * @param {Order} order
   * @returns {Promise<Message>}
   */
  enqueue(order) {
    const stops = this.stops;
    const done = this.queue.then(() => this.carryOut(order, stops));
    this.queue = done;
    return done;
  }

  /**
   * @param {Order} order
   * @param {number} stops how often was stopped before it was given
   * @returns {Promise<Message>}
   */
  async carryOut(order, stops) {
    const started = stops === this.stops ? await this.start() : undefined;
    if (stops !== this.stops) return describeEnd("stopped");
    if (started?.state !== "ready") return /** @type {Message} */ (started);
    return new Promise((settle) => {
      this.count += 1;
      this.pending = { id: this.count, order, added: new Set(), settle };
      this.send(this.pending);
    });
  }

  /** @param {Pending} pending */
  send({ id, order }) {
    this.watch(LONGEST);
    this.running?.port.postMessage({ line: "", above: "[]", ...order, id });
  }

  /** @param {number} seconds */
  watch(seconds) {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.endWorker("endless"), 1000 * (seconds + BEYOND));
  }

  /** @param {Message} message */
  answer(message) {
    clearTimeout(this.watchdog);
    const waiting = this.pending;
    this.pending = null;
    this.onprogress(message);
    waiting?.settle(message);
  }

  /**
   * End the worker and tell who waits for it; start another where somebody goes on with it.
   * @param {keyof typeof SAID} reason
   */
  endWorker(reason) {
    const { running } = this;
    this.loading?.abort(reason);
    if (!running) return;
    if (this.loader) {
      this.loader.end(describeEnd(reason));
      if (reason === "stopped") return; // Python itself has only waited
    }
    running.port.close();
    running.worker.terminate();
    this.running = this.starting = null;
    if (!running.ready) {
      running.settle(describeEnd(reason));
      return;
    }
    this.answer(describeEnd(reason));
    if (reason === "ended") return;
    this.start().then((started) => {
      if (started.state === "ready") this.onprogress({ ...started, state: "restarted", reason });
    });
  }

  /** @returns {Promise<Message>} */
  async startWorker() {
    const { signal } = (this.loading = new AbortController());
    try {
      await this.loadScript(signal);
      signal.throwIfAborted();
    } catch (problem) {
      if (signal.aborted) return this.fail(describeEnd(signal.reason));
      const message = describeUnreached("Python", problem);
      return this.fail({ state: "failed", reason: "unreachable", message });
    } finally {
      this.loading = null;
    }
    const worker = this.makeWorker(this.script);
    const { port1: port, port2 } = new MessageChannel();
    return new Promise((resolve) => {
      /** @type {Running} */
      const running = {
        worker,
        port,
        ready: false,
        settle: (message) => resolve(this.fail(message)),
      };
      this.running = running;
      port.onmessage = ({ data }) => {
        if (this.running !== running) return;
        if (data.state === "ready") {
          data.kept ||= this.isFolder;
          this.kept = data.kept;
          running.ready = true;
          this.onprogress(data);
          resolve(data);
        } else this.hear(running, data);
      };
      worker.onerror = (event) => {
        const message = `Python could not be started: ${event.message || "the browser refuses"}.`;
        this.hear(running, { state: "failed", reason: "broken", message });
      };
      const { manifest, folder, given } = this;
      worker.postMessage({ port: port2, manifest, folder, given }, [port2]);
    });
  }

  /**
   * @param {Message} message
   * @returns {Message}
   */
  fail(message) {
    this.onprogress(message);
    return message;
  }

  /**
   * What comes from the worker, apart from "ready".
   * @param {Running} running
   * @param {any} data
   */
  hear(running, data) {
    if (data.state === "progress") this.onprogress(data);
    else if (data.state === "files") this.given.push(...data.contents);
    else if (data.state === "printed") this.tellPrinted(data.text);
    else if (data.state === "limit") this.watch(data.seconds || LONGEST);
    else if (!running.ready) {
      running.worker.terminate();
      this.running = null;
      running.settle(data);
    } else if (data.reason === "crashed") this.endWorker("crashed");
    else if (data.id === this.pending?.id)
      this.goOn(running, /** @type {Pending} */ (this.pending), data);
  }

  /** @param {unknown} text */
  tellPrinted(text) {
    if (this.pending) this.onprogress({ state: "printed", text: String(text) });
  }

  /**
   * Answer who waits, or first bring what the code imports, and give the order once more.
   * @param {Running} running
   * @param {Pending} pending
   * @param {any} data
   */
  async goOn(running, pending, data) {
    if (data.state === "added") return this.send(pending);
    if (data.state !== "needs") return this.answer(data);
    const [name] = data.packages;
    clearTimeout(this.watchdog);
    const brought = pending.added.has(name)
      ? { state: "failed", reason: "broken", message: `${name} was loaded, and does not start.` }
      : await this.bringPackage(name);
    if (this.running !== running || this.pending !== pending) return;
    if (brought.state === "failed") return this.answer({ ...brought, package: name });
    pending.added.add(name);
    this.onprogress({ state: "progress", stage: "package", package: name });
    this.watch(LONGEST);
    const { wheels } = brought;
    running.port.postMessage({ do: "add", id: pending.id, name, wheels });
  }

  /**
   * Bring a package by a worker of its own: the one in which Python runs asks nobody any more.
   * @param {string} name
   * @returns {Promise<any>} "brought" with its wheels, or "failed"
   */
  async bringPackage(name) {
    const { manifest, folder } = this;
    const files = manifest.packages?.find((each) => each.name === name)?.files ?? [];
    try {
      if (this.isFolder) await this.loadScripts(files);
    } catch (problem) {
      return { state: "failed", reason: "unreachable", message: `${problem}.` };
    }
    const worker = this.makeWorker(this.script);
    const { port1: port, port2 } = new MessageChannel();
    const done = await new Promise((settle) => {
      this.loader = { end: settle };
      port.onmessage = ({ data }) => {
        if (data.state === "files") this.given.push(...data.contents);
        else if (data.state !== "progress") settle(data);
        else this.onprogress({ ...data, package: name, kept: this.kept });
      };
      worker.onerror = ({ message = "the browser refuses" }) =>
        settle({
          state: "failed",
          reason: "broken",
          message: `${name} cannot be loaded: ${message}.`,
        });
      worker.postMessage({ port: port2, manifest, folder, given: this.given, only: name }, [port2]);
    });
    this.loader = null;
    port.close();
    worker.terminate();
    return done;
  }

  /**
   * Keep the worker's script, so that a later start asks the site for nothing.
   * @param {AbortSignal} signal
   */
  async loadScript(signal) {
    if (this.script) return;
    const text = this.isFolder ? await this.loadFolder(signal) : await this.fetchScript(signal);
    this.script = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  }

  /** @param {AbortSignal} signal */
  async fetchScript(signal) {
    const response = await fetch(this.folder + this.manifest.worker, { signal });
    if (!response.ok) throw new AnswerError(response.status);
    return response.text();
  }

  /**
   * Bring all files as scripts: a page that was opened from a folder may load no others.
   * @param {AbortSignal} signal
   */
  async loadFolder(signal) {
    const { worker, files, bytes } = this.manifest;
    await this.loadScripts(files, (loaded) => {
      signal.throwIfAborted();
      this.onprogress({ state: "progress", stage: "files", loaded, total: bytes });
    });
    return new TextDecoder().decode(await loadAsScript(this.folder, worker));
  }

  /**
   * @param {import("./files.mjs").Entry[]} files
   * @param {(loaded: number) => void} [onbytes]
   */
  async loadScripts(files, onbytes = () => {}) {
    const here = new Set(this.given.map(([name]) => name));
    let loaded = 0;
    for (const entry of files.filter(({ name }) => !here.has(name))) {
      this.given.push([entry.name, (await loadAsScript(this.folder, entry.file)).buffer]);
      loaded += entry.bytes;
      onbytes(loaded);
    }
  }
}

/**
 * @param {keyof typeof SAID} reason
 * @returns {Message}
 */
function describeEnd(reason) {
  return { state: "failed", reason, message: SAID[reason] };
}

/**
 * Load a file that the build has written as a script, too.
 * @param {string} folder
 * @param {string} file
 */
async function loadAsScript(folder, file) {
  const script = document.createElement("script");
  await new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = () => reject(new Error(`${file} is missing in its folder`));
    script.src = `${folder}${file}.js`;
    document.head.append(script);
  });
  script.remove();
  const kept = globalThis.backpropFiles ?? {};
  const text = atob(kept[file]);
  delete kept[file];
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
