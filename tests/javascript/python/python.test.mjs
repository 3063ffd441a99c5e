// Python of the page under Node: the real files and worker, from a site that counts its requests.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { EXERCISE, HEAD, RIGHT, listOtherVerdicts, openOn, openSite, spoilCache } from "./site.mjs";

/** What a function and what stands outside of one may take, in seconds: three, for readers. */
const SHORT = 0.5;
const SHORTEN = [
  "import sys",
  `sys.modules["backprop.course.exercise"].SECONDS = ${SHORT}`,
  `sys.modules["backprop.course.source_checks"].check_text.__defaults__ = (None, ${SHORT})`,
].join("\n");

describe("One Python, as long as nothing breaks it", () => {
  let site;
  let python;
  const messages = [];
  before(async () => {
    site = await openSite();
    python = openOn(site, { onprogress: (message) => messages.push(message) });
    assert.equal(site.requests.length, 0, "nothing is loaded before it is needed");
    assert.equal((await python.check(EXERCISE, RIGHT)).result.passed, true);
  });
  after(() => site.remove());

  test("each file is asked for once, and its bytes are counted", () => {
    const { worker, files, bytes } = site.manifest;
    assert.deepEqual(site.requests.toSorted(), [worker, ...files.map(({ file }) => file)].sort());
    const progress = messages.filter(({ state }) => state === "progress");
    assert.equal(progress.at(-1).loaded, bytes);
    assert.ok(progress.every(({ loaded, total }) => loaded <= bytes && total === bytes));
    assert.deepEqual(
      [...new Set(progress.map(({ stage }) => stage))],
      [...["files", "python", "numpy", "book"]],
    );
    const ready = messages.find(({ state }) => state === "ready");
    assert.deepEqual([ready.fromCache, ready.kept], [0, true]);
    assert.ok(ready.memory < 100e6, `${ready.memory} bytes`);
  });

  test("verdicts are those that Python gives outside of the page", async () => {
    assert.deepEqual(await listOtherVerdicts(python), []);
  });

  test("a loop without end is stopped after three seconds", async () => {
    const { result } = await python.check(EXERCISE, `${HEAD}    while True: pass\n`);
    assert.ok(result.text.includes("after 3 seconds"), result.text);
    assert.equal((await python.run("limits", SHORTEN)).result.error, "");
  });

  const LATE = `after ${SHORT} seconds`;
  const OUTCOMES = {
    "a loop that catches everything": [
      `${HEAD}    while True:\n        try: pass\n        except BaseException: pass\n`,
      LATE,
    ],
    "a loop outside of the function": ["while True: pass\n", LATE],
    "a flood of print": [`${HEAD}    while True: print("x" * 1000)\n`, LATE],
    "more memory than there is": [`${HEAD}    return [0] * 900_000_000\n`, "MemoryError"],
    "a recursion without end": [`${HEAD}    return dSSR_db3(b3, observed, curve)\n`, "Recursion"],
    "a slip of the pen": [`${HEAD}    return np.sum(\n`, "at line 2"],
    "a question to nobody": ["b3 = input()\n", "nobody can answer"],
    "an end by exit": [`${RIGHT}exit()\n`, "ends Python itself"],
    "a module that is missing": [`import torch\n${RIGHT}`, "There is no module"],
    "a thread": ["import threading\nthreading.Thread(target=print).start()\n", "can't start"],
  };
  for (const [name, [source, expected]] of Object.entries(OUTCOMES)) {
    test(`${name} is told in words, and harms nothing`, async () => {
      const { state, result } = await python.check(EXERCISE, source);
      assert.equal(state, "result");
      assert.equal(result.passed, false);
      assert.ok(result.text.includes(expected), result.text);
      assert.equal((await python.check(EXERCISE, RIGHT)).result.passed, true);
    });
  }

  const REFUSED = [
    "import js\njs.fetch('https://example.org/')",
    "import js\njs.postMessage('passed')",
    "import js\njs.setTimeout('1', 1)",
    "import js\njs.Object.constructor('return globalThis')()",
    "import pyodide_js\npyodide_js.loadPackage.constructor('return globalThis')()",
    "from pyodide.code import run_js\nrun_js('globalThis')",
    "from pyodide.http import open_url\nopen_url('https://example.org/')",
    "import urllib.request\nurllib.request.urlopen('https://example.org/')",
    "import socket\nsocket.create_connection(('example.org', 80))",
    "import subprocess\nsubprocess.run(['ls'])",
  ];
  for (const source of REFUSED) {
    test(`no way leads out by ${source.split("\n")[1]}`, async () => {
      const before = site.requests.length;
      const { result } = await python.run("ways", source);
      assert.match(result.error, /Error/);
      assert.equal(site.requests.length, before);
    });
  }

  test("a cell keeps its names, another has none of them, and those above bring them anew", async () => {
    await python.run("fitting/one", "height = 3.0\nprint('kept')");
    assert.equal((await python.run("fitting/one", "height / 2")).result.text, "1.5");
    const other = await python.run("fitting/two", "height");
    assert.match(other.result.error, /line 1: height\nNameError: name 'height' is not defined/);
    for (const time of ["first", "second"]) {
      const { result } = await python.run("fitting/two", "height += 1\nheight", [
        "width = 2",
        "height = 1\n",
      ]);
      assert.equal(result.text, "2", time);
    }
  });

  test("a cell shows what it printed and what its last line is", async () => {
    const { state, result } = await python.run(
      "show",
      "x = bp.Variable(2.0)\nprint(x.value)\nx * x",
    );
    assert.equal(state, "ran");
    assert.equal(result.printed, "2.0\n");
    assert.match(result.text, /4/);
    const picture = await python.run("show", "bp.show.graph(x * x)");
    assert.match(picture.result.html, /<svg/);
  });

  test("classes are numbers of 64 bits, though indices have 32 here", async () => {
    const loss = "bp.softmax_cross_entropy(np.eye(3), np.array([0, 1, 2], dtype=np.int64))";
    const { result } = await python.run("classes", `import numpy as np\nround(${loss}, 4)`);
    assert.match(result.text ?? result.error, /0\.5514/);
  });

  test("each line that a cell prints is told while it runs", async () => {
    const begin = messages.length;
    await python.run("prints", 'print("one")\nprint("two", end="")\nprint()\n1 / 0');
    const told = messages.slice(begin).filter(({ state }) => state === "printed");
    assert.deepEqual(
      told.map(({ text }) => text),
      ["one\n", "two\n"],
    );
  });

  const endings = () =>
    messages
      .filter(({ state }) => state === "restarted")
      .map(({ reason, fromCache }) => [reason, fromCache]);

  test("what cannot be interrupted is ended", async () => {
    await site.close(); // from here on everything comes from the cache
    const begin = performance.now();
    const slept = await python.check(EXERCISE, `${HEAD}    import time\n    time.sleep(60)\n`);
    assert.deepEqual([slept.state, slept.reason], ["failed", "endless"]);
    assert.match(slept.message, /did not come to an end/);
    assert.ok(performance.now() - begin < 30_000, "long before it has slept");
  });

  test("code that ends Python is told so, and each time it came back from the cache", async () => {
    const ended = await python.check(EXERCISE, "import os\nos._exit(1)\n");
    assert.deepEqual([ended.state, ended.reason], ["failed", "crashed"]);
    assert.equal((await python.check(EXERCISE, RIGHT)).result.passed, true);
    const all = site.manifest.files.length;
    assert.deepEqual(endings(), [
      ["endless", all],
      ["crashed", all],
    ]);
  });
});

