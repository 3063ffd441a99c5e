// Python of the page where browsers keep no files and hash none: http from another machine.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { EXERCISE, RIGHT, listOtherVerdicts, openOn, openSite } from "./site.mjs";

describe("Without a cache and the browser's own hashes", () => {
  let site;
  let python;
  before(async () => {
    site = await openSite();
    python = openOn(site, { secure: false });
  });
  after(() => site.remove());

  test("Python starts, and says that nothing is kept", async () => {
    const ready = await python.start();
    assert.deepEqual([ready.state, ready.kept], ["ready", false], ready.message);
  });

  test("verdicts are those that Python gives outside of the page", async () => {
    assert.deepEqual(await listOtherVerdicts(python), []);
  });

  test("it starts again from memory, the site being gone", async () => {
    await site.close();
    python.end();
    assert.equal((await python.check(EXERCISE, RIGHT)).result.passed, true);
  });
});
