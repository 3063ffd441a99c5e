// What scripts of pages need to find and to make elements.

/**
 * Return the first element that a selector names. It has to be there, and of that kind.
 *
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} [kind]
 * @returns {T}
 */
export function find(root, selector, kind) {
  const found = root.querySelector(selector);
  if (!(found instanceof (kind ?? Element))) throw new Error(`${selector} is missing`);
  return /** @type {T} */ (found);
}

/**
 * Return every element that a selector names.
 *
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} [kind] only says what they are
 * @returns {T[]}
 */
// eslint-disable-next-line no-unused-vars
export function findAll(root, selector, kind) {
  return /** @type {T[]} */ ([...root.querySelectorAll(selector)]);
}

/**
 * Make an element.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, string | number>} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/**
 * Show a button, which has nothing on it while no script runs.
 *
 * @param {HTMLElement} button
 */
export function showButton(button) {
  button.textContent = button.dataset.text ?? "";
  button.hidden = false;
}

/**
 * Call a function once the page has been read.
 *
 * @param {() => void} begin
 */
export function whenRead(begin) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
}

/** What the scripts of a page share with each other, and with the outputs of a notebook. */
export const library = (window.backprop ??= {});
