// Marks that move, as paths, as backprop/show/live/marks.py writes them: arrows of steps, dots of
// past positions, and where a line leaves its frame.

import { limit, round } from "./scales.mjs";

/** The path of what is not seen. */
export const NOTHING = "M0 0";

/**
 * Write an arrow as the path of one filled shape: its head is never longer than itself.
 *
 * @param {number[]} tail
 * @param {number[]} tip
 * @param {number} width
 */
export function writeArrow(tail, tip, width) {
  const length = Math.hypot(tip[0] - tail[0], tip[1] - tail[1]);
  if (length < 0.5) return NOTHING;
  const [x, y] = [(tip[0] - tail[0]) / length, (tip[1] - tail[1]) / length];
  const [neck, half] = [length - Math.min(5 + 1.6 * width, length), width / 2];
  const wing = 2.5 + 0.9 * width;
  const points = [
    [0, half],
    [neck, half],
    [neck, wing],
    [length, 0],
    [neck, -wing],
    [neck, -half],
    [0, -half],
  ].map(
    ([ahead, aside]) =>
      `${round(tail[0] + x * ahead - y * aside)} ${round(tail[1] + y * ahead + x * aside)}`,
  );
  return `M${points.join("L")}Z`;
}

/**
 * Write a circle of four arcs, against the clock: in a box written with it, it is a hole.
 *
 * @param {number[]} middle
 * @param {number} r
 */
export function writeCircle([x, y], r) {
  const k = 0.5523 * r;
  const arcs = [
    [x + r, y - k, x + k, y - r, x, y - r],
    [x - k, y - r, x - r, y - k, x - r, y],
    [x - r, y + k, x - k, y + r, x, y + r],
    [x + k, y + r, x + r, y + k, x + r, y],
  ].map((arc) => `C${arc.map(round).join(" ")}`);
  return `M${round(x + r)} ${round(y)}${arcs.join("")}Z`;
}

/**
 * Write past positions as circles that shrink with their age: the last point is the newest.
 *
 * @param {number[][]} points
 */
export function writeCircles(points) {
  const newest = points.length - 1;
  const circles = points.map((at, k) => writeCircle(at, Math.max(2, 5 - 0.5 * (newest - k))));
  return circles.join("") || NOTHING;
}

/**
 * Return where a line that begins within a box ends or leaves it.
 *
 * @param {number[]} tail
 * @param {number[]} tip
 * @param {number[]} box left, top, right and bottom
 */
export function cutLine(tail, tip, box) {
  const shares = [0, 1].map((k) => {
    const edge = limit(tip[k], box[k], box[k + 2]);
    return edge === tip[k] ? 1 : (edge - tail[k]) / (tip[k] - tail[k]);
  });
  const share = Math.min(...shares);
  return [0, 1].map((k) => tail[k] + share * (tip[k] - tail[k]));
}
