// How each kind of prediction reads a guess and sets it beside the truth, as
// backprop/course/predictions/ has it. It knows of no page.

import { readNumberTyped } from "../quiz/numbers.mjs";
import { fill, writeSentence } from "../quiz/sentences.mjs";
import {
  NUDGE,
  compareCurves,
  compareNumbers,
  comparePoints,
  showAmount,
  showFixed,
} from "./distances.mjs";

/** @import {Guess} from "../progress/records.mjs" */
/** @import {Words} from "../quiz/sentences.mjs" */

/**
 * A prediction, as the page carries it. Which of these there are depends on its kind.
 *
 * @typedef {object} Asked
 * @property {string} kind
 * @property {Words} words
 * @property {any} truth
 * @property {string} unit
 * @property {string} shown
 * @property {number} tolerance
 * @property {{ ends: [number, number], shown: [string, string] } | null} line
 * @property {{ ends: [number, number | null], shown: string[] } | null} within
 * @property {{ name: string, text: string }[]} options
 * @property {[string, string]} names
 * @property {[number, number]} x
 * @property {[number, number]} y
 * @property {[number, number, number, number]} area left, top, width and height of the axes
 * @property {[number, number]} decimals
 * @property {number[]} grid
 * @property {number[]} drawn the true curve, finer than the grid
 * @property {string} called what the true curve is called, in a word or two
 * @property {string} ink its colour, as the palette names it
 */

/** @typedef {{ guess: Guess, refused?: undefined } | { refused: string }} Read */

/**
 * Read what a reader expects, or say why that is no guess.
 *
 * @param {Asked} asked
 * @param {any} response text, the name of an option, or a list
 * @returns {Read}
 */
export const readGuess = (asked, response) => KINDS[asked.kind].read(asked, response);

/**
 * Check whether a guess that was kept is one for this prediction, as it is now.
 *
 * @param {Asked} asked
 * @param {any} guess
 * @returns {boolean}
 */
export const fitsGuess = (asked, guess) => KINDS[asked.kind].fits(asked, guess);

/**
 * Set a guess beside the truth, as HTML.
 *
 * @param {Asked} asked
 * @param {any} guess
 * @returns {string}
 */
export const compareGuess = (asked, guess) => KINDS[asked.kind].compare(asked, guess);

/**
 * @param {Asked} asked
 * @param {string} key
 * @param {string[]} values
 */
const refuse = ({ words }, key, ...values) => ({ refused: writeSentence(words, key, ...values) });

/**
 * Refuse what cannot be, whatever the truth is.
 *
 * @param {Asked} asked
 * @param {number} value
 */
function refuseOutside(asked, value) {
  if (!asked.within?.ends) return undefined;
  const { ends, shown } = asked.within;
  const [low, high] = ends;
  if (value >= low && value <= (high ?? Infinity)) return undefined;
  return refuse(asked, high === null ? "not below" : "between", ...shown);
}

/**
 * @typedef {object} Kind
 * @property {(asked: Asked, response: any) => Read} read
 * @property {(asked: Asked, guess: any) => boolean} fits
 * @property {(asked: Asked, guess: any) => string} compare
 */

/** @type {Kind} */
const number = {
  read(asked, response) {
    const { number, problem } = readNumberTyped(response ?? "", asked.unit);
    return problem
      ? refuse(asked, ...problem)
      : (refuseOutside(asked, number) ?? { guess: number });
  },
  fits: (_, guess) => typeof guess === "number",
  compare(asked, guess) {
    const { words, truth, shown, tolerance, unit } = asked;
    const [key, ...values] = compareNumbers(guess, truth, tolerance);
    const said = `${showAmount(guess)} ${unit}`.trim();
    return writeSentence(words, key, said, shown, ...values) + drawLine(asked, guess);
  },
};

/**
 * Draw flag and truth on the number line, where the guess lies on it.
 *
 * @param {Asked} asked
 * @param {number} guess
 */
