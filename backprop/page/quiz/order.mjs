// Steps to be put in order: by button, by arrow key on a button, by dragging.

import { find, findAll, showButton } from "../dom.mjs";
import { fill } from "./sentences.mjs";

/** @import {Words} from "./sentences.mjs" */

/** @param {HTMLElement} item */
export const readOrder = (item) =>
  findAll(item, ".bp-step")
    .map((step) => step.dataset.at)
    .join("");

/**
 * Let the steps of a question be moved.
 *
 * @param {HTMLElement} item
 * @param {Words} words
 */
export function startOrder(item, words) {
  const list = find(item, ".bp-order");
  const status = find(item, ".bp-moved");
  list.dataset.live = "true";
  for (const button of findAll(list, ".bp-move")) showButton(button);

  /** @param {HTMLElement} step */
  function announceMove(step) {
    const steps = [...list.children];
    const place = fill(words.moved, [steps.indexOf(step) + 1, steps.length]);
    status.textContent = `${step.dataset.spoken}: ${place}`;
    find(item, "form").dispatchEvent(new Event("input", { bubbles: true }));
  }

  /**
   * @param {HTMLElement} step
   * @param {string | undefined} where
   * @param {HTMLElement} button
   */
  function move(step, where, button) {
    if (where === "up") step.previousElementSibling?.before(step);
    else step.nextElementSibling?.after(step);
    button.focus(); // what moves in the page loses the focus
    announceMove(step);
  }

  list.addEventListener("click", ({ target }) => {
    const button = closest(target, ".bp-move");
    const step = closest(button, ".bp-step");
    if (button && step) move(step, button.dataset.move, button);
  });
  list.addEventListener("keydown", (event) => {
    const where = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    const button = closest(event.target, ".bp-move");
    const step = closest(button, ".bp-step");
    if (!where || !button || !step) return;
    event.preventDefault();
    move(step, where, button);
  });
  list.addEventListener("pointerdown", (event) => {
    const step = closest(event.target, ".bp-step");
    // A finger that scrolls must not drag: it has the buttons.
    if (!step || closest(event.target, ".bp-move") || event.pointerType !== "mouse") return;
    event.preventDefault();
    const before = readOrder(item);
    step.dataset.dragged = "true";
    /** @param {PointerEvent} moved */
    const follow = ({ clientY }) => {
      const [above, below] = [step.previousElementSibling, step.nextElementSibling];
      if (above && clientY < middleOf(above)) above.before(step);
      else if (below && clientY > middleOf(below)) below.after(step);
    };
    const drop = () => {
      delete step.dataset.dragged;
      window.removeEventListener("pointermove", follow);
      if (readOrder(item) !== before) announceMove(step);
    };
    window.addEventListener("pointermove", follow);
    window.addEventListener("pointerup", drop, { once: true });
  });
}

/**
 * @param {EventTarget | null} target
 * @param {string} selector
 */
const closest = (target, selector) =>
  target instanceof Element ? /** @type {HTMLElement?} */ (target.closest(selector)) : null;

/** @param {Element} element */
function middleOf(element) {
  const box = element.getBoundingClientRect();
  return box.top + box.height / 2;
}
