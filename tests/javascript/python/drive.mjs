// Put into a page by a test: solves an exercise as a reader would, and reports what was seen.
/* global addEventListener, document, InputEvent, location */

/** Wait until something is there. */
async function waitFor(find, seconds = 120) {
  const latest = performance.now() + 1000 * seconds;
  for (;;) {
    const found = find();
    if (found) return found;
    if (performance.now() > latest) throw new Error(`waited in vain for ${find}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Every file that the page has asked for. */
const listRequests = () => performance.getEntriesByType("resource").map(({ name }) => name);

/** Write each source, check it, and note what is said, and after how many seconds. */
async function solveExercise({ exercise, sources }, report) {
  const find = (inside) => document.querySelector(`[data-exercise="${exercise}"] ${inside}`);
  const check = await waitFor(() => find(".bp-check"));
  report.before = listRequests();
  for (const source of sources) {
    const area = find("textarea");
    area.value = source;
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
    const begin = performance.now();
    check.click();
    const feedback = await waitFor(() => find(".bp-feedback"));
    report.verdicts.push({
      text: feedback.textContent,
      kind: feedback.dataset.kind,
      formulas: feedback.querySelectorAll("math").length,
      seconds: (performance.now() - begin) / 1000,
    });
  }
  report.solved = find(".bp-solved")?.checkVisibility() ?? false;
  report.kept = JSON.parse(localStorage.getItem("backprop-progress") ?? "{}");
  report.after = listRequests();
}

/** Carry out the orders of a test; the report goes to its server. */
globalThis.driveExercise = (orders) => {
  const report = { address: location.href, browser: navigator.userAgent };
  Object.assign(report, { problems: [], verdicts: [] });
  addEventListener("error", ({ message }) => report.problems.push(message));
  addEventListener("unhandledrejection", ({ reason }) => report.problems.push(String(reason)));
  addEventListener("load", async () => {
    try {
      await solveExercise(orders, report);
    } catch (problem) {
      report.problems.push(String(problem));
    }
    // From a folder, too, where an answer could not be read.
    fetch(orders.report, { method: "POST", mode: "no-cors", body: JSON.stringify(report) });
  });
};
