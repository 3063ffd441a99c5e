// What a reader's code shows, taken over element by element: drawn or read, and nothing else.

import { make } from "../dom.mjs";
import { readMarkup } from "./markup.mjs";

/** @typedef {{shown: HTMLElement, isWhole: boolean}} Shown whether all of it is shown that works elsewhere */

const DRAWN = new Set(
  (
    "b circle clipPath defs desc div ellipse em figcaption figure g i image line linearGradient marker " +
    "p path polygon polyline rect span stop strong sub sup svg text title tspan use"
  ).split(" "),
);

/** What an attribute must not be: an event, an address. */
const UNDRAWN = /^(on|src|action|formaction|xlink:)/i;
/** The styles of the book's own pictures: widths, sizes of letters, pixels that stay sharp. */
const STYLE =
  /^(--bp-wide:\s*[\d.]+px;?|--bp-drawn:\d+|--bp-columns:[\w(), ]+|image-rendering:pixelated|font-size:calc\([\d.]+px\*var\(--bp-text,1\)\))$/;
const PIXELS = /^data:image\/png;base64,[\w+/=]*$/;
/** What only works with a script or a kernel behind it. */
const CONTROLS = "button, form, input, script, select, textarea";
/** Attributes that name other elements of the picture, which stands on the page already. */
const NAMING = new Set(["id", "aria-labelledby", "aria-describedby"]);

let count = 0; // of pictures on this page, whose parts have names

/**
 * @param {Element} element
 * @param {string} name
 * @param {string} value
 */
function isRefused(element, name, value) {
  if (name === "href") return element.localName !== "image" || !PIXELS.test(value);
  if (name === "style") return !STYLE.test(value);
  return UNDRAWN.test(name) || (/url\(/i.test(value) && !/^url\(#[\w-]+\)$/.test(value));
}

/**
 * Return what can be shown of a value: a picture, formulas and tables, or the picture with which
 * a figure begins that a reader moves elsewhere. Nothing where only its text can be.
 *
 * @param {string} html
 * @returns {Shown | null}
 */
export function readShown(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  const isWhole = !body.querySelector(CONTROLS);
  if (body.querySelector("svg")) {
    const picture = readFigure(html);
    if (picture) return { shown: picture, isWhole };
    const first = body.querySelector(".bp-pictures") ?? body.querySelector("svg");
    const shown = readFigure(`<figure class="bp-figure">${first?.outerHTML}</figure>`);
    return shown && { shown, isWhole: false };
  }
  if (!isWhole) return null;
  const shown = make("div", { class: "bp-shown", tabindex: 0 }, ...readMarkup(html));
  return shown.textContent?.trim() ? { shown, isWhole } : null;
}

/**
 * Return a picture, or nothing where the markup holds more than one: buttons, scripts, frames.
 *
 * @param {string} html
 * @returns {HTMLElement | null}
 */
export function readFigure(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  const elements = [...body.querySelectorAll("*")];
  if (!body.querySelector("svg") || elements.some((each) => !DRAWN.has(each.localName))) {
    return null;
  }
  count += 1;
  const prefix = `run${count}-`;
  for (const element of elements) {
    for (const { name, value } of [...element.attributes]) {
      if (isRefused(element, name, value)) element.removeAttribute(name);
      else if (NAMING.has(name)) element.setAttribute(name, prefix + value);
      else if (value.includes("url("))
        element.setAttribute(name, value.replace("url(#", `url(#${prefix}`));
    }
  }
  const figure = document.createElement("div");
  figure.append(...[...body.childNodes].map((node) => document.importNode(node, true)));
  return figure;
}
