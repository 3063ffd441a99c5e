// Steps through a graph that backprop.show.backward_steps has drawn: the page holds the complete
// picture, with the steps between which each part is there, and the list of steps in words. It
// begins at the first step back, and asks for the number of each edge before it shows it.

import { find, findAll, library, make, whenRead } from "./dom.mjs";
import { readNumberTyped } from "./quiz/numbers.mjs";
import { unpack } from "./unpack.mjs";

const QUIET = 400; // ms without movement before a step is read aloud
const READING = 32; // ms that reading one character of a step takes, when playing
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

// Keys name boxes (n) and lines (e), the box that the upstream gradient comes from (u), and those
// whose values the local derivative is made of (v).
/** @type {Record<string, string>} */
const MARKS = { n: "bp-now", e: "bp-now", u: "bp-up", v: "bp-used" };
const MARKED = Object.values(MARKS);
const NOTE = ["Which two numbers", "are multiplied here?"];
const LINES = { short: 10, long: 4 }; // of the program, that are in sight at once

/** @param {HTMLElement} step */
const keysOf = (step) => (step.dataset.at ?? "").split(" ").filter(Boolean);
/** @param {HTMLElement} step */
const wordsOf = (step) => step.lastElementChild?.textContent ?? "";

/**
 * Name the phase of a step.
 *
 * @param {HTMLElement} root
 * @param {number} number
 */
const phaseOf = (root, number) => (number < Number(root.dataset.turn) ? "forward" : "backward");

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
  const units = startUnits(root, steps, () => {
    const here = shown;
    shown = -1; // the same step, shown anew: nothing to scroll to, or to say
    show(units.settle(here, -1));
  });
  const tries = startTries(root, steps, units, (number) => go(number));
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
    follow(seen, number ? now : findAll(seen, ".bp-node").slice(0, 1), phase);
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

  keepOverview(root, box);
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
 * Open and fold the units of a graph. While one is folded, its steps are taken at once.
 *
 * @param {HTMLElement} root
 * @param {HTMLElement[]} steps
 * @param {() => void} changed
 */
function startUnits(root, steps, changed) {
  const buttons = findAll(root, ".bp-units button");
  const insides = buttons.map(
    (button) => findAll(root, `#${button.getAttribute("aria-controls")}`)[0],
  );
  const row = findAll(root, ".bp-units")[0];
  if (row && "DecompressionStream" in window)
    unpack(row.dataset.inside ?? "").then((/** @type {string[]} */ drawn) => {
      insides.forEach((inside, n) => (inside.innerHTML = drawn[n]));
      changed();
    });
  /** @type {string | undefined} */
  let open;
  const folds = (/** @type {number} */ n) => steps[n]?.dataset.unit ?? open;

  /** @param {number} number */
  function run(number) {
    const unit = folds(number);
    let [first, last] = [number, number];
    if (unit !== open) {
      const isIn = (/** @type {number} */ n) =>
        folds(n) === unit && phaseOf(root, n) === phaseOf(root, number);
      while (isIn(first - 1)) first -= 1;
      while (isIn(last + 1)) last += 1;
    }
    return { first, last };
  }

  for (const button of buttons)
    button.addEventListener("click", () => {
      const { unit } = button.dataset;
      open = open === unit ? undefined : unit;
      buttons.forEach((each, n) => {
        each.setAttribute("aria-expanded", String(each.dataset.unit === open));
        insides[n].hidden = each.dataset.unit !== open;
      });
      changed();
    });

  return {
    /** @param {number} number */
    run: (number) => {
      const { first, last } = run(number);
      return number === last ? steps.slice(first, last + 1) : [steps[number]];
    },
    /**
     * Return where a walk to a step ends: never inside a unit that is folded.
     *
     * @param {number} wanted
     * @param {number} from
     */
    settle(wanted, from) {
      const { first, last } = run(Math.max(0, Math.min(wanted, steps.length - 1)));
      return wanted > from || wanted >= last ? last : first === last ? wanted : first - 1;
    },
    /** @param {HTMLElement[]} taken */
    wordsFor(taken) {
      if (taken.length < 2) return undefined;
      const last = steps.indexOf(taken[taken.length - 1]);
      return findAll(root, `.bp-runs [data-last="${last}"]`)[0];
    },
    /** @param {number} number */
    isWhole: (number) => !steps[number] || run(number).first === run(number).last,
    /** @param {number} number */
    mark(number) {
      const here = steps[number].dataset.unit;
      const next = phaseOf(root, number + 1) === "backward" ? folds(number + 1) : open;
      for (const part of findAll(root, ".bp-wants")) part.classList.remove("bp-wants");
      for (const { dataset } of buttons) {
        const box = `.bp-ways > .bp-graph [data-node="${dataset.head}"]`;
        if (dataset.unit === here)
          for (const part of findAll(root, box)) part.classList.add("bp-now");
        if (dataset.unit === next && next !== open && next !== here)
          for (const part of findAll(root, `${box}, .bp-query[data-unit="${next}"]`))
            part.classList.add("bp-wants");
      }
    },
  };
}

