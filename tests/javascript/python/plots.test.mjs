// Matplotlib in the page under Node: loaded for code that imports it, verified, drawn, kept.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openOn, openSite } from "./site.mjs";

const FILES = process.env.BACKPROP_PYTHON;
const PLOT = "import matplotlib.pyplot as plt\nprint('drawn')\nplt.plot([1, 2, 4])\nplt.show()";

describe("Matplotlib, for whoever imports it", () => {
  let site;
  let python;
  let messages = [];
  let willStop = false;
  before(async () => {
    site = await openSite(FILES);
    const onprogress = (message) => {
      messages.push(message);
      if (!message.package || !willStop) return;
      willStop = false;
      python.stop();
    };
    python = openOn(site, { onprogress });
  });
  after(() => site.remove());

  test("code that does not import it loads nothing of it", async () => {
    assert.equal((await python.run("plots/0", "1 + 1")).result.text, "2");
    const { worker, files } = site.manifest;
    assert.deepEqual(site.requests.toSorted(), [worker, ...files.map(({ file }) => file)].sort());
  });

  test("what Python guesses of a name is not said twice", async () => {
    const { result } = await python.run("plots/0", "np.ones(3).summ()");
    const said = "AttributeError: 'numpy.ndarray' object has no attribute 'summ'";
    assert.equal(result.error, `line 1: np.ones(3).summ()\n${said}\nDid you mean sum?`);
  });

  test("a file that is spoiled is refused in words, and the cell is not run", async () => {
    const [{ files }] = site.manifest.packages;
    site.spoiled = files[0].file;
    const { state, reason, package: name, message } = await python.run("plots/1", PLOT);
    assert.deepEqual([state, reason, name], ["failed", "damaged", "Matplotlib"]);
    assert.match(message, /is not the file that belongs to this book/);
    site.spoiled = "";
  });

  test("whoever stops while it is loaded ends the loading, and not Python", async () => {
    willStop = true;
    const { state, reason } = await python.run("plots/1", PLOT);
    assert.deepEqual([state, reason], ["failed", "stopped"]);
    assert.equal((await python.run("plots/0", "2")).result.text, "2");
    assert.equal(messages.filter((message) => message.state === "ready").length, 1);
  });

  test("a cell that imports it shows its figure, and the bytes were counted", async () => {
    messages = [];
    const { state, result, message } = await python.run("plots/1", PLOT);
    assert.equal(state, "ran", message);
    assert.deepEqual([result.error, result.text, result.printed], ["", "", "drawn\n"]);
    assert.match(result.figures.join(), /^<figure.*<desc[^>]*>A line of 3 points\..*<path/s);
    const progress = messages.filter(({ stage }) => stage === "files");
    const { bytes } = site.manifest.packages[0];
    assert.ok(progress.every((each) => each.package === "Matplotlib" && each.total === bytes));
    assert.equal(progress.at(-1).loaded, bytes);
  });

  test("what the book draws with it is drawn, with pixels, groups and areas, too", async () => {
    const sources = [
      "plt.imshow(np.eye(3))\nplt.figure()\nplt.contourf(np.eye(4))\nplt.bar([1], [2], hatch='/')",
      "with bp.show.figure(title='A line', alt='It rises') as axes:\n    axes.plot([1, 2])",
    ];
    for (const source of sources) {
      const { result } = await python.run("plots/1", source);
      assert.equal(result.error, "", source);
      assert.ok(result.figures.length + result.html.length > 0, source);
    }
  });

  test("it is kept: a worker that starts anew gets it without the site", async () => {
    await site.close();
    const { state, wheels } = await python.bringPackage("Matplotlib");
    assert.equal(state, "brought");
    assert.equal(wheels.length, site.manifest.packages[0].files.length);
  });
});
