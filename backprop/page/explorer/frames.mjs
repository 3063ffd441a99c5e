// How the frames of a figure travel: what differs between them, as backprop/show/explorers/frames.py
// has packed it.

/** @type {Record<string, number>} */
const POINTS = { M: 1, L: 1, Q: 2, C: 3, Z: 0, o: 1 };

/**
 * What one figure carries.
 *
 * @typedef {object} Frames
 * @property {number[]} sizes positions of each slider
 * @property {number[]} start position of each slider at the start
 * @property {string[][]} texts what each slider shows at each position
 * @property {number} play which slider plays
 * @property {[] | [number, number[][]]} pull the slider that is pulled in the pictures, and where
 *   each of its positions lies in each picture, as a share of the width
 * @property {string[]} say the description of each frame
 * @property {Slot[][]} slots what changes in each picture
 */

/**
 * One thing that changes: the mark of its element, the name of the attribute ("" for the text,
 * "d" for a path), the values and which of them each frame uses; for a path, then, in the same way,
 * its coordinates.
 *
 * @typedef {any[]} Slot
 */

/**
 * Add up as we go.
 *
 * @param {number[]} steps
 */
export function addUp(steps) {
  let total = 0;
  return steps.map((step) => (total += step));
}

/**
 * Read rows of coordinates, written as differences to the row before, where that is as long, and
 * then to their neighbours.
 *
 * @param {number[][]} written
 */
export function readRows(written) {
  /** @type {number[]} */
  let previous = [];
  return written.map((steps) => {
    let row = addUp(steps);
    if (previous.length === row.length) row = row.map((value, i) => value + previous[i]);
    return (previous = row);
  });
}

/**
 * Write the `d` of a path; coordinates are tenths.
 *
 * @param {string} commands one letter each; "o" is a point
 * @param {number[]} xs
 * @param {number[]} ys
 */
export function writePath(commands, xs, ys) {
  let [out, i] = ["", 0];
  for (const command of commands) {
    out += command === "o" ? "M" : command;
    for (const end = i + POINTS[command]; i < end; i++) out += `${xs[i] / 10} ${ys[i] / 10} `;
    if (command === "o") out += "h0";
  }
  return out;
}

/**
 * Return a function from the number of a frame to what a slot shows there; null removes it.
 *
 * @param {Slot} slot
 * @returns {(frame: number) => string | null}
 */
export function readSlot(slot) {
  const [, name, values, use] = slot;
  const text = reader(values, use);
  if (name !== "d") return text;
  const xs = reader(readRows(slot[4]), slot[5]);
  const ys = reader(readRows(slot[6]), slot[7]);
  return (frame) => writePath(text(frame), xs(frame), ys(frame));
}

/**
 * @template T
 * @param {T[]} values
 * @param {number[]} use which of them each frame uses, as differences; none for the first one
 * @returns {(frame: number) => T}
 */
function reader(values, use) {
  const used = addUp(use);
  return (frame) => values[use.length ? used[frame] : 0];
}
