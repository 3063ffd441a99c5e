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
/** @type {Message | null} what was said when Python was first ready */
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

/**
 * Return the one interpreter of this page, which starts with the first order.
 *
 * @param {Manifest} manifest
 */
function givePython(manifest) {
  const root = document.documentElement.dataset.content_root ?? "./";
  const folder = new URL(`${root}_static/python/`, location.href).href;
  python ??= (library.openPython ?? openPython)({
    manifest,
    folder,
    onprogress: (message) => {
      if (message.state === "ready") {
        readied = message;
        for (const each of users) each.showKept(message);
      }
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
