// The controls of a figure that computes: sliders and choices with the values that they stand for,
// and buttons.

import { find, findAll } from "../dom.mjs";
import { readControls } from "../explorer/controls.mjs";
import { formatNumber } from "./sentence.mjs";

/** @import {State} from "./figure.mjs" */

/**
 * What the sliders and choices of a figure stand for, in their order.
 *
 * @typedef {{name: string, values: any[], texts: string[]}[]} Meanings
 */

/**
 * Let sliders and choices change a state, and follow it.
 *
 * @param {HTMLElement} root
 * @param {Meanings} meanings
 * @param {State} state changed in place
 * @param {(name: string) => void} changed
 * @returns {{follow: () => void, nearest: (name: string, value: number) => number}} `follow` brings
 *   them to where the state is; `nearest` is the value of a slider that is nearest to one
 */
export function connectControls(root, meanings, state, changed) {
  const controls = readControls(root);

  /**
   * @param {any[]} values
   * @param {any} value
   */
  function locate(values, value) {
    if (typeof value !== "number") return values.indexOf(value);
    const away = values.map((known) => Math.abs(known - value));
    return away.indexOf(Math.min(...away));
  }

  meanings.forEach(({ name, values }, i) => {
    controls[i].listen(() => {
      state[name] = values[controls[i].read()];
      changed(name);
    });
  });
  return {
    follow: () =>
      meanings.forEach(({ name, values, texts }, i) => {
        const place = locate(values, state[name]);
        if (controls[i].read() !== place) controls[i].moveTo(place);
        // A step leads between two positions: what is written is the value, not the position.
        const between = typeof state[name] === "number" && values[place] !== state[name];
        controls[i].tell(between ? formatNumber(state[name]) : texts[place]);
      }),
    nearest: (name, value) => {
      const { values } = meanings.find((meaning) => meaning.name === name) ?? { values: [value] };
      return values[locate(values, value)];
    },
  };
}

/**
 * Let ticks change a state, 1 for ticked and 0 for not, and follow it.
 *
 * @param {HTMLElement} root
 * @param {State} state changed in place
 * @param {() => void} changed
 * @returns {() => void} brings them to where the state is
 */
export function connectTicks(root, state, changed) {
  const ticks = findAll(root, ".bp-ticks input", HTMLInputElement);
  for (const tick of ticks) {
    tick.addEventListener("change", () => {
      state[tick.name] = Number(tick.checked);
      changed();
    });
  }
  return () => ticks.forEach((tick) => (tick.checked = Boolean(state[tick.name])));
}

/**
 * Let buttons do something, by their classes.
 *
 * @param {HTMLElement} root
 * @param {Record<string, (button: HTMLButtonElement) => void>} actions
 */
export function connectButtons(root, actions) {
  for (const [kind, act] of Object.entries(actions)) {
    if (!findAll(root, `.${kind}`).length) continue;
    const button = find(root, `.${kind}`, HTMLButtonElement);
    button.addEventListener("click", () => act(button));
  }
}
