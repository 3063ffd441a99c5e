// The field in which a reader writes: the code as it stood on the page, with numbers at its lines.

import { find, make } from "../dom.mjs";
import { cutCode } from "./colours.mjs";
import { breakLine, deleteIndent, isRunKey, numberLines, spaceTabs } from "./keys.mjs";

/** @import {Change} from "./keys.mjs" */

/** What browsers would do to prose, and must not do to code. */
const AS_TYPED = {
  autocapitalize: "off",
  autocomplete: "off",
  autocorrect: "off",
  spellcheck: "false",
  translate: "no",
  wrap: "off",
};

/**
 * Make the field.
 *
 * @param {string} id
 * @param {string} starter
 * @param {string} label what it is, for whoever does not see it
 * @param {() => void} onrun called for the keys that run it
 */
export function makeSheet(id, starter, label, onrun) {
  const gutter = make("div", { class: "bp-gutter", "aria-hidden": "true" });
  const area = make("textarea", { id, "aria-describedby": `${id}-note`, ...AS_TYPED });
  const name = make("label", { for: id }, "Your code", make("span", { class: "bp-spoken" }, label));
  // What is written is clear; its colours lie behind it, letter under letter.
  const colours = make("div", { class: "bp-colours", "aria-hidden": "true" });
  const sheet = make("div", { class: "bp-sheet notranslate" }, name, gutter, colours, area);
  area.value = starter;
  fitLines(sheet);
  area.addEventListener("input", () => fitLines(sheet));
  area.addEventListener("scroll", () => {
    colours.scrollLeft = area.scrollLeft;
  });
  area.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!text.includes("\t")) return;
    event.preventDefault();
    replaceText(area, { from: area.selectionStart, to: area.selectionEnd, text: spaceTabs(text) });
  });
  area.addEventListener("keydown", (event) => {
    // The theme listens for single keys ("/" opens the search): not while somebody writes.
    event.stopPropagation();
    if (isRunKey(event)) {
      event.preventDefault();
      onrun();
      return;
    }
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const [text, from, to] = [area.value, area.selectionStart, area.selectionEnd];
    const change =
      event.key === "Enter"
        ? breakLine(text, from, to)
        : event.key === "Backspace"
          ? deleteIndent(text, from, to)
          : null;
    if (!change) return;
    event.preventDefault();
    replaceText(area, change);
  });
  return { sheet, area };
}

/**
 * Let the field be as high as its lines, number them, and colour what is in them.
 *
 * @param {HTMLElement} sheet
 */
export function fitLines(sheet) {
  const area = find(sheet, "textarea", HTMLTextAreaElement);
  const numbers = numberLines(area.value);
  find(sheet, ".bp-gutter").textContent = numbers;
  area.rows = numbers.split("\n").length;
  const colours = find(sheet, ".bp-colours");
  const parts = cutCode(area.value).map(([kind, text]) =>
    kind ? make("span", { class: kind }, text) : text,
  );
  colours.replaceChildren(...parts, "\n");
  colours.scrollLeft = area.scrollLeft;
}

/**
 * Change the text as typing does, so that it can be undone.
 *
 * @param {HTMLTextAreaElement} area
 * @param {Change} change
 */
export function replaceText(area, { from, to, text }) {
  area.setSelectionRange(from, to);
  const done = text
    ? document.execCommand("insertText", false, text)
    : document.execCommand("delete");
  if (done) return;
  area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Say what keys do, where there are keys.
 *
 * @param {string} runs what Enter with Shift does
 */
export const describeKeys = (runs) =>
  make("span", { class: "bp-shortcuts" }, `Shift+Enter ${runs}, Tab leaves the field.`);
