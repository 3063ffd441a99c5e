// What a reader has answered and solved: read, merged and counted by the rules of
// backprop/course/progress/records.py, so that files go both ways. One table of cases tests both.

/** @typedef {{ right: boolean, first: boolean, tries: number, shown?: boolean }} Answered */
/** @typedef {{ solved: boolean, tries: number }} Tried */
/** @typedef {number | string | string[] | number[]} Guess at a prediction; nothing counts it */

/**
 * Everything that is recorded, under "chapter/question" and "chapter/exercise".
 *
 * @typedef {object} Records
 * @property {string} format
 * @property {number} version
 * @property {Record<string, Answered>} questions
 * @property {Record<string, Tried>} exercises
 * @property {Record<string, { guess: Guess }>} guesses
 * @property {Record<string, { source: string }>} drafts what stands in the editors of exercises
 */

/** @typedef {{ name: string, title: string, questions: string[], exercises: string[] }} Chapter */
/** @typedef {Record<string, string>} Renamed from names of earlier editions to those of today */
/** @typedef {{ version: string, chapters: Chapter[], renamed: Renamed }} Outline what the build listed */
/** @typedef {"large" | "damaged" | "foreign" | "newer"} Problem */

export const KEY = "backprop-progress";
const VERSION = 1;
const LARGEST = 1_000_000; // bytes: the whole book needs less than a tenth
const MOST_TRIES = 1_000_000;
const NAME = /^[A-Za-z0-9_]+\/[A-Za-z0-9_]+$/;
const WORD = /^[A-Za-z0-9_]{1,60}$/; // the name of an option
const MOST_PARTS = 64; // of a guess
const LONGEST_DRAFT = 20_000; // characters
const HALF = /\p{Cs}/u; // half a character, which no file can hold

/** @returns {Records} */
export const makeEmpty = () => ({
  format: KEY,
  version: VERSION,
  questions: {},
  exercises: {},
  guesses: {},
  drafts: {},
});

/** @param {string} name */
export const isName = (name) => NAME.test(name);

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Read a file: what can be used, and what is wrong with the rest.
 *
 * @param {Uint8Array} bytes
 * @param {Renamed} [renamed]
 * @returns {{ problem: Problem | null, records: Records }}
 */
export function readFile(bytes, renamed) {
  if (bytes.length > LARGEST) return { problem: "large", records: makeEmpty() };
  try {
    return readText(new TextDecoder("utf-8", { fatal: true }).decode(bytes), renamed);
  } catch {
    return { problem: "damaged", records: makeEmpty() };
  }
}

/**
 * Read a text: what can be used, and what is wrong with the rest.
 *
 * @param {string} text
 * @param {Renamed} [renamed]
 * @returns {{ problem: Problem | null, records: Records }}
 */
export function readText(text, renamed = {}) {
  const records = makeEmpty();
  let data;
  try {
    data = JSON.parse(text);
  } catch {
    return { problem: "damaged", records };
  }
  if (!isTable(data) || data.format !== KEY) return { problem: "foreign", records };
  const { version } = data;
  if (Number.isInteger(version) && Number(version) > VERSION) return { problem: "newer", records };
  if (version !== VERSION) return { problem: "damaged", records };
  const found = [
    readEntries(data.questions, records.questions, readAnswer),
    readEntries(data.exercises, records.exercises, readAttempt),
    readEntries("guesses" in data ? data.guesses : {}, records.guesses, readGuess),
    readEntries("drafts" in data ? data.drafts : {}, records.drafts, readDraft),
  ];
  const problem = found.every(Boolean) ? null : "damaged";
  return { problem, records: renameRecords(records, renamed) };
}

/**
 * Move entries of earlier editions to the names of today.
 *
 * @param {Records} records
 * @param {Renamed} renamed
 */
export function renameRecords(records, renamed) {
  const [kept, moved] = [makeEmpty(), makeEmpty()];
  for (const part of /** @type {const} */ (["questions", "exercises", "guesses", "drafts"])) {
    for (const [name, entry] of Object.entries(records[part])) {
      const isOld = Object.hasOwn(renamed, name);
      /** @type {Record<string, unknown>} */ ((isOld ? moved : kept)[part])[
        isOld ? renamed[name] : name
      ] = entry;
    }
  }
  return mergeRecords(kept, moved);
}

/**
 * Take what is sound in one part of a file; returns whether all of it is.
 *
 * @template T
 * @param {unknown} entries
 * @param {Record<string, T>} kept
 * @param {(entry: Record<string, unknown>) => T | null} readEntry
 */
function readEntries(entries, kept, readEntry) {
  if (!isTable(entries)) return false;
  let isSound = true;
  for (const [name, plain] of Object.entries(entries)) {
    const entry = isTable(plain) && isName(name) ? readEntry(plain) : null;
    if (entry) kept[name] = entry;
    else isSound = false;
  }
  return isSound;
}

/**
 * @param {unknown} tries
 * @returns {tries is number}
 */
const areTries = (tries) =>
  Number.isInteger(tries) && Number(tries) > 0 && Number(tries) <= MOST_TRIES;

