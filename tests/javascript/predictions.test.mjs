// Every prediction of the book, its guesses set beside the truth here as Python has set them.
import assert from "node:assert/strict";
import { test } from "node:test";

import { compareGuess, fitsGuess, readGuess } from "../../backprop/page/predict/kinds.mjs";
import { readExported } from "./cases.mjs";

const { predictions } = readExported();

for (const { asked, id, said } of predictions) {
  test(`${id}: ${said.length} guesses are set beside the truth alike`, () => {
    for (const [response, guess, html] of said) {
      const found = readGuess(asked, response);
      if (guess === null) {
        assert.deepEqual(found, { refused: html }, response);
        continue;
      }
      assert.deepEqual(found, { guess }, response);
      assert.ok(fitsGuess(asked, guess));
      assert.equal(compareGuess(asked, guess), html);
    }
  });
}

test("a guess of another kind, kept under the same name, does not fit", () => {
  for (const { asked } of predictions) {
    const foreign = [true, null, {}, [], [[1]], "no such option", ["no such option"], [1, "a"]];
    const fits = foreign.filter((guess) => fitsGuess(asked, guess));
    assert.deepEqual(fits, [], asked.kind);
  }
});
