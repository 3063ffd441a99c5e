// Every question of the book, graded here as Python has graded it: BACKPROP_CASES names the file that
// tests/course/test_same_rule.py has written.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Attempts } from "../../backprop/page/quiz/attempts.mjs";
import { judge } from "../../backprop/page/quiz/kinds.mjs";
import { listCommaReadings, readNumber } from "../../backprop/page/quiz/numbers.mjs";
import { readExported } from "./cases.mjs";

const { words, questions, numbers } = readExported();

test("texts of the signs of numbers are read alike", () => {
  for (const [text, value, readings] of numbers) {
    assert.deepEqual(listCommaReadings(text), readings, text);
    assert.equal((readNumber(text) ?? -7e77) + 0, (value ?? -7e77) + 0, text);
  }
});

for (const { question, answers, turns } of questions) {
  test(`${question.id}: ${answers.length} answers are graded alike`, () => {
    for (const [response, variant, expected] of answers) {
      const said = judge(words, question, response, variant);
      const { right, counted, misconception = null, verdict = "", because } = said;
      assert.deepEqual(
        { right, counted, misconception, verdict, because },
        expected,
        `${response} ${variant}`,
      );
    }
  });

  test(`${question.id}: one answer after the other has the same consequences`, () => {
    for (const { variant, responses, expected } of turns) {
      const attempts = new Attempts(words, question, variant);
      const got = responses.map((response) => {
        const { verdict, isNew } = attempts.take(response);
        const [help, text] = verdict.more ?? [null, null];
        const state = {
          isNew,
          right: verdict.right,
          verdict: verdict.verdict ?? "",
          help,
          text,
          tries: attempts.tries,
          shown: attempts.shown,
        };
        if (attempts.revealed && isNew) attempts.renew();
        return { ...state, variant: attempts.variant };
      });
      assert.deepEqual(got, expected, responses.join());
    }
  });
}

test("after the reasoning, the same numbers count no more", () => {
  const { question } = questions.find((each) => each.question.kind === "number");
  const attempts = new Attempts(words, question, 0);
  const [{ answer }] = question.variants;
  attempts.take("987654");
  attempts.take("987655");
  const { verdict, isNew } = attempts.take(String(answer));
  assert.deepEqual([verdict.counted, verdict.right, isNew], [false, false, false]);
  assert.match(verdict.because, /New numbers/);
  attempts.renew();
  assert.equal(attempts.take(String(question.variants[1].answer)).verdict.right, true);
});
