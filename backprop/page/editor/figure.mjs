// A picture that a reader's code returned, taken over element by element: drawn, and nothing else.

const DRAWN = new Set(
  (
    "b circle clipPath defs desc div ellipse em figcaption figure g i line linearGradient marker " +
    "p path polygon polyline rect span stop strong sub sup svg text title tspan use"
  ).split(" "),
);

/** What an attribute must not be: an event, an address. */
const UNDRAWN = /^(on|src|action|formaction|xlink:)/i;
const FIGURE_WIDTH = /^--bp-wide:\s*[\d.]+px;?$/;
/** Attributes that name other elements of the picture, which stands on the page already. */
const NAMING = new Set(["id", "aria-labelledby", "aria-describedby"]);

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
  for (const element of elements) {
    for (const { name, value } of [...element.attributes]) {
      const isRefused =
        UNDRAWN.test(name) || name === "href" || (name === "style" && !FIGURE_WIDTH.test(value));
      if (isRefused) element.removeAttribute(name);
      else if (NAMING.has(name)) element.setAttribute(name, `run-${value}`);
    }
  }
  const figure = document.createElement("div");
  figure.append(...[...body.childNodes].map((node) => document.importNode(node, true)));
  return figure;
}
