// The way back to the text of the book, and from there to one's own: no key takes a finger back.

import { make } from "../dom.mjs";
import { replaceText } from "./sheet.mjs";

/**
 * Put the text of the book into a field, and return the offer to bring back what stood there,
 * which holds until something else is written.
 *
 * @param {HTMLTextAreaElement} area
 * @param {string} starter
 */
export function restart(area, starter) {
  const written = area.value;
  /** @param {string} text */
  const write = (text) => {
    area.focus();
    replaceText(area, { from: 0, to: area.value.length, text });
  };
  write(starter);
  const back = make("button", { type: "button" }, "Bring my code back");
  const offer = make("p", { class: "bp-actions" }, "This is the text of the book. ", back);
  back.addEventListener("click", () => write(written));
  area.addEventListener("input", () => offer.remove(), { once: true });
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
