// The state of a figure in the page's address, so that it can be shared and kept:
// #name?w3=-1.2&w4=0 leads to the figure with that name, in that state.

import { make } from "../dom.mjs";

/** @import {State} from "./figure.mjs" */

/**
 * Write a state as the end of an address.
 *
 * @param {string} name
 * @param {State} state numbers, words, and lists of them
 */
export function writeLink(name, state) {
  const parts = Object.entries(state).map(
    ([key, value]) => `${key}=${encodeURIComponent([value].flat().join(","))}`,
  );
  return `#${name}?${parts.join("&")}`;
}

/**
 * Whether an address leads to a figure in some state. Names once had no "-figure" at their end.
 *
 * @param {string} address
 * @param {string} name
 */
export function leadsTo(address, name) {
  const called = address.slice(1).split("?");
  return called.length > 1 && [name, name.replace(/-figure$/, "")].includes(called[0]);
}

/**
 * Read a state from the end of an address: what is missing or is not of the kind of the start
 * stays as it is there.
 *
 * @param {string} address
 * @param {string} name
 * @param {State} start
 * @returns {State | null} null if the address leads somewhere else
 */
export function readLink(address, name, start) {
  if (!leadsTo(address, name)) return null;
  const given = new URLSearchParams(address.slice(address.indexOf("?") + 1));
  /** @type {State} */
  const state = structuredClone(start);
  for (const [key, known] of Object.entries(start)) {
    const text = given.get(key);
    if (text === null) continue;
    if (typeof known === "string") state[key] = text;
    else {
      const numbers = text === "" ? [] : text.split(",").map(Number);
      if (!numbers.every(Number.isFinite)) continue;
      if (Array.isArray(known)) state[key] = numbers;
      else if (numbers.length === 1) state[key] = numbers[0];
    }
  }
  return state;
}

/**
 * Let a button copy the address of a state.
 *
 * @param {HTMLElement} root
 * @param {() => State} read
 */
export function connectLink(root, read) {
  const button = root.querySelector(".bp-link");
  button?.addEventListener("click", async () => {
    const address = location.href.replace(/#.*$/, "") + writeLink(root.id, read());
    history.replaceState(null, "", address);
    root.querySelector(".bp-address")?.remove();
    try {
      await navigator.clipboard.writeText(address);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy link"), 2000);
    } catch {
      // Where the clipboard is closed to pages, the reader copies it.
      const field = make("input", { readonly: "" });
      field.value = address;
      button.after(make("label", { class: "bp-address" }, "Copy this link: ", field));
      field.select();
    }
  });
}
