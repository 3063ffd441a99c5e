// Numbers between people and programs, by the rule of backprop/course/number_text.py; one table of
// cases tests both.

// What keyboards, papers and copied pages use for signs that programs know one of.
/** @type {[string, string][]} */
const SIGNS = [
  ["-", "\u02d7\u207b\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2796\ufe58\ufe63\uff0d"],
  ["+", "\u207a\u2795\ufe62\uff0b"],
  ["/", "\u00f7\u2044\u2215\u2571\uff0f"],
  ["*", "\u00b7\u00d7\u2022\u2217\u2219\u22c5\ufe61\uff0a"],
  ["(", "\ufe59\uff08"],
  [")", "\ufe5a\uff09"],
  [".", "\uff0e"],
  [",", "\uff0c"],
  ["=", "\uff1d"],
  [" ", "\t\r\n\u00a0\u1680\u2028\u2029\u202f\u205f\u3000"],
];
/** @type {Map<string, string>} */
const SIMPLE = new Map(SIGNS.flatMap(([known, signs]) => [...signs].map((sign) => [sign, known])));
const SPACES = /[\u2000-\u200a]/g;
// what nobody sees: soft hyphens, joiners, marks of direction and of byte order
const UNSEEN =
  /\u00ad|\u034f|\u061c|\u180e|[\u200b\u200c]|\u200d|[\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

const NUMBER = /^[+-]? *(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const THOUSANDS = /(?<![0-9.,])[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?(?![0-9.,])/;

/**
 * Take spaces away from both ends, and nothing else.
 *
 * @param {string} text
 */
export const trim = (text) => text.replace(/^ +| +$/g, "");

/**
 * Replace the signs of keyboards and documents by those that programs read.
 *
 * @param {string} text
 */
export function simplifySigns(text) {
  return [...text.replace(UNSEEN, "").replace(SPACES, " ")]
    .map((sign) => SIMPLE.get(sign) ?? sign)
    .join("")
    .replace(/[\uff10-\uff19]/g, (digit) => String(digit.charCodeAt(0) - 0xff10));
}

/**
 * Read a number as people write it; null for what is none, or can be read in two ways.
 *
 * @param {string} text
 */
export function readNumber(text) {
  if (listCommaReadings(text).length) return null;
  const parts = unwrap(simplifySigns(text)).split("/").map(readPart);
  const [above, below = 1] = parts;
  if (parts.length > 2 || above === null || below === null) return null;
  return Number.isFinite(above / below) ? above / below : null;
}

/**
 * List how a number with a comma before three digits can be read: without it, and with a point
 * (which is left out where it is not one comma alone). Empty for everything else.
 *
 * @param {string} written
 * @returns {string[]}
 */
export function listCommaReadings(written) {
  const text = trim(simplifySigns(written));
  const whole = text.replaceAll(",", "");
  if (!THOUSANDS.test(text) || readNumber(whole) === null) return [];
  const readings = [whole];
  if (text.split(",").length === 2 && !text.includes(".")) readings.push(text.replace(",", "."));
  return readings.map((reading) => reading.replaceAll("-", "\u2212"));
}

/**
 * Take away parentheses around the whole of a text.
 *
 * @param {string} written
 */
function unwrap(written) {
  let text = trim(written);
  while (text.length > 1 && text.startsWith("(") && text.endsWith(")")) {
    const inside = text.slice(1, -1);
    let depth = 0;
    for (const sign of inside) {
      depth += Number(sign === "(") - Number(sign === ")");
      if (depth < 0) return text; // the first one closes before the end
    }
    text = trim(inside);
  }
  return text;
}

/**
 * Read what stands above or below a fraction bar; parentheses may follow its sign.
 *
 * @param {string} written
 */
function readPart(written) {
  let text = unwrap(written);
  let sign = 1;
  const rest = /^[+-]/.test(text) ? trim(text.slice(1)) : text;
  if (rest.startsWith("(")) {
    sign = text.startsWith("-") ? -1 : 1;
    text = unwrap(rest);
  }
  return NUMBER.test(text) ? sign * Number(text.replaceAll(" ", "").replace(",", ".")) : null;
}

/**
 * Leave of what was typed the number, in signs that anybody can read.
 *
 * @param {string} response
 * @param {string} unit
 */
export function tidyTyped(response, unit) {
  const [text, last] = [trim(simplifySigns(response)), simplifySigns(unit)];
  const number = last && text.endsWith(last) ? trim(text.slice(0, -last.length)) : text;
  return (number || text).replaceAll("-", "\u2212");
}

/**
 * Read a number that was typed, its unit behind it or not; or what to say instead: the key of a
 * sentence, and the values that it needs.
 *
 * @param {string} response
 * @param {string} unit
 * @returns {{ number: number, text: string, problem?: [string, ...string[]] }}
 */
export function readNumberTyped(response, unit) {
  const text = tidyTyped(response, unit);
  /** @param {[string, ...string[]]} problem */
  const refuse = (...problem) => ({ number: Number.NaN, text, problem });
  if (!text) return refuse("nothing");
  const readings = listCommaReadings(text);
  if (readings.length)
    return refuse(readings.length === 2 ? "comma" : "thousands", text, ...readings);
  const number = readNumber(text);
  return number === null ? refuse("no number") : { number, text };
}

/**
 * Print a number for people: six digits, a real minus sign.
 *
 * @param {number} value
 */
export function showNumber(value) {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? "not a number (NaN)" : value > 0 ? "∞" : "\u2212∞";
  }
  const size = Math.abs(value);
  const text =
    value === 0 || (size >= 1e-5 && size < 1e9)
      ? String(Number(value.toPrecision(6)))
      : value
          .toExponential(5)
          .replace(/\.?0*e([+-])/, "e$1")
          .replace("e+", "e");
  return text.replaceAll("-", "\u2212");
}
