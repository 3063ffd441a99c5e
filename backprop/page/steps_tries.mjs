// The field for the number of the next edge. Only steppers that ask bring this along; steps.mjs
// finds it in the library.

import { find, findAll, library, make } from "./dom.mjs";
import { readNumberTyped } from "./quiz/numbers.mjs";
import { keysOf } from "./steps/keys.mjs";

const NOTE = ["Which two numbers", "are multiplied here?"];

/**
 * Ask for the number of the next edge, and set what was typed beside the true one.
 *
 * @param {HTMLElement} root
 * @param {HTMLElement[]} steps
 * @param {{ isWhole: (number: number) => boolean }} units
 * @param {(number: number) => void} go
 */
export function startTries(root, steps, units, go) {
  const form = find(root, ".bp-try");
  const input = find(form, "input", HTMLInputElement);
  const [ask, refused] = [find(form, ".bp-try-ask"), find(form, ".bp-refused")];
  /** @type {Map<number, string>} */
  const typed = new Map();
  let next = 0;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { text, problem } = readNumberTyped(input.value, "");
    refused.textContent = problem ? "Type a number, or press Next." : "";
    if (problem) return input.focus();
    if (!typed.has(next)) typed.set(next, text);
    go(next);
    input.focus({ preventScroll: true });
  });
  return {
    /** @param {number} number @param {HTMLElement} say */
    show(number, say) {
      next = number + 1;
      const question = units.isWhole(next) ? steps[next]?.dataset.ask : undefined;
      for (const part of findAll(root, ".bp-asked")) part.classList.remove("bp-asked");
      form.classList.toggle("bp-idle", !question); // it keeps its room
      ask.textContent = question ?? "";
      input.value = "";
      refused.textContent = "";
      if (question) {
        const edge = keysOf(steps[next])
          .find((key) => key[0] === "e")
          ?.slice(1);
        for (const part of findAll(
          root,
          `.bp-query[data-edge="${edge}"], .bp-edge[data-edge="${edge}"]`,
        ))
          part.classList.add("bp-asked");
        writeNotes(root);
      }
      const own = typed.get(number);
      if (own === undefined) return;
      const flag = make("span", { class: "bp-flag" }, "you");
      say.prepend(make("p", { class: "bp-yours" }, flag, ` ${own}`));
    },
    forget: () => typed.clear(),
  };
}

/**
 * Write the question beside the edge that is asked for, where the picture has room for it.
 *
 * @param {HTMLElement} root
 */
function writeNotes(root) {
  for (const note of findAll(root, ".bp-asked .bp-note:empty", SVGTextElement))
    NOTE.forEach((line, n) => {
      const part = document.createElementNS(note.namespaceURI, "tspan");
      part.setAttribute("x", note.getAttribute("x") ?? "");
      part.setAttribute("dy", n ? "1.2em" : "0");
      part.textContent = line;
      note.append(part);
    });
}

library.stepTries = startTries;
