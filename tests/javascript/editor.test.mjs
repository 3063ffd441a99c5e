// What keys do to code, and what an editor says while Python is loaded.
import assert from "node:assert/strict";
import { test } from "node:test";

import { cutCode } from "../../backprop/page/editor/colours.mjs";
import {
  breakLine,
  deleteIndent,
  numberLines,
  spaceTabs,
} from "../../backprop/page/editor/keys.mjs";
import {
  describeFailure,
  describeFirst,
  describeNames,
  describeProgress,
} from "../../backprop/page/editor/words.mjs";

const apply = (text, change) => text.slice(0, change.from) + change.text + text.slice(change.to);
/** Press Enter at the bar. */
const enter = (marked) => {
  const [text, at] = [marked.replace("|", ""), marked.indexOf("|")];
  return apply(text, breakLine(text, at, at));
};

for (const [before, after, why] of [
  ["x = 1|", "x = 1\n", "a line begins where the last one began"],
  ["    x = 1|", "    x = 1\n    ", "inside of a function, too"],
  ["def f(x):|", "def f(x):\n    ", "behind a colon one step further"],
  ["    for i in x:  # all|", "    for i in x:  # all\n        ", "a remark hides no colon"],
  ["# note:|", "# note:\n", "the colon of a remark opens nothing"],
  ["x = {1: 2}|", "x = {1: 2}\n", "nor does one within a line"],
  ["    return x|", "    return x\n", "behind a return one step back"],
  ["return x|", "return x\n", "and never beyond the edge"],
  ["    a| = 1", "    a\n     = 1", "in the middle of a line the rest goes down"],
  ["|", "\n", "an empty text gets a second line"],
]) {
  test(`Enter: ${why}`, () => assert.equal(enter(before), after));
}

test("Enter replaces what is selected", () => {
  assert.equal(apply("  abc", breakLine("  abc", 3, 5)), "  a\n  ");
});

for (const [marked, after] of [
  ["        |x", "    x"],
  ["      |x", "    x"],
  ["    |", ""],
  ["a\n     |", "a\n    "],
]) {
  test(`Backspace deletes spaces by whole steps: ${JSON.stringify(marked)}`, () => {
    const [text, at] = [marked.replace("|", ""), marked.indexOf("|")];
    assert.equal(apply(text, deleteIndent(text, at, at)), after);
  });
}

test("Backspace does what it always does behind words, at an edge, and with a selection", () => {
  assert.equal(deleteIndent("x = 1", 5, 5), null);
  assert.equal(deleteIndent("a\n  b", 2, 2), null);
  assert.equal(deleteIndent("    a", 0, 4), null);
});

test("pasted tabs in front of a line become spaces, those within it stay", () => {
  const pasted = 'def f(x):\n\ty = "\t"\n\t  return y\n';
  assert.equal(spaceTabs(pasted), 'def f(x):\n    y = "\t"\n      return y\n');
});

test("every line has its number, an empty last one, too", () => {
  assert.equal(numberLines("a\nb\n"), "1\n2\n3");
  assert.equal(numberLines(""), "1");
});

test("sizes are said in megabytes, stages in words", () => {
  assert.match(describeFirst(9_758_643), /from this site \(9\.8 MB\), .* stays on this device/);
  const loading = { state: "progress", stage: "files", loaded: 3_140_000, total: 9_758_643 };
  assert.equal(describeProgress(loading), "Loading Python: 3.1 MB of 9.8 MB");
  assert.equal(describeProgress({ state: "progress", stage: "numpy" }), "NumPy is opened …");
  const plots = { ...loading, total: 8_273_980, package: "Matplotlib" };
  assert.match(
    describeProgress(plots),
    /^Matplotlib, .* stays in your browser: 3\.1 MB of 8\.3 MB$/,
  );
  assert.ok(!describeProgress({ ...plots, kept: false }).includes("stays"));
  assert.equal(describeProgress({ ...plots, stage: "package" }), "Matplotlib is opened …");
  const failed = { state: "failed", reason: "unreachable", package: "Matplotlib" };
  assert.equal(describeFailure(failed), "Matplotlib did not arrive.");
  assert.equal(describeFailure({ ...failed, reason: "stopped" }), "Stopped.");
  assert.equal(describeFailure({ state: "failed", reason: "stopped" }), "Stopped.");
  assert.equal(describeFailure({ state: "failed" }), "Python does not start here.");
  assert.equal(describeNames([]), "“np” and “bp” are at hand.");
  assert.equal(describeNames(["forward"]), "“np”, “bp” and “forward” are at hand.");
});

const code = `def f(x):  # "no" text
    """Twice
    x"""
    y = 2.5e-3 * x1 if x else 'it\\'s # no'
    return "not closed
`;

test("colours: comments, texts, keywords and numbers, and nothing is lost", () => {
  const parts = cutCode(code);
  assert.equal(parts.map(([, text]) => text).join(""), code);
  const listed = (kind) => parts.filter(([each]) => each === kind).map(([, text]) => text);
  assert.deepEqual(listed("k"), ["def", "if", "else", "return"]);
  assert.deepEqual(listed("mf"), ["2.5e-3"]);
  assert.deepEqual(listed("c1"), ['# "no" text']);
  const texts = ['"""Twice\n    x"""', "'it\\'s # no'", '"not closed'];
  assert.deepEqual(listed("s2"), texts);
  assert.deepEqual(cutCode(""), []);
});
