// What quizzes say: texts with places for numbers, filled in.

/** @typedef {string | (string | number)[]} Template HTML, cut where numbers are filled in */
/** @typedef {Record<string, Template>} Words the sentences of questions/sentences.py, as HTML */

/**
 * Fill a template in.
 *
 * @param {Template} template
 * @param {(string | number)[]} [values]
 */
export function fill(template, values = []) {
  if (typeof template === "string") return template;
  return template.map((part) => (typeof part === "number" ? values[part] : part)).join("");
}

/** @type {Record<string, string>} */
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };

/**
 * Make HTML of a text, as backprop/page/html.py does.
 *
 * @param {string} text
 */
export const escapeText = (text) => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign]);

/**
 * Write a sentence as a paragraph.
 *
 * @param {Words} words
 * @param {string} key
 * @param {string[]} values
 */
export const writeSentence = (words, key, ...values) =>
  `<p>${fill(words[key], values.map(escapeText))}</p>`;
