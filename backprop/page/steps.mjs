// Steps through a graph that backprop.show.backward_steps has drawn: the page holds the complete
// picture, with the steps between which each part is there, and the list of steps in words. It
// begins at the first step back, and asks for the number of each edge before it shows it.

import { find, findAll, library, whenRead } from "./dom.mjs";
import { keysOf, phaseOf } from "./steps/keys.mjs";

/** @typedef {ReturnType<typeof import("./steps_units.mjs").startUnits>} Units */
/** @typedef {ReturnType<typeof import("./steps_tries.mjs").startTries>} Tries */

const QUIET = 400; // ms without movement before a step is read aloud
const READING = 32; // ms that reading one character of a step takes, when playing
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

// Keys name boxes (n) and lines (e), the box that the upstream gradient comes from (u), and those
// whose values the local derivative is made of (v).
/** @type {Record<string, string>} */
const MARKS = { n: "bp-now", e: "bp-now", u: "bp-up", v: "bp-used" };
const MARKED = Object.values(MARKS);
const LINES = { short: 10, long: 4 }; // of the program, that are in sight at once

/** @param {HTMLElement} step */
const wordsOf = (step) => step.lastElementChild?.textContent ?? "";

/** @param {HTMLElement} root */
function begin(root) {
  if (root.classList.contains("bp-moves")) return;
  const steps = findAll(root, "li[data-at]");
  const last = steps.length - 1;
  const slider = find(root, "input[type=range]", HTMLInputElement);
  const [output, play] = [find(root, "output"), find(root, ".bp-play")];
  const [back, next] = [find(root, ".bp-step-back"), find(root, ".bp-step-next")];
  const [say, live] = [find(root, ".bp-say"), find(root, ".bp-live")];
  const boxes = findAll(root, ".bp-ways > .bp-graph");
  const box = boxes[0];
  const turn = Number(root.dataset.turn);
  const start = Number(root.dataset.start);
  const fold = root.querySelector(".bp-units") ? library.stepUnits : undefined;
  /** @type {Units} */
  const units =
    fold?.(root, steps, () => {
      const here = shown;
      shown = -1; // the same step, shown anew: nothing to scroll to, or to say
      show(units.settle(here, -1));
    }) ?? walkSingly(steps);
  const ask = root.querySelector(".bp-try") ? library.stepTries : undefined;
  /** @type {Tries} */
  const tries = ask?.(root, steps, units, (number) => go(number)) ?? {
    show: () => undefined,
    forget: () => undefined, // arrays are not asked for
  };
  let shown = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let quiet;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {number} wanted */
  function show(wanted) {
    const number = Math.max(0, Math.min(last, wanted));
    if (number === shown) return;
    const taken = units.run(number); // several steps at once, in a unit that is folded
    const step = units.wordsFor(taken) ?? steps[number];
    const first = shown < 0;
    shown = number;
    for (const part of findAll(root, "[data-from]")) {
      const { from, to } = part.dataset;
      const isOff = number < Number(from) || number > Number(to ?? last);
      part.classList.toggle("bp-off", isOff);
      if (!part.classList.length) part.removeAttribute("class"); // as it came
    }
    for (const part of findAll(root, ".bp-now, .bp-up, .bp-used")) {
      part.classList.remove(...MARKED);
      if (!part.classList.length) part.removeAttribute("class"); // as it came
    }
    const seen = boxes.find((each) => each.clientWidth) ?? box;
    const now = taken.flatMap((each) => markParts(root, seen, each, taken.length > 1));
    units.mark(number);
    const phase = phaseOf(root, number);
    root.dataset.phase = phase;
    say.innerHTML = step.innerHTML;
    for (const equation of findAll(say, "p")) equation.hidden = false;
    tries.show(number, say);
    lightLines(root, taken);
    output.textContent = `${number + 1} of ${last + 1}`;
    slider.value = String(number);
    slider.setAttribute("aria-valuetext", `${output.textContent}, ${phase}`);
    slider.style.setProperty("--bp-at", String(number / last));
    back.setAttribute("aria-disabled", String(number === 0));
    next.setAttribute("aria-disabled", String(number === last));
    if (first) return;
    const reached = number ? now : findAll(seen, ".bp-node").slice(0, 1);
    // what is hidden has no width
    const sides = reached.map((part) => part.getBoundingClientRect()).filter(({ width }) => width);
    if (seen.matches(".bp-down")) reachDown(seen, sides);
    library.stepOverview?.follow(seen, sides, phase);
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      live.textContent = wordsOf(step);
    }, QUIET);
  }

  function pause() {
    clearTimeout(timer);
    timer = undefined;
    play.textContent = "Play";
  }

  /** @param {number} number */
  function go(number) {
    pause();
    show(units.settle(number, shown));
  }

  // As long as a step takes to be read, the next one waits.
  function run() {
    show(shown === last ? turn : units.settle(shown + 1, shown));
    if (shown === last) return pause();
    timer = setTimeout(run, Math.max(1200, READING * (say.textContent ?? "").length));
    play.textContent = "Pause";
  }

  // A box or a line leads to the step in which it gets its number.
  /** @param {Event} event */
  const choosePart = ({ target }) => {
    const part = target instanceof Element && target.closest("[data-node], [data-edge]");
    if (!part) return;
    const { node, edge } = /** @type {HTMLElement} */ (part).dataset;
    const key = node ? `n${node}` : `e${edge}`;
    const wanted = node ? phaseOf(root, shown) : "backward";
    const number = steps
      .map((step, n) => keysOf(step).includes(key) && phaseOf(root, n) === wanted)
      .lastIndexOf(true);
    if (number >= 0) go(number);
  };
  find(root, ".bp-ways").addEventListener("click", choosePart);

  library.stepOverview?.keep(root, box);
  slider.addEventListener("input", () => go(+slider.value));
  back.addEventListener("click", () => go(shown - 1));
  next.addEventListener("click", () => go(shown + 1));
  find(root, ".bp-reset").addEventListener("click", () => {
    tries.forget();
    go(start);
  });
  play.addEventListener("click", () => (timer ? pause() : run()));
  root.addEventListener("keydown", (event) => {
    event.stopPropagation(); // notebooks and themes have plans of their own for these keys
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const target = /** @type {Element} */ (event.target);
    if (!by || target === slider || !target.closest(".bp-buttons")) return;
    event.preventDefault();
    go(shown + by);
  });
  root.classList.add("bp-moves");
  show(start);
  box.scrollLeft = box.scrollWidth; // the way back begins at the loss
}