/**
 * Ask for the number of the next edge, and set what was typed beside the true one.
 *
 * @param {HTMLElement} root
 * @param {HTMLElement[]} steps
 * @param {{ isWhole: (number: number) => boolean }} units
 * @param {(number: number) => void} go
 */
function startTries(root, steps, units, go) {
  const form = root.querySelector(".bp-try");
  if (!form) return { show: () => undefined, forget: () => undefined }; // arrays are not asked for
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
 * Scroll a wide graph in its box, so that what happens stays in sight.
 *
 * @param {HTMLElement} box
 * @param {Element[]} parts
 * @param {string} phase
 */
function follow(box, parts, phase) {
  const frame = box.getBoundingClientRect();
  // what is hidden has no width
  const sides = parts.map((part) => part.getBoundingClientRect()).filter((side) => side.width);
  if (box.classList.contains("bp-down")) reachDown(box, sides);
  if (!sides.length || box.scrollWidth <= box.clientWidth) return;
  let left = Math.min(...sides.map((side) => side.left));
  let right = Math.max(...sides.map((side) => side.right));
  // the box that gets a number comes first
  if (right - left > frame.width) {
    if (phase === "forward") left = right - frame.width;
    else right = left + frame.width;
  }
  box.scrollTo({
    left: box.scrollLeft + (left + right - frame.left - frame.right) / 2,
    behavior: still.matches ? "auto" : "smooth",
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

/**
 * Let the frame in the overview follow what is in sight, and the other way round.
 *
 * @param {HTMLElement} root
 * @param {HTMLElement} box
 */
function keepOverview(root, box) {
  if (!root.querySelector(".bp-over")) return; // it fits
  const over = find(root, ".bp-over", SVGSVGElement);
  const frame = find(root, ".bp-sight", Element);

  function showSight() {
    if (!box.scrollWidth) return; // nothing is shown yet
    const part = over.viewBox.baseVal.width / box.scrollWidth;
    frame.setAttribute("x", String(box.scrollLeft * part));
    frame.setAttribute("width", String(box.clientWidth * part));
  }

  /** @param {PointerEvent} event */
  function scrollTo({ clientX }) {
    const sides = over.getBoundingClientRect();
    const at = (clientX - sides.left) / sides.width;
    box.scrollTo({ left: at * box.scrollWidth - box.clientWidth / 2 });
  }

  box.addEventListener("scroll", showSight, { passive: true });
  new ResizeObserver(showSight).observe(box);
  over.addEventListener("pointerdown", (event) => {
    over.setPointerCapture(event.pointerId);
    scrollTo(event);
  });
  over.addEventListener("pointermove", (event) => {
    if (over.hasPointerCapture(event.pointerId)) scrollTo(event);
  });
}

if (!library.steps) {
  library.steps = () => findAll(document, ".bp-steps").forEach(begin);
  whenRead(library.steps);
}
