// Predictions in the text of a chapter, on a page and in a notebook. What reads a guess and sets it
// beside the truth stands in predict/; here is what a reader sees of it. Who guesses in a picture
// needs predict_pictures as well.

import { find, findAll, library, make, showButton, whenRead } from "./dom.mjs";
import { showAmount } from "./predict/distances.mjs";
import { compareGuess, fitsGuess, readGuess } from "./predict/kinds.mjs";
import { fill } from "./quiz/sentences.mjs";

/** @import {Asked} from "./predict/kinds.mjs" */
/** @import {Guess} from "./progress/records.mjs" */

/**
 * What a reader guesses with: it gives a response, and shows a guess that was made and the truth.
 *
 * @typedef {object} Controls
 * @property {() => any} read
 * @property {(guess: any) => void} show shows a guess, or the truth alone where it is null
 */

/** @param {HTMLElement} root */
function start(root) {
  root.dataset.ready = "true";
  const bytes = Uint8Array.from(atob(root.dataset.payload ?? ""), (c) => c.charCodeAt(0));
  /** @type {Asked} */
  const asked = JSON.parse(new TextDecoder().decode(bytes));
  root.querySelector(".bp-needs-script")?.remove();
  const [form, actions] = [find(root, "form", HTMLFormElement), find(root, ".bp-actions")];
  const [refused, beside] = [find(root, ".bp-refused"), find(root, ".bp-beside")];
  const truth = find(root, ".bp-truth", HTMLDetailsElement);
  const controls = startControls(root, asked);

  /** @param {Guess | null} guess */
  function open(guess) {
    if (!actions.hidden || root.dataset.state !== "open") {
      root.dataset.state = "open";
      actions.hidden = true;
      refused.replaceChildren();
      for (const input of findAll(form, "input", HTMLInputElement)) input.disabled = true;
      controls.show(guess);
      if (guess !== null) beside.innerHTML = compareGuess(asked, guess);
      find(root, ".bp-told").hidden = guess !== null;
      truth.hidden = false;
      truth.open = true;
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const found = readGuess(asked, controls.read());
    if (found.refused !== undefined) {
      refused.innerHTML = found.refused;
      form.querySelector("input")?.focus();
      return;
    }
    open(found.guess);
    const { chapter, name } = root.dataset;
    const detail = { chapter, name, guess: found.guess };
    root.dispatchEvent(new CustomEvent("backprop:guess", { bubbles: true, detail }));
    find(truth, "summary").focus({ preventScroll: true });
  });
  find(root, ".bp-reveal").addEventListener("click", () => {
    open(null);
    find(truth, "summary").focus({ preventScroll: true });
  });
  /** @param {unknown} guess */
  const reopen = (guess) => {
    if (root.dataset.state !== "open" && fitsGuess(asked, guess)) {
      open(/** @type {Guess} */ (guess));
    }
  };
  // whoever keeps the reader's progress knows the guess of an earlier visit
  root.addEventListener("backprop:guessed", (event) =>
    reopen(/** @type {CustomEvent} */ (event).detail.guess),
  );
  // The theme and Jupyter listen for single keys ("/" opens the search): not while answering.
  for (const kind of ["keydown", "keypress", "keyup"]) {
    root.addEventListener(kind, (event) => event.stopPropagation());
  }
  for (const button of findAll(actions, "button")) showButton(button);
  actions.hidden = false;
  if (root.dataset.guess) reopen(JSON.parse(root.dataset.guess));
  else if (truth.open) open(null);
  else truth.hidden = true;
}

/**
 * @param {HTMLElement} root
 * @param {Asked} asked
 * @returns {Controls}
 */
function startControls(root, asked) {
  if (asked.kind === "number") return startNumber(find(root, "input", HTMLInputElement));
  if (asked.kind === "choice" || asked.kind === "several") return startOptions(root, asked);
  if (!library.predictInPicture) throw new Error("predict_pictures.mjs is missing");
  return library.predictInPicture(root, asked);
}

/**
 * @param {HTMLInputElement} input
 * @returns {Controls}
 */
const startNumber = (input) => ({
  read: () => input.value,
  show(guess) {
    if (guess !== null && !input.value) input.value = showAmount(guess);
  },
});

/**
 * @param {HTMLElement} root
 * @param {Asked} asked
 * @returns {Controls}
 */
function startOptions(root, { kind, truth, words }) {
  const inputs = findAll(root, ".bp-choice input", HTMLInputElement);
  return {
    read() {
      const chosen = inputs.filter((input) => input.checked).map(({ value }) => value);
      return kind === "choice" ? chosen[0] : chosen;
    },
    show(guess) {
      for (const input of inputs) {
        const guessed = guess !== null && [guess].flat().includes(input.value);
        input.checked = guessed;
        const label = find(input.parentElement ?? root, "span").parentElement;
        if ([truth].flat().includes(input.value)) {
          label?.append(make("span", { class: "bp-so" }, fill(words.so)));
        }
        if (guessed) label?.append(make("span", { class: "bp-flag" }, fill(words.you)));
      }
    },
  };
}

// A notebook brings this script with every prediction.
if (!library.predict) {
  library.predict = () => findAll(document, ".bp-predict:not([data-ready])").forEach(start);
  whenRead(() => library.predict?.());
}
