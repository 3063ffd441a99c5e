// Numbers as people write them: the cases that tests/course/test_number_text.py reads, too.
import assert from "node:assert/strict";
import { test } from "node:test";

import { listCommaReadings, readNumber, showNumber } from "../../backprop/page/quiz/numbers.mjs";
import { readCases } from "./cases.mjs";

const cases = readCases("numbers.json");

test("what people write is read", () => {
  for (const [text, value] of cases.read)
    assert.equal((readNumber(text) ?? Number.NaN) + 0, value + 0, text);
});

test("nothing else is taken for a number", () => {
  for (const text of cases.not_read) assert.equal(readNumber(text), null, text);
});

test("what can be read in two ways is asked about", () => {
  for (const [text, readings] of cases.asked) {
    assert.deepEqual(listCommaReadings(text), readings, text);
    assert.equal(readNumber(text), null, text);
  }
  for (const text of [...cases.read.map(([each]) => each), ...cases.not_read]) {
    assert.deepEqual(listCommaReadings(text), [], text);
  }
});

test("numbers are printed for people", () => {
  for (const [value, shown] of cases.shown) assert.equal(showNumber(value), shown);
});
