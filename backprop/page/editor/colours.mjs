// Python in colours, part by part: as many kinds as the code of the book has.

/** @typedef {"" | "c1" | "s2" | "k" | "mf"} Kind comment, text, keyword, number, as Pygments names them */

const KEYWORDS =
  "False None True and as assert async await break class continue def del elif else except " +
  "finally for from global if import in is lambda nonlocal not or pass raise return try while " +
  "with yield";

/** @type {[Kind, string][]} */
const PATTERNS = [
  ["c1", "#.*"],
  ["s2", '"""[\\s\\S]*?(?:"""|$)' + "|'''[\\s\\S]*?(?:'''|$)"],
  ["s2", '"(?:\\\\.|[^"\\\\\\n])*"?' + "|'(?:\\\\.|[^'\\\\\\n])*'?"],
  ["k", `\\b(?:${KEYWORDS.replaceAll(" ", "|")})\\b`],
  ["mf", "\\b\\d[\\d_.]*(?:[eE][+-]?\\d+)?"],
];
const TOKEN = new RegExp(PATTERNS.map(([, pattern]) => `(${pattern})`).join("|"), "g");

/**
 * Cut code into parts, each of one kind; together they are the code.
 *
 * @param {string} source
 * @returns {[Kind, string][]}
 */
export function cutCode(source) {
  /** @type {[Kind, string][]} */
  const parts = [];
  let at = 0;
  for (const found of source.matchAll(TOKEN)) {
    if (found.index > at) parts.push(["", source.slice(at, found.index)]);
    const kind = PATTERNS[found.slice(1).findIndex((group) => group !== undefined)][0];
    parts.push([kind, found[0]]);
    at = found.index + found[0].length;
  }
  if (at < source.length) parts.push(["", source.slice(at)]);
  return parts;
}
