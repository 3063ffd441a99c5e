// One Python for all that a page runs: whoever wants it waits for a turn, and hears how far it is.

import { library } from "../dom.mjs";
import { openPython } from "./python.mjs";

/** @import {Manifest} from "./files.mjs" */
/** @import {Message} from "./python.mjs" */
/** @typedef {ReturnType<typeof openPython>} Python */
/**
 * @typedef {{hear: (message: Message) => void, showKept: (message: Message) => void}} User
 *   of Python on this page: told every message while it is its turn, and whether files are kept
 */

/** @type {Python | null} */
let python = null;
/** @type {User | null} */
let active = null;
/** @type {Message | null} what was said when Python was first ready, or would be said */
let readied = null;
/** @type {Promise<unknown>} */
let queue = Promise.resolve();
/** @type {Set<User>} */
const users = new Set();
/** @type {Set<User>} those that were stopped before their turn came */
const stopped = new Set();

/**
 * Take part in what is said of Python.
 *
 * @param {User} user
 */
export function joinUsers(user) {
  users.add(user);
  if (readied) user.showKept(readied);
}

/** @param {Message} message */
function tellKept(message) {
  readied = message;
  for (const each of users) each.showKept(message);
}

/** The address of the book's files for Python. */
function findFolder() {
  const root = document.documentElement.dataset.content_root ?? "./";
  return new URL(`${root}_static/python/`, location.href).href;
}

/**
 * Tell all who use Python where the browser has its files from an earlier visit.
 *
 * @param {Manifest} manifest
 */
export async function recallFiles({ files }) {
  const folder = findFolder();
  try {
    const found = await Promise.all(files.map(({ file }) => caches.match(folder + file)));
    if (found.length && found.every(Boolean) && !python) tellKept({ state: "ready", kept: true });
  } catch {
    // there is no cache over http from another machine
  }
}

/**
 * Return the one interpreter of this page, which starts with the first order.
 *
 * @param {Manifest} manifest
 */
function givePython(manifest) {
  python ??= (library.openPython ?? openPython)({
    manifest,
    folder: findFolder(),
    onprogress: (message) => {
      if (message.state === "ready") tellKept(message);
      active?.hear(message);
    },
  });
  return python;
}

/**
 * Use Python as soon as those before are done.
 *
 * @param {User} user
 * @param {Manifest} manifest
 * @param {(python: Python) => Promise<Message>} work
 * @returns {Promise<Message>}
 */
export function usePython(user, manifest, work) {
  stopped.delete(user);
  /** @returns {Promise<Message>} */
  const take = async () => {
    if (stopped.has(user)) {
      return { state: "failed", reason: "stopped", message: "Your code is kept." };
    }
    active = user;
    return work(givePython(manifest));
  };
  const turn = queue.then(take);
  queue = turn.catch(() => {});
  return turn;
}

/**
 * End what Python does for a user, or the waiting for it.
 *
 * @param {User} user
 */
export function stopPython(user) {
  stopped.add(user);
  if (active === user) python?.stop();
}
