// Markup of a verdict, taken over element by element: no more than a verdict is made of.

import { make } from "../dom.mjs";

const ELEMENTS = new Set(
  (
    "a b br caption code div em i li ol p pre span strong table tbody td th thead tr ul " +
    "math mrow mi mn mo mtext mspace msup msub msubsup mfrac msqrt mroot munder mover munderover " +
    "mtable mtr mtd mstyle mpadded mphantom menclose semantics"
  ).split(" "),
);
const ATTRIBUTES = new Set(
  (
    "class scope role aria-label aria-hidden data-kind data-tex tabindex display form mathvariant " +
    "stretchy fence separator accent accentunder movablelimits width columnalign linethickness"
  ).split(" "),
);

/**
 * Return what stands in the markup of a verdict, without scripts and events, and with no style but hiding.
 *
 * @param {string} html
 * @returns {Node[]}
 */
export function readMarkup(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  return [...body.childNodes].flatMap(copyNode);
}

/**
 * Let the rows of a matrix break between each other, and not within.
 *
 * @param {HTMLElement} code
 */
export function keepRows(code) {
  const parts = (code.textContent ?? "").split(/(\[[^[\]]{1,24}\])/);
  code.replaceChildren(
    ...parts.map((part, n) => (n % 2 ? make("span", { class: "bp-unbroken" }, part) : part)),
  );
}

/**
 * @param {Node} node
 * @returns {Node[]}
 */
function copyNode(node) {
  if (node instanceof Text) return [document.createTextNode(node.data)];
  if (!(node instanceof Element) || !ELEMENTS.has(node.localName)) return [];
  const made = document.createElementNS(node.namespaceURI, node.localName);
  for (const { name, value } of node.attributes) {
    // Formulas hold signs that are copied with them and not seen: the one style that is kept.
    const hides = name === "style" && value === "display:none";
    if (hides || ATTRIBUTES.has(name)) made.setAttribute(name, value);
  }
  const address = node.getAttribute("href") ?? "";
  if (/^(https:|[\w./#-]*$)/.test(address) && node.localName === "a") {
    made.setAttribute("href", address);
  }
  made.append(...[...node.childNodes].flatMap(copyNode));
  return [made];
}
