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

  test("what is stopped is told so, with all that waited", async () => {
    await site.close(); // from here on everything comes from memory
    const long = python.run("stop", "import time\ntime.sleep(30)");
    const waiting = python.run("stop", "2");
    setTimeout(() => python.stop(), 200);
    for (const each of [await long, await waiting]) {
      assert.deepEqual([each.state, each.reason], ["failed", "stopped"]);
    }
  });

  test("Python is there again for whoever comes back to a page that was left", async () => {
    python.end();
    assert.equal((await python.check(EXERCISE, RIGHT)).result.passed, true);
  });
});
