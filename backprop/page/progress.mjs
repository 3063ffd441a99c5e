// The reader's progress, kept in the reader's own browser. Every page records answers, marks what
// was answered before, and marks finished chapters in the sidebar; the table is on a page of its own.

import { find, findAll, library, make, whenRead } from "./dom.mjs";
import { setNotice } from "./progress/notice.mjs";
import { countChapter } from "./progress/counts.mjs";
import {
  KEY,
  addAnswer,
  addAttempt,
  addGuess,
  isName,
  mergeRecords,
  putDraft,
  readFile,
  readText,
} from "./progress/records.mjs";
import { eraseRecords, isKept, listAsides, loadRecords, saveRecords } from "./progress/storage.mjs";

/** @import {Answered, Records} from "./progress/records.mjs" */

const UNKEPT =
  "Your browser keeps nothing for these pages: its storage is switched off or full. Your answers " +
  "count until you leave this page, and are forgotten then.";

const TOO_LONG =
  "This is longer than what is kept for you: it is there until you leave this page, and gone then.";

/** Let the page, and whoever listens, show what is recorded now. */
function refresh() {
  show();
  document.dispatchEvent(new CustomEvent("backprop:progress"));
}

/**
 * Record an answer. What is stored is read anew each time, so that two open pages do not undo one
 * another.
 *
 * @param {Event} event
 */
function recordAnswer(event) {
  const { detail, target } = /** @type {CustomEvent} */ (event);
  const name = `${detail.chapter}/${detail.name}`;
  if (!isName(name)) return;
  const records = loadRecords();
  if (addAnswer(records, name, detail)) {
    saveRecords(records);
    refresh();
  }
  setNotice(target, isKept() ? "" : UNKEPT);
}

/**
 * Record the guess at a prediction; the first one stays.
 *
 * @param {Event} event
 */
function recordGuess(event) {
  const { detail, target } = /** @type {CustomEvent} */ (event);
  const name = `${detail.chapter}/${detail.name}`;
  if (!isName(name)) return;
  const records = loadRecords();
  if (addGuess(records, name, detail.guess)) saveRecords(records);
  setNotice(target, isKept() ? "" : UNKEPT);
}

/**
 * Record a check of an exercise.
 *
 * @param {Event} event
 */
function recordAttempt(event) {
  const { detail, target } = /** @type {CustomEvent} */ (event);
  if (!isName(detail.name)) return;
  const records = loadRecords();
  if (addAttempt(records, detail.name, detail.solved)) {
    saveRecords(records);
    refresh();
  }
  setNotice(target, isKept() ? "" : UNKEPT);
}

/**
 * Keep what stands in the editor of an exercise; the text that it began with is not kept.
 *
 * @param {Event} event
 */
function recordDraft(event) {
  const { detail, target } = /** @type {CustomEvent} */ (event);
  if (!isName(detail.name)) return;
  const records = loadRecords();
  const isWhole = putDraft(records, detail.name, detail.source);
  saveRecords(records);
  setNotice(target, !isWhole ? TOO_LONG : isKept() ? "" : UNKEPT);
}

function show() {
  const records = loadRecords();
  for (const exercise of findAll(document, ".bp-exercise[data-exercise]")) {
    const name = exercise.dataset.exercise ?? "";
    markExercise(exercise, Boolean(records.exercises[name]?.solved));
    const draft = records.drafts[name]?.source ?? "";
    exercise.dispatchEvent(new CustomEvent("backprop:draft-kept", { detail: { draft } }));
  }
  for (const asked of findAll(document, ".bp-predict[data-name]")) {
    const kept = records.guesses[`${asked.dataset.chapter}/${asked.dataset.name}`];
    if (kept) asked.dispatchEvent(new CustomEvent("backprop:guessed", { detail: kept }));
  }
  showTasks(records);
  const chapters = new Map(library.outline?.chapters.map((chapter) => [chapter.name, chapter]));
  for (const link of findAll(document, ".bd-sidebar-primary .bd-links li > a", HTMLAnchorElement)) {
    const page = link.pathname.split("/").pop() ?? "";
    const chapter = chapters.get(page.replace(/\.html$/, ""));
    if (chapter) markChapter(link, countChapter(chapter, records));
  }
  for (const quiz of findAll(document, ".bp-quiz[data-chapter]")) {
    for (const item of findAll(quiz, ".bp-question[data-name]")) {
      markQuestion(item, records.questions[`${quiz.dataset.chapter}/${item.dataset.name}`]);
    }
  }
}

