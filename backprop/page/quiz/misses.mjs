// What can be said of a wrong answer that comes from no known slip, and is true of it: the rule of
// backprop/course/questions/misses.py.

import { showNumber } from "./numbers.mjs";

const FACTORS = [2, 3, 4, 5, 6];
const CLEAR = 4;
const ROUNDING = 0.005;

/**
 * Find a sentence that is true of a wrong number: its key, and what it needs.
 *
 * @param {number} number
 * @param {number} answer
 * @param {number} tolerance
 * @returns {[string, ...string[]]}
 */
export function describeMiss(number, answer, tolerance) {
  /** @param {number} value */
  const meets = (value) => Math.abs(number - value) <= tolerance;
  const miss = Math.abs(number - answer);
  if (miss <= Math.min(5 * tolerance, 0.05 * Math.abs(answer)))
    return [miss <= ROUNDING * Math.abs(answer) ? "close" : "near"];
  if (Math.min(Math.abs(number), Math.abs(answer)) > CLEAR * tolerance) {
    if (meets(-answer)) return ["opposite"];
    if (meets(1 / answer) && !meets(answer)) return ["upside down"];
    for (const factor of FACTORS.flatMap((size) => [size, -size])) {
      if (meets(factor * answer)) return ["multiple", showNumber(factor)];
      if (Math.abs(factor * number - answer) <= tolerance) return ["part", showNumber(factor)];
    }
    if ([1, 2, 3, -1, -2, -3].some((power) => meets(answer * 10 ** power)))
      return ["shifted point"];
  }
  return [compareSizes(number, answer)];
}

/**
 * @param {number} number
 * @param {number} answer
 */
function compareSizes(number, answer) {
  if (number * answer < 0) return answer > 0 ? "is positive" : "is negative";
  if (answer && Math.abs(number) > 10 * Math.abs(answer)) return "far above";
  if (number && Math.abs(answer) > 10 * Math.abs(number)) return "far below";
  return number > answer ? "above" : "below";
}

/**
 * Find a sentence that is true of a wrong line at every point; none where nothing is the same.
 *
 * @param {number[]} got
 * @param {number[]} wanted
 * @returns {[] | [string, ...string[]]}
 */
export function describeLineMiss(got, wanted) {
  if (!got.every(Number.isFinite)) return [];
  /** @param {(value: number) => number} change */
  const agrees = (change) => agree(got.map(change), wanted);
  if (agrees((value) => -value)) return ["line opposite"];
  if (got.every(Boolean) && agrees((value) => 1 / value)) return ["line upside down"];
  const n = wanted.findIndex(Boolean);
  const ratio = n < 0 ? 0 : got[n] / wanted[n];
  if (ratio && agrees((value) => value / ratio)) return ["line multiple", showNumber(ratio)];
  const shift = got[0] - wanted[0];
  if (agrees((value) => value - shift)) return ["line shifted", showNumber(shift)];
  return [];
}

/**
 * Check whether values agree, one by one, up to rounding.
 *
 * @param {number[]} got
 * @param {number[]} wanted
 */
export function agree(got, wanted) {
  return got.every(
    (value, n) => Math.abs(value - wanted[n]) <= 1e-9 * Math.max(1, Math.abs(wanted[n])),
  );
}
