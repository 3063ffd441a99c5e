// Hands answers from a notebook to what takes them to the kernel (backprop/course/progress/clicks.py):
// the recorder of their chapter, or Colab's own way. The kernel says what it has kept; where it does
// not, because none is running or the notebook was only reopened, the reader is told at once.

import { library } from "./dom.mjs";
import { setNotice } from "./progress/notice.mjs";

const PATIENCE = 2500; // ms
const UNKEPT =
  "This answer is not recorded: no kernel has taken it. Run this cell again, and your answers are " +
  "kept from then on.";

/**
 * @param {string} chapter
 * @returns {((answer: object) => void)[]} what takes answers of this chapter to a kernel
 */
function findRecorders(chapter) {
  const colab = window.google?.colab?.kernel;
  if (colab) {
    return [
      async (answer) => {
        const { data } = await colab.invokeFunction(`backprop.answer.${chapter}`, [answer], {});
        const { kept } = data["application/json"];
        document.dispatchEvent(new CustomEvent("backprop:kept", { detail: kept }));
      },
    ];
  }
  const known = [...(library.recorders ?? [])];
  return known.filter((recorder) => recorder.chapter === chapter).map(({ send }) => send);
}

/** @param {Event} event */
function carryAnswer(event) {
  const { detail, target } = /** @type {CustomEvent} */ (event);
  if (!(target instanceof Element) || library.progress) return; // a page keeps its own record
  const recorders = findRecorders("guess" in detail ? `${detail.chapter}/guesses` : detail.chapter);
  if (recorders.length === 0) {
    setNotice(target, UNKEPT);
    return;
  }
  const at = Date.now();
  const late = setTimeout(() => setNotice(target, UNKEPT), PATIENCE);
  /** @param {Event} kept */
  const confirmAnswer = (kept) => {
    // a later answer that was kept comes after this one
    if (!(/** @type {CustomEvent} */ (kept).detail >= at)) return;
    clearTimeout(late);
    document.removeEventListener("backprop:kept", confirmAnswer);
    setNotice(target, "");
  };
  document.addEventListener("backprop:kept", confirmAnswer);
  for (const send of recorders) send({ ...detail, at });
}

if (!library.carriesAnswers) {
  library.carriesAnswers = true;
  for (const kind of ["backprop:answer", "backprop:guess"]) {
    document.addEventListener(kind, carryAnswer);
  }
}