/**
 * @param {Record<string, unknown>} entry
 * @returns {Answered | null}
 */
function readAnswer({ right, first, tries, shown = false }) {
  if (typeof right !== "boolean" || typeof first !== "boolean") return null;
  if (typeof shown !== "boolean" || !areTries(tries)) return null;
  return makeAnswer(right, first, tries, shown);
}

/**
 * @param {Record<string, unknown>} entry
 * @returns {Tried | null}
 */
const readAttempt = ({ solved, tries }) =>
  typeof solved === "boolean" && areTries(tries) ? { solved, tries } : null;

/**
 * @param {unknown} part
 * @returns {part is number | string}
 */
const isPart = (part) =>
  typeof part === "string" ? WORD.test(part) : typeof part === "number" && Math.abs(part) < 1e300;

/**
 * @param {Record<string, unknown>} entry
 * @returns {{ guess: Guess } | null}
 */
function readGuess({ guess }) {
  const parts = Array.isArray(guess) ? guess : [guess];
  const isSound = parts.length > 0 && parts.length <= MOST_PARTS && parts.every(isPart);
  const kinds = new Set(parts.map((part) => typeof part));
  return isSound && kinds.size === 1 ? { guess: /** @type {Guess} */ (guess) } : null;
}

/**
 * @param {Record<string, unknown>} entry
 * @returns {{ source: string } | null}
 */
function readDraft({ source }) {
  if (typeof source !== "string" || HALF.test(source)) return null;
  return source.length > 0 && source.length <= LONGEST_DRAFT ? { source } : null;
}

/**
 * Make the entry of a question; that its answer was shown is written down only when it was.
 *
 * @param {boolean} right
 * @param {boolean} first
 * @param {number} tries
 * @param {boolean} shown
 * @returns {Answered}
 */
const makeAnswer = (right, first, tries, shown) => ({
  right,
  first,
  tries,
  ...(shown ? { shown } : {}),
});

/**
 * Add an answer; what comes after a right one is practice, and changes nothing.
 *
 * @param {Records} records
 * @param {string} name
 * @param {{ right: boolean, first: boolean, shown?: boolean }} answer
 * @returns {boolean} whether something has changed
 */
export function addAnswer(records, name, { right, first, shown = false }) {
  const before = records.questions[name] ?? { right: false, first, tries: 0 };
  if (before.right) return false;
  const tries = Math.min(before.tries + 1, MOST_TRIES);
  records.questions[name] = makeAnswer(right, before.first, tries, shown || Boolean(before.shown));
  return true;
}

/**
 * Add a guess; the first one stays.
 *
 * @param {Records} records
 * @param {string} name
 * @param {unknown} guess
 * @returns {boolean} whether something has changed
 */
export function addGuess(records, name, guess) {
  const entry = readGuess({ guess });
  if (!entry || records.guesses[name]) return false;
  records.guesses[name] = entry;
  return true;
}

/**
 * Add an attempt at an exercise; what comes after a right one is practice, and changes nothing.
 *
 * @param {Records} records
 * @param {string} name
 * @param {boolean} solved
 * @returns {boolean} whether something has changed
 */
export function addAttempt(records, name, solved) {
  const before = records.exercises[name] ?? { solved: false, tries: 0 };
  if (before.solved) return false;
  records.exercises[name] = { solved, tries: Math.min(before.tries + 1, MOST_TRIES) };
  return true;
}

/**
 * Keep what stands in the editor of an exercise, or forget it where nothing is to be kept.
 *
 * @param {Records} records
 * @param {string} name
 * @param {string} source
 * @returns {boolean} whether it is kept as it is
 */
export function putDraft(records, name, source) {
  delete records.drafts[name];
  const entry = readDraft({ source });
  if (entry) records.drafts[name] = entry;
  return source === "" || entry !== null;
}

/**
 * Merge two records. Nothing is lost, and what once failed or was shown stays so.
 *
 * @param {Records} one
 * @param {Records} other
 */
export function mergeRecords(one, other) {
  const both = makeEmpty();
  mergeEntries(both.questions, one.questions, other.questions, (a, b) =>
    makeAnswer(
      a.right || b.right,
      a.first && b.first,
      Math.max(a.tries, b.tries),
      Boolean(a.shown || b.shown),
    ),
  );
  mergeEntries(both.exercises, one.exercises, other.exercises, (a, b) => ({
    solved: a.solved || b.solved,
    tries: Math.max(a.tries, b.tries),
  }));
  mergeEntries(both.guesses, one.guesses, other.guesses, (a) => a);
  mergeEntries(both.drafts, one.drafts, other.drafts, (a) => a);
  return both;
}

/**
 * @template T
 * @param {Record<string, T>} both
 * @param {Record<string, T>} one
 * @param {Record<string, T>} other
 * @param {(a: T, b: T) => T} mergeEntry
 */
function mergeEntries(both, one, other, mergeEntry) {
  for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const [a, b] = [one[name], other[name]];
    both[name] = a && b ? mergeEntry(a, b) : (a ?? b);
  }
}
