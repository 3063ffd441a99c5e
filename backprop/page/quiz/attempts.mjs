// What a reader has tried at one question: which answers count, and when the reasoning comes. The
// rule of backprop/course/questions/attempts.py.

import { judge, refuse } from "./kinds.mjs";
import { fill } from "./sentences.mjs";

/** @import {Question, Response, Verdict} from "./kinds.mjs" */
/** @import {Words} from "./sentences.mjs" */

export class Attempts {
  /**
   * @param {Words} words
   * @param {Question} question
   * @param {number} variant which set of numbers is asked
   */
  constructor(words, question, variant = 0) {
    this.words = words;
    this.question = question;
    this.variant = variant;
    this.tries = 0; // answers that counted
    this.misses = 0; // wrong ones among them, since these numbers came
    this.shown = false; // the reasoning has told the answer, and there are no other numbers to ask
    this.revealed = false; // it has, for these numbers, and there are others
    /** @type {Map<Verdict["given"], Verdict>} */
    this.tried = new Map();
  }

  get variantCount() {
    return this.question.variants?.length ?? 1;
  }

  /**
   * Take an answer. The same one again changes nothing; the first miss brings the hint, the second
   * one the reasoning.
   *
   * @param {Response} response
   * @returns {{ verdict: Verdict, isNew: boolean }}
   */
  take(response) {
    const verdict = judge(this.words, this.question, response, this.variant);
    if (!verdict.counted) return { verdict, isNew: false };
    const isNew = !this.tried.has(verdict.given);
    if (isNew && this.revealed)
      return { verdict: refuse(this.words, "numbers shown"), isNew: false };
    if (isNew) this.#count(verdict);
    if (!verdict.right) return { verdict: this.#addHelp(verdict), isNew };
    const isShown = this.shown && !verdict.verdict;
    return { verdict: isShown ? { ...verdict, verdict: "shown" } : verdict, isNew };
  }

  /** @param {Verdict} verdict */
  #count(verdict) {
    this.tried.set(verdict.given, verdict);
    this.tries += 1;
    if (verdict.right) return;
    this.misses += 1;
    if (this.misses < 2) return;
    this.revealed = this.variantCount > 1;
    this.shown = !this.revealed;
  }

  /**
   * @param {Verdict} verdict
   * @returns {Verdict}
   */
  #addHelp(verdict) {
    const kind = this.misses > 1 ? "reasoning" : "hint";
    const help = fill(this.question[kind], this.question.variants?.[this.variant].show);
    /** @type {Verdict} */
    const helped = { ...verdict, more: [kind, help] };
    return kind === "hint" ? helped : { ...helped, verdict: verdict.verdict ?? "explained" };
  }

  /** Go on to the next set of numbers. */
  renew() {
    this.variant = (this.variant + 1) % this.variantCount;
    this.misses = 0;
    this.revealed = false;
    this.tried.clear();
  }
}
