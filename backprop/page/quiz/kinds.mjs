// The rule that grades each kind of question, as backprop/course/questions/ has it: it works on what
// the page carries, knows of no page, and a test plays the same answers to both.

import { Unreadable, readLine, takeAssignment } from "./expressions.mjs";
import { agree, describeLineMiss, describeMiss } from "./misses.mjs";
import { readNumberTyped, showNumber } from "./numbers.mjs";
import { escapeText, fill, writeSentence } from "./sentences.mjs";

/** @import {Template, Words} from "./sentences.mjs" */

/**
 * A question, as the page carries it. Which of these there are depends on its kind.
 *
 * @typedef {object} Question
 * @property {string} id
 * @property {string} kind
 * @property {Template} hint
 * @property {Template} reasoning
 * @property {{ name: string, right: boolean, because: string, text: string }[]} options
 * @property {{ name: string, at: string, because: string }[]} steps
 * @property {{ name: string, order: string, because: string }[]} mistakes
 * @property {Template} lead
 * @property {Template} legend
 * @property {[Template, Template]} spoken
 * @property {{ show: string[], answer: number, slips: (number | null)[] }[]} [variants]
 * @property {{ name: string, because: Template, values: number[] }[]} slips
 * @property {number} tolerance
 * @property {string} unit
 * @property {number} low
 * @property {number} high
 * @property {string[]} ends
 * @property {string[]} computed
 * @property {string[]} names
 * @property {string} assigns
 * @property {number[][]} points
 * @property {number[]} values
 */

/**
 * What became of an answer.
 *
 * @typedef {object} Verdict
 * @property {boolean} right
 * @property {boolean} counted false for what is no answer at all
 * @property {string} because HTML
 * @property {string | number} [given] two answers of which it is equal are the same answer
 * @property {string | null} [misconception]
 * @property {string} [verdict] which word stands above, when it is not "right" or "wrong"
 * @property {Record<string, string>} [marks] which options get a sign
 * @property {[string, string]} [more] "hint" or "reasoning", and its HTML
 */

/** @typedef {string | null | undefined} Response what the reader chose or typed */

const LETTERS = "abcdefgh";

/**
 * Grade an answer, without hints.
 *
 * @param {Words} words
 * @param {Question} question
 * @param {Response} response
 * @param {number} variant
 * @returns {Verdict}
 */
export const judge = (words, question, response, variant = 0) =>
  KINDS[question.kind](question, response ?? "", variant, words);

/** @type {Record<string, (q: Question, response: string, variant: number, words: Words) => Verdict>} */
const KINDS = {
  choice: judgeChoice,
  several: judgeSeveral,
  order: judgeOrder,
  number: judgeNumber,
  code: judgeCode,
  "predict-option": comparePrediction,
  "predict-number": compareNumber,
};

/**
 * @param {Words} words
 * @param {string} key
 * @param {string[]} values
 * @returns {Verdict}
 */
export const refuse = (words, key, ...values) => ({
  counted: false,
  right: false,
  because: writeSentence(words, key, ...values),
});

/**
 * @param {boolean} right
 * @param {string} because
 * @param {Partial<Verdict>} [more]
 * @returns {Verdict}
 */
const decide = (right, because, more) => ({ counted: true, right, because, ...more });

/**
 * @param {Question} question
 * @param {string} response
 */
const pick = ({ options }, response) => options[LETTERS.indexOf(response || "-")];

/**
 * @param {Question} question
 * @param {string} response
 * @param {number} _
 * @param {Words} words
 */
function judgeChoice(question, response, _, words) {
  const option = pick(question, response);
  if (!option) return refuse(words, "no choice");
  return decide(option.right, option.because, {
    given: response,
    misconception: option.right ? null : option.name,
    marks: { [response]: option.right ? "right" : "wrong" },
  });
}

/**
 * @param {Question} question
 * @param {string} response
 * @param {number} _
 * @param {Words} words
 */
function judgeSeveral({ options, reasoning }, response, _, words) {
  const all = options.map((option, n) => ({ ...option, at: LETTERS[n] }));
  const ticked = all.filter(({ at }) => response.includes(at));
  if (!ticked.length) return refuse(words, "no tick");
  const given = ticked.map(({ at }) => at).join("");
  const wrongly = ticked.filter(({ right }) => !right);
  const missing = all.filter((option) => option.right && !ticked.includes(option));
  const explained = wrongly.length ? wrongly : missing;
  if (!explained.length) {
    const marks = Object.fromEntries(ticked.map(({ at }) => [at, "right"]));
    return decide(true, fill(reasoning), { given, marks });
  }
  const about = fill(words[wrongly.length ? "ticked" : "left out"]);
  const because = explained
    .map((option) => `<p>${about} <strong>${option.text}</strong></p>${option.because}`)
    .join("");
  return decide(false, because, {
    given,
    misconception: explained.map(({ name }) => name).join(", "),
    marks: Object.fromEntries(wrongly.map(({ at }) => [at, "wrong"])),
  });
}

/**
 * @param {Question} question
 * @param {string} response
 * @param {number} _
 * @param {Words} words
 */
function judgeOrder({ steps, mistakes, reasoning }, response, _, words) {
  const known = LETTERS.slice(0, steps.length);
  const given = [...response];
  if ([...given].sort().join("") !== known || response === known) return refuse(words, "not moved");
  /** @param {number[]} places */
  const rises = (places) => places.every((place, n) => !n || places[n - 1] < place);
  const mistake = mistakes.find(({ order }) => rises([...order].map((at) => given.indexOf(at))));
  if (mistake) {
    return decide(false, mistake.because, { given: response, misconception: mistake.name });
  }
  const n = steps.findIndex(
    (step, i) => i > 0 && given.indexOf(step.at) < given.indexOf(steps[i - 1].at),
  );
  if (n < 0) return decide(true, fill(reasoning), { given: response });
  const misconception = `${steps[n].name} before ${steps[n - 1].name}`;
  return decide(false, steps[n].because, { given: response, misconception });
}