/** A site of its own for one test, and nothing of it left behind. */
async function openAlone(t) {
  const site = await openSite();
  t.after(() => site.remove());
  return site;
}

test("a file that is not the book's is refused in words, and asked for again", async (t) => {
  const site = await openAlone(t);
  const { file } = site.manifest.files[2];
  site.spoiled = file;
  for (const time of [1, 2]) {
    const { state, reason, message } = await openOn(site).check(EXERCISE, RIGHT);
    assert.deepEqual([state, reason], ["failed", "damaged"]);
    assert.match(message, /is not the file that belongs to this book/);
    assert.equal(site.requests.filter((name) => name === file).length, time);
  }
});

test("what the cache holds is verified, too, and a site that is gone is told in words", async (t) => {
  const site = await openAlone(t);
  site.spoiled = site.manifest.files[2].file;
  await openOn(site).start();
  const python = openOn(site);
  await python.loadScript();
  spoilCache(site);
  await site.close();
  const { state, reason, message } = await python.start();
  assert.deepEqual([state, reason], ["failed", "unreachable"]);
  assert.match(message, /could not be loaded from this site .* Look at your connection/);
});

test("a site that does not answer is not waited for once that was stopped", async (t) => {
  const site = await openAlone(t);
  site.silent = true;
  const python = openOn(site);
  const checked = python.check(EXERCISE, RIGHT);
  while (!site.requests.length) await new Promise((done) => setTimeout(done, 10));
  python.stop();
  const { state, reason } = await checked;
  assert.deepEqual([state, reason], ["failed", "stopped"]);
  site.silent = false;
  assert.equal((await python.check(EXERCISE, RIGHT)).result.passed, true);
});

test("whose page was opened before the book was renewed is told to reload it", async (t) => {
  const site = await openAlone(t);
  for (const gone of [site.manifest.worker, site.manifest.files[1].file]) {
    site.renewed = gone;
    const { state, reason, message } = await openOn(site).check(EXERCISE, RIGHT);
    assert.deepEqual([state, reason], ["failed", "unreachable"]);
    assert.match(message, /the site answers 404\). The book may have been renewed .* reload/);
  }
});
