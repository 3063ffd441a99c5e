// Carries answers from a notebook to its kernel (backprop/course/progress/clicks.py), through a text
// field that nobody sees. The kernel says in the field's placeholder what it has kept; where it does
// not, because none is running or the notebook was only reopened, the reader is told at once.

import { library, setNotice } from "./dom.mjs";

const PATIENCE = 2500; // ms
const UNKEPT =
  "This answer is not recorded: no kernel has taken it. Run this cell again, and your answers are " +
  "kept from then on.";

/** @param {Element} target */
function findField(target) {
  const output = target.closest(".jp-OutputArea, .output_container, .cell_container");
  const fields = document.querySelectorAll(".bp-to-kernel input");
  const field = output?.querySelector(".bp-to-kernel input") ?? fields[fields.length - 1];
  return field instanceof HTMLInputElement ? field : null;
}

/** @param {Event} event */
function carryAnswer(event) {
  const { detail, target } = /** @type {CustomEvent} */ (event);
  if (!(target instanceof Element) || library.progress) return; // a page keeps its own record
  const field = findField(target);
  if (!field) {
    setNotice(target, UNKEPT);
    return;
  }
  const at = Date.now();
  const late = setTimeout(() => setNotice(target, UNKEPT), PATIENCE);
  const watcher = new MutationObserver(() => {
    // a later answer that was kept comes after this one
    if (!(Number(field.placeholder.replace("kept ", "")) >= at)) return;
    clearTimeout(late);
    watcher.disconnect();
    setNotice(target, "");
  });
  watcher.observe(field, { attributes: true, attributeFilter: ["placeholder"] });
  field.value = JSON.stringify({ ...detail, at });
  for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
}

if (!library.notebook) {
  library.notebook = true;
  for (const kind of ["backprop:answer", "backprop:guess"]) {
    document.addEventListener(kind, carryAnswer);
  }
}