/**
 * @param {Question} question
 * @param {string} response
 * @param {number} variant
 * @param {Words} words
 */
function judgeNumber(question, response, variant, words) {
  const { number, problem } = readTyped(question, response, words);
  if (problem) return problem;
  const at = (question.variants ?? [])[variant];
  const { tolerance, slips } = question;
  /** @param {number | null} value */
  const meets = (value) => value !== null && Math.abs(number - value) <= tolerance;
  if (meets(at.answer)) return decide(true, fill(question.reasoning, at.show), { given: number });
  const slip = slips[at.slips.findIndex(meets)];
  if (slip) {
    const because = fill(slip.because, at.show);
    return decide(false, because, { given: number, misconception: slip.name });
  }
  const [key, ...values] = describeMiss(number, at.answer, tolerance);
  const onward = key === "close" ? "" : writeSentence(words, "once more");
  return decide(false, writeSentence(words, key, ...values) + onward, { given: number });
}

/**
 * Read a number that was typed, its unit behind it or not; or say what to answer instead.
 *
 * @param {Question} question
 * @param {string} response
 * @param {Words} words
 * @returns {{ number: number, text: string, problem?: Verdict }}
 */
function readTyped({ unit }, response, words) {
  const { number, text, problem } = readNumberTyped(response, unit);
  const [key, ...values] = problem ?? [];
  return key ? { number, text, problem: refuse(words, key, ...values) } : { number, text };
}

/**
 * @param {Question} question
 * @param {string} response
 * @param {number} _
 * @param {Words} words
 */
function judgeCode(question, response, _, words) {
  const { names, points, values, slips } = question;
  let line;
  try {
    line = readLine(takeAssignment(response, question.assigns), names);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const [key, ...needed] = error.sentence;
    return refuse(words, key, ...needed);
  }
  const got = points.map(line);
  const given = got.join();
  if (agree(got, values)) return decide(true, fill(question.reasoning), { given });
  const slip = slips.find((each) => agree(got, each.values));
  if (slip) return decide(false, fill(slip.because), { given, misconception: slip.name });
  const n = got.findIndex((value, i) => !agree([value], [values[i]]));
  const point = names.map((name, i) => `${name} = ${showNumber(points[n][i])}`).join(", ");
  // Browsers round ties up and NumPy rounds them to even: a nudge, and there are none.
  const shown = [got[n], values[n]].map((value) => showNumber(value * (1 + 1e-12)));
  const [key, ...needed] = describeLineMiss(got, values);
  const everywhere = key ? writeSentence(words, key, ...needed) : "";
  return decide(false, everywhere + writeSentence(words, "other value", point, ...shown), {
    given,
  });
}

/**
 * A prediction counts as answered whatever it was; the words above it say whether it was close.
 *
 * @param {boolean} near
 * @param {string} because
 * @param {Partial<Verdict>} more
 */
const comparePair = (near, because, { misconception = null, ...more }) =>
  decide(true, because, {
    ...more,
    misconception: near ? null : misconception,
    verdict: near ? "well predicted" : "compare",
  });

/**
 * @param {Words} words
 * @param {string} guessed
 * @param {string} computed
 */
const setBeside = (words, guessed, computed) =>
  `<dl class="bp-compare"><div><dt>${words["your guess"]}</dt><dd>${guessed}</dd></div>` +
  `<div><dt>${words.computed}</dt><dd>${computed}</dd></div></dl>`;

/**
 * @param {Question} question
 * @param {string} response
 * @param {number} _
 * @param {Words} words
 */
function comparePrediction(question, response, _, words) {
  const chosen = pick(question, response);
  if (!chosen) return refuse(words, "no choice");
  const n = question.options.findIndex((option) => option.right);
  const real = question.options[n];
  const because = chosen === real ? "" : chosen.because;
  return comparePair(
    chosen === real,
    setBeside(words, chosen.text, real.text) + because + real.because,
    {
      given: response,
      misconception: chosen.name,
      marks: { [LETTERS[n]]: "right" },
    },
  );
}

/**
 * @param {Question} question
 * @param {string} response
 * @param {number} variant
 * @param {Words} words
 */
function compareNumber(question, response, variant, words) {
  const { number, text, problem } = readTyped(question, response, words);
  if (problem) return problem;
  const { low, high, tolerance, slips, unit } = question;
  if (!(number >= low && number <= high)) return refuse(words, "out of range", ...question.ends);
  const at = (question.variants ?? [])[variant];
  /** @param {number} value */
  const percent = (value) =>
    Math.floor(100 * Math.min(Math.max((value - low) / (high - low), 0), 1) + 0.5);
  const [guessed, computed] = [text, question.computed[variant]].map((value) =>
    escapeText(`${value} ${unit}`.trim()),
  );
  const style = `--guess:${percent(number)}%;--computed:${percent(at.answer)}%`;
  const scale = `<div class="bp-scale" aria-hidden="true" style="${style}"></div>`;
  /** @param {number | null} value */
  const meets = (value) => value !== null && Math.abs(number - value) <= tolerance;
  const slip = meets(at.answer) ? undefined : slips[at.slips.findIndex(meets)];
  const why = fill(slip?.because ?? "", at.show) + fill(question.reasoning, at.show);
  return comparePair(meets(at.answer), setBeside(words, guessed, computed) + scale + why, {
    given: number,
    misconception: slip?.name ?? null,
  });
}
