// The overview of a graph that is wider than its page, and scrolling it to what happens. Only steppers
// through such graphs bring this along; steps.mjs finds it in the library.

import { find, library } from "./dom.mjs";

const still = window.matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Scroll a wide graph in its box, so that what happens stays in sight.
 *
 * @param {HTMLElement} box
 * @param {DOMRect[]} sides of what happens
 * @param {string} phase
 */
function follow(box, sides, phase) {
  if (!sides.length || box.scrollWidth <= box.clientWidth) return;
  const frame = box.getBoundingClientRect();
  let left = Math.min(...sides.map((side) => side.left));
  let right = Math.max(...sides.map((side) => side.right));
  // the box that gets a number comes first
  if (right - left > frame.width) {
    if (phase === "forward") left = right - frame.width;
    else right = left + frame.width;
  }
  box.scrollTo({
    left: box.scrollLeft + (left + right - frame.left - frame.right) / 2,
    behavior: still.matches ? "auto" : "smooth",
  });
}

/**
 * Let the frame in the overview follow what is in sight, and the other way round.
 *
 * @param {HTMLElement} root
 * @param {HTMLElement} box
 */
function keepOverview(root, box) {
  if (!root.querySelector(".bp-over")) return; // it fits
  const over = find(root, ".bp-over", SVGSVGElement);
  const frame = find(root, ".bp-sight", Element);

  function showSight() {
    if (!box.scrollWidth) return; // nothing is shown yet
    const part = over.viewBox.baseVal.width / box.scrollWidth;
    frame.setAttribute("x", String(box.scrollLeft * part));
    frame.setAttribute("width", String(box.clientWidth * part));
  }

  /** @param {PointerEvent} event */
  function scrollTo({ clientX }) {
    const sides = over.getBoundingClientRect();
    const at = (clientX - sides.left) / sides.width;
    box.scrollTo({ left: at * box.scrollWidth - box.clientWidth / 2 });
  }

  box.addEventListener("scroll", showSight, { passive: true });
  new ResizeObserver(showSight).observe(box);
  over.addEventListener("pointerdown", (event) => {
    over.setPointerCapture(event.pointerId);
    scrollTo(event);
  });
  over.addEventListener("pointermove", (event) => {
    if (over.hasPointerCapture(event.pointerId)) scrollTo(event);
  });
}

export const overview = { keep: keepOverview, follow };
library.stepOverview = overview;
