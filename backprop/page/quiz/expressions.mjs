// One line of arithmetic that a reader typed: read and evaluated as
// backprop/course/questions/expressions.py does it. Nothing is handed to JavaScript's own `eval`.

import { simplifySigns } from "./numbers.mjs";

/** @typedef {(values: number[]) => number} Formula computes a value from the values of the names */

/** @type {Record<string, [number, (...values: number[]) => number]>} */
const FUNCTIONS = {
  exp: [1, Math.exp],
  log: [1, Math.log],
  sqrt: [1, Math.sqrt],
  abs: [1, Math.abs],
  sin: [1, Math.sin],
  cos: [1, Math.cos],
  tanh: [1, Math.tanh],
  maximum: [2, Math.max],
  minimum: [2, Math.min],
  max: [2, Math.max],
  min: [2, Math.min],
  softplus: [1, (x) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0)],
  sigmoid: [1, (x) => 1 / (1 + Math.exp(-x))],
  relu: [1, (x) => Math.max(x, 0)],
};
const LONGEST = 200;
const LITERAL = "(?:(?:0|[1-9][0-9]*)(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?";
const TOKEN = new RegExp(
  `[ \\t]*(?:(${LITERAL})(?![\\w.])|([A-Za-z_]\\w*)|(\\*\\*|[-+*/(),]))`,
  "y",
);
const MODULE = /(^|[^\w.])(?:np|numpy|bp|math)\.(?=[a-z])/g;
const LINE = /^([A-Za-z_]\w*)[ \t]*(\*\*|[-+*/]|)=(?!=)(.*)$/;

/** Thrown for what is no line of arithmetic: a key of the sentences, and what they need. */
export class Unreadable extends Error {
  /** @param {string[]} sentence */
  constructor(...sentence) {
    super(sentence[0]);
    this.sentence = sentence;
  }
}

/**
 * Take a line apart that gives a value to a name.
 *
 * @param {string} written
 * @param {string} target empty where only an expression is asked for
 */
export function takeAssignment(written, target) {
  const simple = simplifySigns(written).replaceAll("η", "eta").split("#")[0].trim();
  const line = simple.replace(/;$/, "").trim();
  const found = LINE.exec(line);
  if (!found) return line;
  const [, name, operator, rest] = found;
  if (operator && !target) throw new Unreadable("no old value", name);
  if (target && name !== target) throw new Unreadable("other target", name, target);
  return operator ? `${name}${operator}(${rest.trim()})` : rest.trim();
}

/**
 * @param {string} text
 * @param {string[]} names
 */
function readTokens(text, names) {
  if (!text) throw new Unreadable("no line");
  if (text.includes("^")) throw new Unreadable("caret");
  if (text.length > LONGEST) throw new Unreadable("no code");
  const tokens = [];
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length;) {
    const [, number, name, sign] = TOKEN.exec(text) ?? [];
    if (!(number ?? name ?? sign)) throw new Unreadable("no code");
    tokens.push({ number, name, sign });
  }
  for (const { name } of tokens) {
    if (name && !names.includes(name) && !Object.hasOwn(FUNCTIONS, name)) {
      throw new Unreadable("no name", name, names.join(", "));
    }
  }
  return tokens;
}

/**
 * Read an expression. The grammar is Python's, one function for each level.
 *
 * @param {string} text
 * @param {string[]} names
 * @returns {Formula}
 */
export function readLine(text, names) {
  const tokens = readTokens(text.replace(MODULE, "$1").trim(), names);
  let at = 0;
  /** @param {string} sign */
  const take = (sign) => tokens[at]?.sign === sign && ++at > 0;
  /** @param {string} sign */
  const need = (sign) => {
    if (!take(sign)) throw new Unreadable("no code");
  };

  /** @returns {Formula} */
  function readSum() {
    let left = readProduct();
    for (;;) {
      const before = left;
      if (take("+")) {
        const right = readProduct();
        left = (values) => before(values) + right(values);
      } else if (take("-")) {
        const right = readProduct();
        left = (values) => before(values) - right(values);
      } else return left;
    }
  }

  /** @returns {Formula} */
  function readProduct() {
    let left = readFactor();
    for (;;) {
      const before = left;
      if (take("*")) {
        const right = readFactor();
        left = (values) => before(values) * right(values);
      } else if (take("/")) {
        const right = readFactor();
        left = (values) => before(values) / right(values);
      } else return left;
    }
  }

  /** @returns {Formula} */
  function readFactor() {
    if (take("+")) return readFactor();
    if (take("-")) {
      const right = readFactor();
      return (values) => -right(values);
    }
    const base = readAtom();
    if (!take("**")) return base;
    const exponent = readFactor();
    return (values) => base(values) ** exponent(values);
  }

  /** @returns {Formula} */
  function readAtom() {
    const { number, name } = tokens[at] ?? {};
    if (number || name) at += 1;
    if (number) return () => Number(number);
    if (name) {
      if (take("(")) return readCall(name);
      if (!names.includes(name)) throw new Unreadable("no code");
      const place = names.indexOf(name);
      return (values) => values[place];
    }
    need("(");
    const inside = readSum();
    need(")");
    return inside;
  }

  /**
   * @param {string} name
   * @returns {Formula}
   */
  function readCall(name) {
    /** @type {Formula[]} */
    const given = [];
    while (!take(")")) {
      if (given.length) need(",");
      if (given.length && take(")")) break;
      given.push(readSum());
    }
    const [count, compute] = FUNCTIONS[name] ?? [];
    if (given.length !== count) throw new Unreadable("no code");
    return (values) => compute(...given.map((value) => value(values)));
  }

  const whole = readSum();
  if (at < tokens.length) throw new Unreadable("no code");
  return whole;
}
