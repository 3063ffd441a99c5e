// How far Python is, as a sentence and as a bar.

import { describeProgress } from "./words.mjs";

/** @import {Message} from "../python/python.mjs" */

/**
 * Show how far Python is; a bar without a value stands for what nobody can measure.
 *
 * @param {Message} message
 * @param {HTMLElement} status
 * @param {HTMLProgressElement} bar
 */
export function showProgress(message, status, bar) {
  status.textContent = describeProgress(message);
  bar.hidden = false;
  if (message.stage === "files" && message.total) {
    bar.max = message.total;
    bar.value = message.loaded ?? 0;
  } else bar.removeAttribute("value");
}
