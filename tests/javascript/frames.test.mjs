// How the frames of a figure travel: small ones, by hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";

import { addUp, readRows, readSlot, writePath } from "../../backprop/page/explorer/frames.mjs";
import { unpack } from "../../backprop/page/unpack.mjs";

test("what was packed comes back", async () => {
  const data = { sizes: [2], say: ["−1", "∂"] };
  const payload = deflateSync(JSON.stringify(data)).toString("base64");
  assert.deepEqual(await unpack(payload), data);
});

test("differences add up, within a row and to the row before", () => {
  assert.deepEqual(addUp([1, 2, -4]), [1, 3, -1]);
  assert.deepEqual(readRows([[1, 1], [1, 0], [5]]), [[1, 2], [2, 3], [5]]);
});

test("paths are written in tenths, and a point is a line of no length", () => {
  assert.equal(writePath("MLZ", [0, 15], [10, -5]), "M0 1 L1.5 -0.5 Z");
  assert.equal(writePath("o", [10], [20]), "M1 2 h0");
});

test("a slot says what each frame shows; null removes it", () => {
  const text = readSlot([3, "fill", ["red", null], [0, 1, -1]]);
  assert.deepEqual([0, 1, 2].map(text), ["red", null, "red"]);
  const still = readSlot([3, "", ["always"], []]);
  assert.equal(still(7), "always");
  const path = readSlot([
    3,
    "d",
    ["ML"],
    [],
    [
      [0, 10],
      [10, 0],
    ],
    [0, 1],
    [[0, 0]],
    [],
  ]);
  assert.deepEqual([0, 1].map(path), ["M0 0 L1 0 ", "M1 0 L2 0 "]);
});
