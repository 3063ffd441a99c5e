// What is said about the moment, with its numbers, by the same rules as
// backprop/show/drawing/sentences.py.

/**
 * Write a number with three significant digits, and a minus sign that is read aloud.
 *
 * @param {number} value
 * @param {number} [most] so many decimals at most
 */
export function formatNumber(value, most = 6) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "no number" : value < 0 ? "−∞" : "∞";
  if (Math.abs(value) < Math.max(5e-7, 0.5 * 10 ** -most)) return "0";
  if (Math.abs(value) >= 1e6) return value < 0 ? "below −10⁶" : "above 10⁶";
  // 99.96 is 100, not 100.0
  const size = Math.floor(Math.log10(Math.abs(+value.toPrecision(3))));
  const digits = Math.min(most, Math.max(0, 2 - size));
  // Nothing but zeros has no sign.
  return value
    .toFixed(digits)
    .replace(/^-(?=[0.]*$)/, "")
    .replace("-", "−");
}

/**
 * Put numbers and words into a sentence, where it has their names in braces.
 *
 * @param {string} sentence
 * @param {Record<string, number | string>} values
 */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? formatNumber(value) : value;
  });
}
