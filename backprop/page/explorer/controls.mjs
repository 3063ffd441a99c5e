// What a reader moves a figure with: a slider, or a choice that is a row of buttons. Both stand at
// one of several positions, counted from 0.

import { find, findAll } from "../dom.mjs";

/**
 * One control.
 *
 * @typedef {object} Control
 * @property {number} last its last position
 * @property {() => number} read the position where it stands
 * @property {(position: number) => void} moveTo puts it somewhere, without telling anybody
 * @property {(text: string) => void} tell says what its position means
 * @property {(moved: () => void) => void} listen calls when the reader has moved it
 */

/**
 * Return the controls of a figure, in their order.
 *
 * @param {Element} root
 * @returns {Control[]}
 */
export function readControls(root) {
  return findAll(root, ".bp-slider, .bp-options:not(.bp-ticks)").map((box) =>
    box.matches(".bp-options") ? readChoice(box) : readSlider(box),
  );
}

/**
 * @param {Element} box
 * @returns {Control}
 */
function readSlider(box) {
  const slider = find(box, "input", HTMLInputElement);
  const output = find(box, "output");
  return {
    last: +slider.max,
    read: () => +slider.value,
    moveTo: (position) => {
      slider.value = String(position);
    },
    tell: (text) => {
      output.textContent = text;
      slider.setAttribute("aria-valuetext", text);
      slider.style.setProperty("--bp-at", `${(100 * +slider.value) / +slider.max}%`);
    },
    listen: (moved) => slider.addEventListener("input", moved),
  };
}

/**
 * @param {Element} box
 * @returns {Control}
 */
function readChoice(box) {
  const options = findAll(box, "input", HTMLInputElement);
  return {
    last: options.length - 1,
    read: () => options.findIndex((option) => option.checked),
    moveTo: (position) => {
      options[position].checked = true;
    },
    tell: () => {}, // each option names itself
    listen: (moved) => box.addEventListener("change", moved),
  };
}
