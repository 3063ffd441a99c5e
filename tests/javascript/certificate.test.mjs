// What a certificate says, and its code: the example is the one of backprop's own documentation.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import {
  cleanName,
  computeCode,
  findNameProblem,
  splitColumns,
  writeContents,
  writeDate,
  writeDeed,
  writeRow,
} from "../../book/_pages/final/contents.mjs";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const name = (n) => `q${n}`;
const outline = {
  version: "1.0",
  chapters: [
    { name: "fitting", title: "Fit", questions: [0, 1, 2, 3, 4, 5].map(name), exercises: ["e"] },
  ],
};
const answer = (n, changes) => [
  `fitting/${name(n)}`,
  { right: true, first: n < 4, tries: 1, ...changes },
];
const recordsOf = (changes) => ({
  format: "backprop-progress",
  version: 1,
  questions: Object.fromEntries([0, 1, 2, 3, 4, 5].map((n) => answer(n, n > 4 ? changes : {}))),
  exercises: { "fitting/e": { solved: true, tries: 1 } },
});

test("contents and code are those of Python", () => {
  const text = writeContents("  Ada ", "2026-11-20", recordsOf({}), outline);
  assert.equal(
    text,
    '{"book":"1.0","chapters":[["fitting",6,4,6,1,1]],"date":"2026-11-20","name":"Ada"}',
  );
  assert.equal(computeCode(text, sha256), "D7D4-8C94-4CCA-9541");
});

test("an answer that was shown is not said to be right", () => {
  assert.equal(
    writeDeed(outline, recordsOf({})),
    "answered all 6 questions of this book right, 4 of them (67\u00a0%) on the first try, and " +
      "solved 1 of its 1 graded exercise.",
  );
  const shown = writeDeed(outline, recordsOf({ shown: true }));
  assert.match(
    shown,
    /^answered 5 of the 6 questions .* \(the answers to the others were shown\), 4 of the 6 \(67/,
  );
});

test("a row has what was done in a chapter, and columns hold up to five", () => {
  const [chapter] = outline.chapters;
  assert.deepEqual(writeRow(chapter, recordsOf({})), ["Fit", "6 of 6", "4", "1 of 1"]);
  const without = { ...chapter, exercises: [] };
  assert.equal(writeRow(without, recordsOf({}))[3], "–");
  for (const [count, columns] of [
    [1, [1]],
    [5, [5]],
    [8, [4, 4]],
    [11, [4, 4, 3]],
  ]) {
    const split = splitColumns(Array.from({ length: count }, () => chapter));
    assert.deepEqual(
      split.map((column) => column.length),
      columns,
    );
  }
});

test("a date is spoken", () => assert.equal(writeDate("2026-11-08"), "8 November 2026"));

test("a name can be read", () => {
  assert.equal(cleanName(" Ada \n Lovelace "), "Ada Lovelace");
  for (const good of ["Ada", "Նարեկ", "می\u200cخواهم"]) assert.equal(findNameProblem(good), "");
  assert.match(findNameProblem("Ada\u202eevE"), /U\+202E/);
  assert.match(findNameProblem(" "), /Type a name/);
  assert.match(findNameProblem("a".repeat(121)), /120 characters; this one has 121/);
});
