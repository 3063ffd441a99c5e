// What a key does to the code in an editor: pure functions of the text and of what is selected.

/**
 * A change of a text: what is replaced, from one place to another, and by what.
 *
 * @typedef {{ from: number, to: number, text: string }} Change
 */

const INDENT = 4;

/**
 * Whether a key runs the code: Enter with Shift, as in a notebook, with Ctrl or with ⌘.
 *
 * @param {KeyboardEvent} event
 */
export const isRunKey = ({ key, shiftKey, ctrlKey, metaKey, altKey, isComposing }) =>
  key === "Enter" && (shiftKey || ctrlKey || metaKey) && !altKey && !isComposing;

/**
 * Begin a line as far to the right as the one before, and one step further behind a colon.
 *
 * @param {string} text
 * @param {number} from where the selection begins
 * @param {number} to where it ends
 * @returns {Change}
 */
export function breakLine(text, from, to) {
  const line = text.slice(text.lastIndexOf("\n", from - 1) + 1, from);
  const indent = /^ */.exec(line)?.[0] ?? "";
  const opens = /:\s*(#.*)?$/.test(line) && !/^\s*#/.test(line);
  const ends = /^\s*(return|pass|break|continue|raise)\b/.test(line);
  const width = Math.max(0, indent.length + (opens ? INDENT : 0) - (ends ? INDENT : 0));
  return { from, to, text: `\n${" ".repeat(width)}` };
}

/**
 * Delete the spaces in front of a line by whole steps; null where a key does what it always does.
 *
 * @param {string} text
 * @param {number} from
 * @param {number} to
 * @returns {Change | null}
 */
export function deleteIndent(text, from, to) {
  const before = text.slice(text.lastIndexOf("\n", from - 1) + 1, from);
  if (from !== to || !before || before.trim()) return null;
  return { from: from - ((before.length - 1) % INDENT) - 1, to, text: "" };
}

/**
 * Return pasted code with spaces for the tabs in front of its lines, as those around it have.
 *
 * @param {string} text
 */
export function spaceTabs(text) {
  return text.replace(/^[ \t]+/gm, (indent) => indent.replaceAll("\t", " ".repeat(INDENT)));
}

/**
 * Return the numbers that stand beside the lines of a text.
 *
 * @param {string} text
 */
export function numberLines(text) {
  return text
    .split("\n")
    .map((_, n) => n + 1)
    .join("\n");
}
