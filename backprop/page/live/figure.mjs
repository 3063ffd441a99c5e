// A figure that computes: its programs, which the engine wrote, its data, and the elements of its
// pictures by their names. backprop/show/live/live_figure.py writes what stands in the page.

import { find, findAll, whenRead } from "../dom.mjs";
import { unpack } from "../unpack.mjs";
import { showCode } from "./code.mjs";
import { leadsTo } from "./link.mjs";

const REST = 500; // ms without movement before a sentence is read aloud
const begun = new WeakSet();

/** @typedef {Record<string, any>} State */
/** @typedef {(state: State, ...given: any[]) => Record<string, any>} Program */

/**
 * What a figure's own module works with.
 *
 * @typedef {object} Figure
 * @property {HTMLElement} root
 * @property {any} data what Python handed over
 * @property {State} start the state at the beginning
 * @property {Record<string, Program>} programs
 * @property {SVGSVGElement[]} pictures
 * @property {(name: string, attributes: Record<string, string | number>) => void} set changes an
 *   element of a picture; the attribute "text" is what stands in it
 * @property {(sentence: string) => void} say shows the sentence of the moment, and has it read
 *   aloud once it rests
 */

/**
 * Let every figure of a kind that stands in the document begin, once.
 *
 * @param {string} kind
 * @param {(figure: Figure) => void} begin
 */
export function beginFigures(kind, begin) {
  whenRead(() => {
    findAll(document, `[data-live="${kind}"]`).forEach((root) => {
      // In browsers from before 2023 figures stay still, as they do without scripts.
      if (begun.has(root) || root.matches(".bp-moves") || !("DecompressionStream" in window))
        return;
      begun.add(root);
      unpack(root.dataset.program ?? "").then((payload) => {
        const figure = makeFigure(root, payload);
        root.classList.add("bp-moves");
        begin(figure);
        if (leadsTo(location.hash, root.id)) root.scrollIntoView();
      });
    });
  });
}

/**
 * @param {HTMLElement} root
 * @param {any} payload
 * @returns {Figure}
 */
function makeFigure(root, payload) {
  const stage = find(root, ".bp-stage");
  /** @type {Record<string, Element>} */
  const elements = {};
  for (const element of findAll(stage, "[data-n]", Element)) {
    elements[element.getAttribute("data-n") ?? ""] = element;
  }
  // Notebooks have plans of their own for arrow keys.
  root.addEventListener("keydown", (event) => event.stopPropagation());
  showCode(root, payload.programs);
  return {
    root,
    data: payload.data,
    start: payload.start,
    programs: Object.fromEntries(
      payload.programs.map((/** @type {any} */ { name, javascript }) => [
        name,
        compile(name, javascript),
      ]),
    ),
    pictures: findAll(stage, "svg", SVGSVGElement),
    set: (name, attributes) => {
      const element = elements[name];
      for (const [key, value] of Object.entries(attributes)) {
        if (key === "text") element.textContent = String(value);
        else element.setAttribute(key, String(value));
      }
    },
    say: makeVoice(root),
  };
}

/**
 * Return the function that a source defines. The build wrote it, and compared it with the engine.
 *
 * @param {string} name
 * @param {string} source
 * @returns {Program}
 */
function compile(name, source) {
  return new Function(`"use strict";${source}\nreturn ${name};`)();
}

/** @param {HTMLElement} root */
function makeVoice(root) {
  const [shown, live] = [find(root, ".bp-say"), find(root, ".bp-live")];
  const description = find(root, ".bp-stage svg desc", Element);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let rest;
  let first = true;
  return (/** @type {string} */ sentence) => {
    const asked = !first;
    first = false;
    if (shown.textContent === sentence) return;
    shown.textContent = description.textContent = sentence;
    clearTimeout(rest);
    if (asked) rest = setTimeout(() => (live.textContent = sentence), REST);
  };
}
