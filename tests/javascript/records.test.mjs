// Files of progress: the cases that tests/course/test_progress.py reads, too.
import assert from "node:assert/strict";
import { test } from "node:test";

import { countChapter } from "../../backprop/page/progress/counts.mjs";
import {
  addAnswer,
  addAttempt,
  addGuess,
  makeEmpty,
  mergeRecords,
  putDraft,
  readFile,
  readText,
  renameRecords,
} from "../../backprop/page/progress/records.mjs";
import { readCases } from "./cases.mjs";

for (const { what, text = "", base64, times = 1, problem, records } of readCases("progress.json")) {
  test(`${what} is read as Python reads it`, () => {
    const bytes = base64 ? Buffer.from(base64, "base64") : Buffer.from(text.repeat(times));
    const found = readFile(new Uint8Array(bytes));
    assert.equal(found.problem, problem);
    const { questions, exercises, guesses, drafts } = found.records;
    const wanted = { guesses: {}, drafts: {}, ...records };
    assert.deepEqual({ questions, exercises, guesses, drafts }, wanted);
    assert.deepEqual(readText(JSON.stringify(found.records)), {
      problem: null,
      records: found.records,
    });
  });
}

for (const { what, renamed, before, after } of readCases("renamed.json")) {
  test(`${what}, as in Python`, () => {
    const found = renameRecords({ ...makeEmpty(), ...before }, renamed);
    assert.deepEqual(found, { ...makeEmpty(), ...after });
    const read = readText(JSON.stringify({ ...makeEmpty(), ...before }), renamed);
    assert.deepEqual(read, { problem: null, records: found });
  });
}

const records = (questions) => ({ ...makeEmpty(), questions });
const OWN = { right: true, first: true, tries: 1 };
const SHOWN = { right: true, first: false, tries: 3, shown: true };

test("merging loses nothing, and what was shown stays so", () => {
  const [one, other] = [records({ "a/x": OWN, "a/y": OWN }), records({ "a/x": SHOWN })];
  const both = { "a/x": { ...SHOWN, right: true }, "a/y": OWN };
  assert.deepEqual(mergeRecords(one, other).questions, both);
  assert.deepEqual(mergeRecords(other, one).questions, both);
});

test("answers are added as Python adds them", () => {
  const kept = makeEmpty();
  addAnswer(kept, "a/x", { right: false, first: false });
  addAnswer(kept, "a/x", { right: false, first: false, shown: true });
  addAnswer(kept, "a/x", { right: true, first: false });
  assert.deepEqual(kept.questions["a/x"], SHOWN);
  assert.equal(addAnswer(kept, "a/x", { right: false, first: false }), false);
  addAnswer(kept, "a/y", { right: true, first: true });
  assert.deepEqual(kept.questions["a/y"], OWN);
});

test("the first guess stays, nonsense is none, and merging keeps one's own", () => {
  const kept = makeEmpty();
  assert.equal(addGuess(kept, "a/x", 4), true);
  assert.equal(addGuess(kept, "a/x", 12), false);
  assert.equal(addGuess(kept, "a/y", [NaN]), false);
  assert.deepEqual(kept.guesses, { "a/x": { guess: 4 } });
  const other = { ...makeEmpty(), guesses: { "a/x": { guess: 1 }, "a/z": { guess: "up" } } };
  const both = { "a/x": { guess: 4 }, "a/z": { guess: "up" } };
  assert.deepEqual(mergeRecords(kept, other).guesses, both);
});

test("attempts are counted until one is right", () => {
  const kept = makeEmpty();
  assert.equal(addAttempt(kept, "a/x", false), true);
  assert.equal(addAttempt(kept, "a/x", true), true);
  assert.equal(addAttempt(kept, "a/x", false), false);
  assert.deepEqual(kept.exercises, { "a/x": { solved: true, tries: 2 } });
});

test("the last draft is kept, an empty one is forgotten, and merging keeps one's own", () => {
  const kept = makeEmpty();
  assert.equal(putDraft(kept, "a/x", "1"), true);
  assert.equal(putDraft(kept, "a/x", "2"), true);
  assert.equal(putDraft(kept, "a/y", "3"), true);
  assert.equal(putDraft(kept, "a/y", ""), true);
  assert.equal(putDraft(kept, "a/z", "a".repeat(20_001)), false);
  assert.deepEqual(kept.drafts, { "a/x": { source: "2" } });
  const other = { ...makeEmpty(), drafts: { "a/x": { source: "1" }, "a/z": { source: "4" } } };
  const both = { "a/x": { source: "2" }, "a/z": { source: "4" } };
  assert.deepEqual(mergeRecords(kept, other).drafts, both);
});

test("what was shown is counted by itself", () => {
  const chapter = { name: "a", title: "A", questions: ["x", "y", "z"], exercises: [] };
  const kept = records({ "a/x": SHOWN, "a/y": OWN });
  const { right, shown, first, finished } = countChapter(chapter, kept);
  assert.deepEqual([right, shown, first, finished], [1, 1, 1, false]);
  assert.equal(countChapter({ ...chapter, questions: ["x", "y"] }, kept).finished, true);
});
