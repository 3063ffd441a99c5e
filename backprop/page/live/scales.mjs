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
 * Write a curve as far as it stays between two edges.
 *
 * @param {number[]} xs places
 * @param {number[]} ys places
 * @param {number} low
 * @param {number} high
 */
export function cutCurve(xs, ys, low, high) {
  let [path, whole] = ["", false];
  for (let k = 1; k < xs.length; k++) {
    const [x, y, run, rise] = [xs[k - 1], ys[k - 1], xs[k] - xs[k - 1], ys[k] - ys[k - 1] || 1e-12];
    const shares = [(low - y) / rise, (high - y) / rise];
    const [first, last] = [Math.max(0, Math.min(...shares)), Math.min(1, Math.max(...shares))];
    const there = Number.isFinite(rise) && first < last;
    const write = (/** @type {number} */ share) =>
      `${round(x + share * run)} ${round(y + share * rise)}`;
    if (there) path += `${whole && first === 0 ? "" : `M${write(first)}`}L${write(last)}`;
    whole = there && last === 1;
  }
  return path || "M0 0";
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
 * Write the path of an arrow beside a line and against its flow: shaft, and then head.
 *
 * @param {number[]} begin where the line begins
 * @param {number[]} end
 * @param {number} width of the arrow
 * @param {number} away how far below the line, or above if it is negative
 * @param {number[]} shares where it begins and ends, as shares of the line
 */
export function writeArrow(begin, end, width, away, shares) {
  const length = Math.hypot(end[0] - begin[0], end[1] - begin[1]);
  const along = [(end[0] - begin[0]) / length, (end[1] - begin[1]) / length];
  const shift = [-along[1] * away, along[0] * away];
  const [tail, tip] = shares.map((share) =>
    [0, 1].map((axis) => begin[axis] + share * (end[axis] - begin[axis]) + shift[axis]),
  );
  const size = 4 + width;
  const [left, right] = [1, -1].map((side) => [
    tip[0] + size * along[0] - side * size * along[1] * 0.6,
    tip[1] + size * along[1] + side * size * along[0] * 0.6,
  ]);
  const write = (/** @type {number[][]} */ points) =>
    writeCurve(
      points.map(([x]) => x),
      points.map(([, y]) => y),
    );
  return write([tail, tip]) + write([left, tip, right]);
}

/**
 * Limit a value.
 *
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export const limit = (value, low, high) => Math.min(high, Math.max(low, value));