/**
 * Show what is done in the pictures that follow progress, and count it below them: a task is the
 * exercise "chapter/exercise", or the quiz of a chapter.
 *
 * @param {Records} records
 */
function showTasks(records) {
  const finished = new Set(
    (library.outline?.chapters ?? [])
      .filter((chapter) => countChapter(chapter, records).finished)
      .map(({ name }) => name),
  );
  /** @param {string} task */
  const isDone = (task) => finished.has(task) || Boolean(records.exercises[task]?.solved);
  for (const part of findAll(document, "[data-task]")) {
    if (isDone(part.dataset.task ?? "")) part.removeAttribute("display");
    else part.setAttribute("display", "none");
  }
  for (const count of findAll(document, "[data-tasks]")) {
    count.textContent = String((count.dataset.tasks ?? "").split(" ").filter(isDone).length);
  }
}

/**
 * @param {HTMLElement} link
 * @param {ReturnType<typeof countChapter>} counted
 */
function markChapter(link, { right, shown, questions, finished }) {
  link.querySelector(".bp-mark")?.remove();
  if (!right && !shown) return;
  const spoken = finished ? ", finished" : `, ${right} of ${questions} right`;
  const mark = make(
    "span",
    { class: "bp-mark", "data-finished": String(finished) },
    make("span", { class: "bp-spoken" }, spoken),
  );
  mark.style.setProperty("--bp-part", String((right + shown) / questions));
  link.append(mark);
}

/**
 * @param {HTMLElement} exercise
 * @param {boolean} isSolved
 */
function markExercise(exercise, isSolved) {
  exercise.querySelector(".bp-solved")?.remove();
  if (!isSolved) return;
  find(exercise, ".bp-facts").append(make("span", { class: "bp-solved" }, "Solved."));
}

/** @param {Answered} entry */
function describeAnswer({ right, first, shown }) {
  if (!right) return "not right yet";
  if (shown) return "after the answer was shown";
  return first ? "right on the first try" : "right";
}

/**
 * @param {HTMLElement} item
 * @param {Answered | undefined} entry
 */
function markQuestion(item, entry) {
  item.querySelector(".bp-before")?.remove();
  if (entry) item.dataset.kept = !entry.right ? "wrong" : entry.shown ? "shown" : "right";
  else delete item.dataset.kept;
  item.dispatchEvent(new CustomEvent("backprop:kept"));
  if (!entry) return;
  const right = String(entry.right && !entry.shown);
  const text = `Answered before: ${describeAnswer(entry)}`;
  find(item, ".bp-actions").append(make("p", { class: "bp-before", "data-right": right }, text));
}

if (!library.progress) {
  library.progress = {
    asides: listAsides,
    count: countChapter,
    erase: () => {
      eraseRecords();
      refresh();
    },
    isKept,
    load: loadRecords,
    merge: mergeRecords,
    read: (text) => readText(text, library.outline?.renamed),
    readFile: (bytes) => readFile(bytes, library.outline?.renamed),
    save: saveRecords,
    tell: refresh,
  };
  document.addEventListener("backprop:answer", recordAnswer);
  document.addEventListener("backprop:guess", recordGuess);
  document.addEventListener("backprop:attempt", recordAttempt);
  document.addEventListener("backprop:draft", recordDraft);
  addEventListener("storage", ({ key }) => {
    if (key === KEY || key === null) refresh();
  });
  // back from another page
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) refresh();
  });
  whenRead(show);
}
