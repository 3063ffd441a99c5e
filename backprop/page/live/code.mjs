// The programs of a figure, on request: the Python that was traced, and the JavaScript that runs.

import { make } from "../dom.mjs";

/**
 * Add a fold with the programs; what it holds is made when it is opened.
 *
 * @param {HTMLElement} root
 * @param {{name: string, python: string, javascript: string}[]} programs
 */
export function showCode(root, programs) {
  const fold = root.querySelector(".bp-code");
  if (!(fold instanceof HTMLDetailsElement)) return;
  fold.addEventListener("toggle", () => {
    if (!fold.open || fold.querySelector("pre")) return;
    for (const { name, python, javascript } of programs) {
      const sides = make("div", { class: "bp-sides" });
      for (const [language, source] of Object.entries({ Python: python, JavaScript: javascript })) {
        const label = `${name} in ${language}`;
        sides.append(
          make(
            "div",
            {},
            make("p", {}, label),
            make("pre", { tabindex: 0, role: "region", "aria-label": label }, source.trim()),
          ),
        );
      }
      fold.append(sides);
    }
  });
}
