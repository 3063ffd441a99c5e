// What is said of a guess beside the truth, by the rule of
// backprop/course/predictions/distances.py; a test plays the same guesses to both.

import { showNumber } from "../quiz/numbers.mjs";

const WORDS = ["", "", "twice", "three times", "four times", "five times", "six times"];
WORDS.push("seven times", "eight times", "nine times", "ten times");
const FACTOR = 1.5; // from here on a factor says more than a difference
const NEARLY = 0.015; // of an axis: what is closer cannot be told apart in a picture
export const NUDGE = 1 + 1e-12; // browsers round ties up, Python rounds them to even

/**
 * Print a whole number whole, and of another six digits.
 *
 * @param {number} value
 */
export function showAmount(value) {
  const whole = Math.floor(value + 0.5);
  const isWhole = Math.abs(value) < 1e15 && Math.abs(value - whole) < 1e-9;
  return isWhole ? showFixed(whole, 0) : showNumber(value * NUDGE);
}

/** @param {number} ratio */
function writeFactor(ratio) {
  const whole = Math.floor(ratio + 0.5);
  if (WORDS[whole] && Math.abs(ratio - whole) < 1e-9) return WORDS[whole];
  return `about ${showNumber(Number((ratio * NUDGE).toPrecision(2)))} times`;
}

/**
 * Find a sentence that is true of a guess beside the truth: its key, and the value that it needs.
 *
 * @param {number} guess
 * @param {number} truth
 * @param {number} tolerance
 * @returns {[string, ...string[]]}
 */
export function compareNumbers(guess, truth, tolerance) {
  if (Math.abs(guess - truth) <= tolerance) return ["same"];
  const away = showAmount(Math.abs(truth - guess));
  if (guess * truth < 0) return ["other sign", away];
  if (guess && truth) {
    const ratio = truth / guess;
    if (ratio >= FACTOR) return ["times", writeFactor(ratio)];
    if (1 / ratio >= FACTOR) return ["part", writeFactor(1 / ratio)];
  }
  return [truth > guess ? "more" : "less", away];
}

/**
 * Write a number with so many decimals, and a real minus sign.
 *
 * @param {number} value
 * @param {number} decimals
 */
export function showFixed(value, decimals) {
  const text = value.toFixed(decimals);
  return (/[1-9]/.test(text) ? text : text.replace("-", "")).replace("-", "\u2212");
}

const WAYS = [
  ["further right", "further left"],
  ["higher", "lower"],
];

/**
 * Find a sentence that is true of a marked place beside the true one.
 *
 * @param {number[]} guess
 * @param {number[]} truth
 * @param {number[]} spans how long the axes are
 * @param {number[]} decimals
 * @returns {[string, ...string[]]}
 */
export function comparePoints(guess, truth, spans, decimals) {
  const found = WAYS.flatMap(([more, less], axis) => {
    const away = truth[axis] - guess[axis];
    if (Math.abs(away) <= NEARLY * spans[axis]) return [];
    return [`${showFixed(Math.abs(away) * NUDGE, decimals[axis])} ${away > 0 ? more : less}`];
  });
  return found.length ? ["other place", found.join(" and ")] : ["same place"];
}

/**
 * Find a sentence that is true of a drawn curve beside the true one, where the two are furthest
 * apart, and by how much the guess lies too high there.
 *
 * @param {number[]} guess
 * @param {number[]} truth
 * @param {number} span
 * @returns {{ key: string, place: number, away: number }}
 */
export function compareCurves(guess, truth, span) {
  const away = guess.map((at, n) => at - truth[n]);
  const sizes = away.map(Math.abs);
  const place = sizes.indexOf(Math.max(...sizes));
  const key = sizes[place] <= NEARLY * span ? "same curve" : "other curve";
  return { key, place, away: away[place] };
}
