// Handles on pictures: points, curves, ends of bars, pulled by mouse, pen or finger. Keys have a
// slider as a twin, so that handles are for pointers alone.

import { make } from "../dom.mjs";

/**
 * What is pulled.
 *
 * @typedef {object} Pulled
 * @property {() => [number, number]} where its place in the picture, now
 * @property {(x: number, y: number) => void} moveTo takes the place to which it is pulled
 * @property {string} [cursor] how the mouse looks on it
 */

/** @type {WeakMap<SVGSVGElement, HTMLElement>} */
const layers = new WeakMap();

/**
 * Return the layer over a picture on which its handles lie.
 *
 * @param {SVGSVGElement} picture
 */
function findLayer(picture) {
  const known = layers.get(picture);
  if (known) return known;
  const layer = make("div", { class: "bp-layer" });
  picture.replaceWith(layer);
  layer.append(picture);
  layers.set(picture, layer);
  return layer;
}

/**
 * Put a handle on a picture, and return the function that brings it to where it belongs.
 *
 * @param {SVGSVGElement} picture
 * @param {Pulled} pulled
 * @returns {() => void}
 */
export function addHandle(picture, { where, moveTo, cursor = "ns-resize" }) {
  const { width, height } = picture.viewBox.baseVal;
  const handle = make("span", { class: "bp-handle", "aria-hidden": "true" });
  handle.style.cursor = cursor;
  findLayer(picture).append(handle);
  /** @type {number[]} */
  let grip = []; // from the place to the pointer: nothing jumps when it is taken

  /** @param {PointerEvent} event */
  function locate({ clientX, clientY }) {
    const box = picture.getBoundingClientRect();
    return [
      ((clientX - box.left) / box.width) * width,
      ((clientY - box.top) / box.height) * height,
    ];
  }

  handle.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault(); // or the page's text is selected
    handle.setPointerCapture(event.pointerId);
    const [at, pointer] = [where(), locate(event)];
    grip = [pointer[0] - at[0], pointer[1] - at[1]];
  });
  handle.addEventListener("pointermove", (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const [x, y] = locate(event);
    moveTo(x - grip[0], y - grip[1]);
  });
  return () => {
    const [x, y] = where();
    handle.style.left = `${(100 * x) / width}%`;
    handle.style.top = `${(100 * y) / height}%`;
  };
}
