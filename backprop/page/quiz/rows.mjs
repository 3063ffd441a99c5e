// The row above each question of a quiz: it says how the question stands, and opens and closes it.

import { find, make } from "../dom.mjs";

const STATES = { none: "not answered", right: "right", wrong: "wrong" };
// The browser's own search finds what is hidden in this way, where the browser knows it.
const HIDDEN = "onbeforematch" in document ? "until-found" : "";

/**
 * Put a row above a question.
 *
 * @param {HTMLElement} item
 * @param {number} number
 */
export function addRow(item, number) {
  const row = make("button", { type: "button", class: "bp-row" }, `${number}`);
  row.append(make("span", { class: "bp-words" }), make("span", { class: "bp-state" }));
  row.addEventListener("click", () => setOpen(item, row.getAttribute("aria-expanded") === "false"));
  find(item, "form").addEventListener("beforematch", () => setOpen(item, true));
  item.prepend(row);
  setWords(item);
}

/**
 * Show the first words of a question in its row, with the numbers that it has now.
 *
 * @param {HTMLElement} item
 */
export function setWords(item) {
  const first = item.querySelector(".bp-lead > *") ?? find(item, "legend");
  find(item, ".bp-words").innerHTML = first.innerHTML;
}

/**
 * @param {HTMLElement} item
 * @param {keyof typeof STATES} state
 */
export function setState(item, state) {
  const place = find(item, ".bp-state");
  place.dataset.state = state;
  place.textContent = STATES[state];
}

/**
 * @param {HTMLElement} item
 * @param {boolean} isOpen
 */
export function setOpen(item, isOpen) {
  find(item, ".bp-row").setAttribute("aria-expanded", `${isOpen}`);
  const form = find(item, "form");
  if (isOpen) form.removeAttribute("hidden");
  else form.setAttribute("hidden", HIDDEN);
}

/**
 * Open the question to which the address of the page leads.
 *
 * @param {HTMLElement} root
 */
export function openAddressed(root) {
  const item = document.getElementById(location.hash.slice(1))?.closest(".bp-question");
  if (item instanceof HTMLElement && root.contains(item)) setOpen(item, true);
}
