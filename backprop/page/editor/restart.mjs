// The way back to the text of the book, and from there to one's own: no key takes a finger back.

import { make } from "../dom.mjs";
import { replaceText } from "./sheet.mjs";

/** Before the names of fields, under which a browser keeps what was replaced, for this tab. */
const LEFT_KEY = "backprop-left:";

/**
 * What stood in a field before the text of the book came back; it outlasts a reload.
 *
 * @param {string} name of the field
 * @param {string} [text] to be kept in place of what was; empty where there is nothing any more
 * @returns {string} what is kept
 */
function remember(name, text) {
  try {
    if (text) sessionStorage.setItem(LEFT_KEY + name, text);
    else if (text === "") sessionStorage.removeItem(LEFT_KEY + name);
    return sessionStorage.getItem(LEFT_KEY + name) ?? "";
  } catch {
    return text ?? ""; // the reader's browser keeps nothing
  }
}

/**
 * Put the text of the book into a field, and return the offer to bring back what stood there,
 * which holds until something else is written.
 *
 * @param {HTMLTextAreaElement} area
 * @param {string} starter
 * @param {string} name of the field
 */
export function restart(area, starter, name) {
  const written = area.value;
  write(area, starter);
  remember(name, written);
  return makeOffer(area, name, written);
}

/**
 * Return the same offer after a reload, where it holds still.
 *
 * @param {HTMLTextAreaElement} area
 * @param {string} starter
 * @param {string} name
 */
export function offerBack(area, starter, name) {
  const written = remember(name);
  return written && area.value === starter ? [makeOffer(area, name, written)] : [];
}

/**
 * @param {HTMLTextAreaElement} area
 * @param {string} text
 */
function write(area, text) {
  area.focus();
  replaceText(area, { from: 0, to: area.value.length, text });
}

/**
 * @param {HTMLTextAreaElement} area
 * @param {string} name
 * @param {string} written
 */
function makeOffer(area, name, written) {
  const back = make("button", { type: "button" }, "Bring my code back");
  const offer = make("p", { class: "bp-actions" }, "This is the text of the book. ", back);
  back.addEventListener("click", () => write(area, written));
  const forget = () => {
    offer.remove();
    remember(name, "");
  };
  area.addEventListener("input", forget, { once: true });
  return offer;
}

/**
 * Show or hide the button that stops, and hand on the keyboard's focus, which would be lost with it.
 *
 * @param {HTMLElement} halt
 * @param {HTMLElement} go what starts, beside it
 * @param {boolean} isBusy
 */
export function showStop(halt, go, isBusy) {
  if (!isBusy && document.activeElement === halt) go.focus({ preventScroll: true });
  halt.hidden = !isBusy;
}