/**
 * Take the steps one by one: nothing folds.
 *
 * @param {HTMLElement[]} steps
 * @returns {Units}
 */
const walkSingly = (steps) => ({
  run: (number) => [steps[number]],
  settle: (wanted) => wanted,
  wordsFor: () => undefined,
  isWhole: () => true,
  mark: () => undefined,
});

/**
 * Light the lines of Python that a step is, or several at once, and keep those around in sight.
 *
 * @param {HTMLElement} root
 * @param {HTMLElement[]} taken
 */
function lightLines(root, taken) {
  const lines = findAll(root, ".bp-lines li");
  if (!lines.length) return;
  const lit = taken.flatMap(({ dataset }) => (dataset.line ? [Number(dataset.line)] : []));
  const isDone = taken.at(-1)?.nextElementSibling === null;
  const at = lit.at(-1) ?? (isDone ? lines.length - 1 : -1);
  const many = root.matches(".bp-long, .bp-folds") ? LINES.long : LINES.short;
  const first = Math.max(0, Math.min(at - (many >> 1), lines.length - many));
  lines.forEach((line, n) => {
    line.hidden = n < first || n >= first + many;
    line.classList.toggle("bp-now", lit.includes(n));
    line.classList.toggle("bp-later", n > at);
    if (lit.includes(n)) line.setAttribute("aria-current", "step");
    else line.removeAttribute("aria-current");
  });
}

/**
 * Mark what a step speaks of, and return those parts of it that should be in sight.
 *
 * @param {HTMLElement} root
 * @param {HTMLElement} box
 * @param {HTMLElement} step
 * @param {boolean} isFolded whether it is one of several: then where it happens is enough
 */
function markParts(root, box, step, isFolded) {
  return keysOf(step).flatMap((key) => {
    const kind = key[0] === "e" ? "edge" : "node";
    if (isFolded && !"ne".includes(key[0])) return [];
    const named = findAll(root, `[data-${kind}="${key.slice(1)}"]`);
    for (const part of named) part.classList.add(MARKS[key[0]]);
    if (key[0] === "v") return []; // wherever they are: the line comes first
    return named.filter((part) => box.contains(part));
  });
}

/**
 * Scroll the page to what happens in a graph that runs down, above the controls at its foot.
 *
 * @param {HTMLElement} box
 * @param {DOMRect[]} sides
 */
function reachDown(box, sides) {
  if (!sides.length || box.clientHeight < innerHeight / 2) return;
  const top = Math.min(...sides.map((side) => side.top));
  if (top > 60 && top < innerHeight / 2) return;
  scrollBy({ top: top - innerHeight / 4, behavior: still.matches ? "auto" : "smooth" });
}

if (!library.steps) {
  library.steps = () => findAll(document, ".bp-steps").forEach(begin);
  whenRead(library.steps);
}
