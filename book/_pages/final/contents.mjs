// What a certificate says, and the code that anybody can compute from it again: the rule of
// backprop/course/certificate/contents.py, and nothing of a page. A test compares the two.

import { countChapter } from "../../../backprop/page/progress/counts.mjs";

/** @import {Outline, Records} from "../../../backprop/page/progress/records.mjs" */

const LONGEST = 120; // characters of a name

/** The words that stand on every certificate; those on paper are the same, and a test compares. */
export const WORDS = {
  book: "Backpropagation, step by step",
  title: "Certificate of completion",
  opening: "This is to say that",
  columns: ["questions", "first try", "exercises"],
  date: "Date",
  version: "Version of the book",
  code: "Code",
  attested:
    "Self-attested: this record was kept by the reader’s own computer, and nobody watched. " +
    "The code follows from what stands here; the QR code holds both, and " +
    "“backprop certificate --verify” computes it again.",
};

// Characters that cannot be seen can make a name look like another; letters of some scripts need
// two of them as joiners.
const UNSEEN = /(?!\u200c|\u200d|[\t\n\r])\p{C}/u;
const READABLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** @param {string} name */
export const cleanName = (name) => name.replace(/\s+/g, " ").trim().normalize("NFC");

/**
 * Say what is wrong with a name; nothing, when it is fit for a certificate.
 *
 * @param {string} name
 */
export function findNameProblem(name) {
  const unseen = UNSEEN.exec(name)?.[0].codePointAt(0);
  if (unseen !== undefined) {
    const number = unseen.toString(16).toUpperCase().padStart(4, "0");
    return `The name holds a character that cannot be seen (U+${number}). Type it instead of pasting it.`;
  }
  if (!READABLE.test(name)) return "Type a name first.";
  const { length } = [...cleanName(name)];
  if (length > LONGEST) return `A name may have ${LONGEST} characters; this one has ${length}.`;
  return "";
}

/**
 * Write the contents in the one form from which the code is computed: keys in alphabetical order, no
 * spaces, the same text in every language of programming.
 *
 * @param {string} name
 * @param {string} date YYYY-MM-DD
 * @param {Records} records
 * @param {Outline} outline
 */
export function writeContents(name, date, records, outline) {
  const chapters = outline.chapters.map((chapter) => {
    const { right, first, questions, solved, exercises } = countChapter(chapter, records);
    return [chapter.name, right, first, questions, solved, exercises];
  });
  return JSON.stringify({ book: outline.version, chapters, date, name: cleanName(name) });
}

/**
 * Compute the code: the first 64 bits of the SHA-256, in groups of four digits.
 *
 * @param {string} text
 * @param {(text: string) => string} sha256
 */
export const computeCode = (text, sha256) =>
  sha256(text)
    .slice(0, 16)
    .toUpperCase()
    .replace(/(.{4})(?=.)/g, "$1-");

/**
 * Write what the bearer has done, after "This is to say that" and the name.
 *
 * @param {Outline} outline
 * @param {Records} records
 */
export function writeDeed({ chapters }, records) {
  const counted = chapters.map((chapter) => countChapter(chapter, records));
  /** @param {"questions" | "right" | "first" | "exercises" | "solved"} key */
  const sum = (key) => counted.reduce((all, each) => all + each[key], 0);
  const [questions, right, first, exercises] = /** @type {const} */ ([
    "questions",
    "right",
    "first",
    "exercises",
  ]).map(sum);
  const share = questions ? Math.floor((200 * first + questions) / (2 * questions)) : 0;
  const answered =
    right === questions
      ? `answered all ${questions} questions of this book right, ${first} of them`
      : `answered ${right} of the ${questions} questions of this book right (the answers to the ` +
        `others were shown), ${first} of the ${questions}`;
  return (
    `${answered} (${share}\u00a0%) on the first try, and solved ${sum("solved")} of its ` +
    `${writeNumber(exercises, "graded exercise")}.`
  );
}

/**
 * Write the row of one chapter: its title, questions right, those on the first try, exercises solved.
 *
 * @param {Outline["chapters"][number]} chapter
 * @param {Records} records
 */
export function writeRow(chapter, records) {
  const { right, first, questions, solved, exercises } = countChapter(chapter, records);
  const done = exercises ? `${solved} of ${exercises}` : "–";
  return [chapter.title, `${right} of ${questions}`, String(first), done];
}

/**
 * Cut the chapters into the columns that they stand in.
 *
 * @template T
 * @param {T[]} chapters
 * @returns {T[][]}
 */
export function splitColumns(chapters) {
  const columns = chapters.length <= 5 ? 1 : chapters.length <= 10 ? 2 : 3;
  const rows = Math.ceil(chapters.length / columns);
  return Array.from({ length: columns }, (_, n) => chapters.slice(n * rows, (n + 1) * rows));
}

/**
 * Write a date as the certificate has it: 20 November 2026.
 *
 * @param {string} date YYYY-MM-DD
 */
export const writeDate = (date) =>
  new Date(`${date}T12:00`).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
  });

/**
 * @param {number} n
 * @param {string} one
 */
export const writeNumber = (n, one) => `${n} ${one}${n === 1 ? "" : "s"}`;

/** Write today's date as YYYY-MM-DD, by the reader's clock. */
export function writeToday() {
  const now = new Date();
  /** @param {number} n */
  const two = (n) => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