function drawLine({ line, truth, words }, guess) {
  if (!line || guess < line.ends[0] || guess > line.ends[1]) return "";
  const [low, high] = line.ends;
  const [at, right] = [guess, truth].map(
    (value) => Math.floor((1000 * (value - low)) / (high - low) + 0.5) / 10,
  );
  return (
    `<div class="bp-number-line" aria-hidden="true"><span>${line.shown[0]}</span>` +
    `<span>${line.shown[1]}</span><b style="left:${at}%"><span>${fill(words.you)}</span></b>` +
    `<i style="left:${right}%"></i></div>`
  );
}

/**
 * @param {Asked} asked
 * @param {string[]} names
 */
const writeNames = ({ options }, names) =>
  options
    .filter(({ name }) => names.includes(name))
    .map(({ text }) => text)
    .join(", ");

/**
 * @param {Asked} asked
 * @param {string} key
 * @param {string[]} names
 */
const writeOptions = ({ words }, key, ...names) => `<p>${fill(words[key], names)}</p>`;

/** @type {Kind} */
const choice = {
  read(asked, response) {
    return asked.options.some(({ name }) => name === response)
      ? { guess: response }
      : refuse(asked, "no choice");
  },
  fits: ({ options }, guess) => options.some(({ name }) => name === guess),
  compare(asked, guess) {
    const key = guess === asked.truth ? "same option" : "other option";
    return writeOptions(asked, key, writeNames(asked, [guess]), writeNames(asked, [asked.truth]));
  },
};

/** @type {Kind} */
const several = {
  read(asked, response) {
    const ticked = asked.options.map(({ name }) => name).filter((name) => response.includes(name));
    return ticked.length ? { guess: ticked } : refuse(asked, "no tick");
  },
  fits: ({ options }, guess) =>
    Array.isArray(guess) &&
    guess.length > 0 &&
    guess.every((each) => options.some(({ name }) => name === each)),
  compare(asked, guess) {
    const { truth } = asked;
    const own = writeNames(asked, guess);
    if (!truth.length) return writeOptions(asked, "other none", own);
    const isSame =
      truth.length === guess.length &&
      guess.every((/** @type {string} */ each) => truth.includes(each));
    return writeOptions(asked, isSame ? "same set" : "other set", own, writeNames(asked, truth));
  },
};

/**
 * @param {unknown} guess
 * @param {number} count
 */
const areNumbers = (guess, count) =>
  Array.isArray(guess) && guess.length === count && guess.every((each) => typeof each === "number");

/**
 * @param {number} value
 * @param {number} decimals
 */
const round = (value, decimals) => Number((value * NUDGE).toFixed(decimals)) + 0; // no −0

/** @param {[number, number]} ends */
const span = ([low, high]) => high - low;

/** @type {Kind} */
const point = {
  read(asked, response) {
    const isOne = areNumbers(response, 2);
    /** @param {number} at @param {number} n */
    const places = (at, n) => round(at, asked.decimals[n]);
    return isOne ? { guess: response.map(places) } : refuse(asked, "no place");
  },
  fits: (_, guess) => areNumbers(guess, 2),
  compare(asked, guess) {
    const { words, truth, names, decimals, x, y } = asked;
    /** @param {number[]} place */
    const name = (place) =>
      place.map((at, n) => `${names[n]} = ${showFixed(at, decimals[n])}`).join(", ");
    const [key, ...values] = comparePoints(guess, truth, [span(x), span(y)], decimals);
    return writeSentence(words, key, name(guess), name(truth), ...values);
  },
};

/** @type {Kind} */
const curve = {
  read(asked, response) {
    const isOne = areNumbers(response, asked.grid.length);
    /** @param {number} at */
    const places = (at) => round(at, asked.decimals[1]);
    return isOne ? { guess: response.map(places) } : refuse(asked, "no curve");
  },
  fits: ({ grid }, guess) => areNumbers(guess, grid.length),
  compare({ words, truth, names, decimals, grid, y }, guess) {
    const { key, place, away } = compareCurves(guess, truth, span(y));
    const where = `${names[0]} = ${showFixed(grid[place] * NUDGE, decimals[0])}`;
    const far = showFixed(Math.abs(away) * NUDGE, decimals[1]);
    return writeSentence(words, key, far, where, away > 0 ? "high" : "low");
  },
};

/** @type {Record<string, Kind>} */
const KINDS = { number, choice, several, point, curve };
