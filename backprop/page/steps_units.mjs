// Units of a graph that fold and open; while one is folded, its steps are taken at once. Only
// steppers through graphs that fold bring this along; steps.mjs finds it in the library.

import { findAll, library } from "./dom.mjs";
import { phaseOf } from "./steps/keys.mjs";
import { unpack } from "./unpack.mjs";

/**
 * Open and fold the units of a graph. While one is folded, its steps are taken at once.
 *
 * @param {HTMLElement} root
 * @param {HTMLElement[]} steps
 * @param {() => void} changed
 */
export function startUnits(root, steps, changed) {
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

library.stepUnits = startUnits;
