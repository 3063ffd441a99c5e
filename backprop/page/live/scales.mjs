// Where values lie in a picture, and how curves and lines are written there; as
// backprop/show/live/sketch.py does.

/**
 * From values to places in a picture, and back.
 *
 * @typedef {object} Scale
 * @property {(value: number) => number} at where a value lies
 * @property {(place: number) => number} read what value lies at a place
 */

/**
 * Make a scale from where it begins and ends: values, and their places.
 *
 * @param {number[]} ends the first and the last value, then their places
 * @returns {Scale}
 */
export function makeScale([first, last, from, to]) {
  const factor = (to - from) / (last - first);
  return {
    at: (value) => from + (value - first) * factor,
    read: (place) => first + (place - from) / factor,
  };
}

/** @param {number} place */
export const round = (place) => Math.round(place * 10) / 10;

/**
 * Write the path of a curve through points.
 *
 * @param {ArrayLike<number>} xs places
 * @param {ArrayLike<number>} ys places
 */
export function writeCurve(xs, ys) {
  return Array.from(xs, (x, i) => `${i ? "L" : "M"}${round(x)} ${round(ys[i])}`).join("");
}

/**
 * Write the path of a box.
 *
 * @param {number} x
 * @param {number} y
 * @param {number} width to the right, or to the left if it is negative
 * @param {number} height downwards, or upwards if it is negative
 */
export function writeBox(x, y, width, height) {
  return `${writeCurve([x, x + width, x + width, x], [y, y, y + height, y + height])}Z`;
}

/**
 * Return how wide the line of a weight or a gradient is: 1 to 6 pixels, by the root of its size.
 *
 * @param {number} size
 */
export const lineWidth = (size) => round(Math.min(6, Math.max(1, 2.6 * Math.sqrt(Math.abs(size)))));

/**
 * Limit a value.
 *
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export const limit = (value, low, high) => Math.min(high, Math.max(low, value));

/**
 * Move places apart, so that names at them do not cover each other.
 *
 * @param {number[]} places
 * @param {number} floor
 */
export function spacePlaces(places, floor, least = 17) {
  const order = places.map((_, k) => k).sort((a, b) => places[a] - places[b] || a - b);
  const spaced = [...places];
  order.slice(1).forEach((k, i) => {
    spaced[k] = Math.max(spaced[k], spaced[order[i]] + least);
  });
  const over = Math.max(0, spaced[order[order.length - 1]] - floor);
  return spaced.map((place) => place - over);
}
