// Where words find room in a picture: in a box that meets no line and no other word.

/** @typedef {{ x: number, y: number, width: number, height: number }} Box */

const SAMPLES = 80; // points of a drawn curve
const GAP = 4; // around a word, in units of the drawing

/**
 * Count what lies in a box: points of lines, and words, which weigh more.
 *
 * @param {Box} box
 * @param {number[][]} points
 * @param {Box[]} words
 */
function weigh({ x, y, width, height }, points, words) {
  const [left, right] = [x - GAP, x + width + GAP];
  const [top, bottom] = [y - GAP, y + height + GAP];
  const met = points.filter(([a, b]) => a > left && a < right && b > top && b < bottom).length;
  const covered = words.filter(
    (word) =>
      word.x < right && word.x + word.width > left && word.y < bottom && word.y + word.height > top,
  ).length;
  return met + 1000 * covered;
}

/**
 * Return the first of some boxes that meets least, inside of a frame.
 *
 * @template {Box} T
 * @param {T[]} boxes in the order in which they are wanted
 * @param {Box} frame
 * @param {number[][]} points of lines that should not run through it
 * @param {Box[]} words that it should not cover
 * @returns {T}
 */
export function findRoom(boxes, frame, points, words) {
  const inside = boxes.filter(
    ({ x, y, width, height }) =>
      x >= frame.x &&
      y >= frame.y &&
      x + width <= frame.x + frame.width &&
      y + height <= frame.y + frame.height,
  );
  const wanted = inside.length ? inside : boxes;
  const weights = wanted.map((box) => weigh(box, points, words));
  return wanted[weights.indexOf(Math.min(...weights))];
}

/**
 * Return points along every curve that a picture has drawn, and the boxes of its words.
 *
 * @param {SVGSVGElement} svg
 */
export function listDrawn(svg) {
  const curves = /** @type {SVGPathElement[]} */ ([...svg.querySelectorAll("path[clip-path]")]);
  const points = curves.flatMap((curve) => {
    const length = curve.getTotalLength();
    return Array.from({ length: SAMPLES + 1 }, (_, n) => {
      const { x, y } = curve.getPointAtLength((length * n) / SAMPLES);
      return [x, y];
    });
  });
  /** @type {Box[]} */
  const words = [...svg.querySelectorAll("text")].map((text) => text.getBBox());
  return { points, words };
}

/**
 * Return points along the straight pieces between some.
 *
 * @param {number[][]} corners
 */
export const fillPieces = (corners) =>
  corners.slice(1).flatMap(([x, y], n) => {
    const [a, b] = corners[n];
    const count = Math.max(1, Math.ceil(Math.hypot(x - a, y - b) / 4));
    return Array.from({ length: count + 1 }, (_, k) => [
      a + ((x - a) * k) / count,
      b + ((y - b) * k) / count,
    ]);
  });
