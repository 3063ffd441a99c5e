// Notices below a question: what was not kept, and why.

import { make } from "../dom.mjs";

/**
 * Show a notice below a question, once in its quiz, or take it away.
 *
 * @param {EventTarget | null} question
 * @param {string} text nothing for no notice
 */
export function setNotice(question, text) {
  if (!(question instanceof Element)) return;
  const shown = question
    .closest(".bp-quiz, .bp-predict, .bp-exercise")
    ?.querySelector(".bp-notice");
  if (shown?.textContent === text) return;
  shown?.remove();
  if (text) question.append(make("p", { class: "bp-notice", role: "status" }, text));
}
