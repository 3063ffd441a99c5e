// The page "Your progress": the table, and how to take progress elsewhere. What is kept, and how, is
// the matter of backprop/page/progress.mjs.

import { library, make } from "../../backprop/page/dom.mjs";

/** @import {countChapter} from "../../backprop/page/progress/counts.mjs" */
/** @import {Chapter, Outline} from "../../backprop/page/progress/records.mjs" */
/** @typedef {ReturnType<typeof countChapter>} Counted */
/** @typedef {ReturnType<typeof makeRow>} Row */

const LARGEST = 1_000_000; // bytes: more is not read at all
const FILE = "backprop-progress.json";
const COLUMNS = ["Chapter", "Questions right", "On the first try", "Exercises solved"];
/** @type {("answered" | "right" | "first" | "shown" | "questions" | "solved" | "exercises")[]} */
const SUMMED = ["answered", "right", "first", "shown", "questions", "solved", "exercises"];
/** @type {Record<string, string>} */
const REFUSED = {
  large: "is too large to be a progress file of this book",
  unreadable: "cannot be read",
  foreign: "is not a progress file of this book",
  damaged: "is damaged",
  newer: "was written by a newer edition of this book",
};

/** @param {Chapter} chapter */
const page = (chapter) => `${chapter.name}.html`;

/**
 * @param {number} n
 * @param {string} one
 */
const several = (n, one) => `${n} ${one}${n === 1 ? "" : "s"}`;

/** Forget what was written into the cells of chapters, which is no part of the record. */
function eraseCells() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("backprop-cell:")) localStorage.removeItem(key);
    }
  } catch {
    // blocked: there is nothing
  }
}

/**
 * @param {string} text
 * @param {() => void} action
 * @param {string} [kind]
 */
function button(text, action, kind = "") {
  const made = make("button", { type: "button", class: kind }, text);
  made.addEventListener("click", action);
  return made;
}

/**
 * Make a row of the table.
 *
 * @param {Node | string} title
 * @param {string} id
 */
function makeRow(title, id) {
  const name = make("span", {}, title);
  const state = make("span", { class: "bp-state", id: `${id}-state` });
  const bar = make("progress", { "aria-labelledby": id, max: 1, value: 0 });
  const cells = COLUMNS.slice(1).map(() => make("td"));
  // Each cell is announced with its head: without the value of the bar, which the first cell holds.
  const head = make(
    "th",
    { scope: "row", "aria-labelledby": `${id} ${id}-state` },
    make("span", { id }, name),
    state,
    bar,
  );
  return { element: make("tr", {}, head, ...cells), bar, cells, state };
}

/**
 * @param {Row} row
 * @param {Counted} counted
 */
function fillRow({ bar, cells, state }, counted) {
  const { answered, right, first, shown, questions, solved, exercises, finished } = counted;
  bar.max = questions;
  bar.value = right + shown;
  bar.textContent = `${right} of ${questions}`;
  state.textContent = finished ? "finished" : "";
  cells[0].textContent = `${right} of ${questions}`;
  if (answered > right + shown) {
    cells[0].append(make("small", {}, `${answered - right - shown} tried, not right yet`));
  }
  if (shown) cells[0].append(make("small", {}, `${shown} after the answer was shown`));
  cells[1].textContent = String(first);
  cells[2].textContent = exercises ? `${solved} of ${exercises}` : "none";
}

/**
 * @param {HTMLElement} root
 * @param {Outline} outline
 * @param {NonNullable<typeof library.progress>} progress
 */
function startPage(root, outline, progress) {
  // ---- the table: a row for each chapter, and one for all together

  const rows = outline.chapters.map((chapter) =>
    makeRow(make("a", { href: page(chapter) }, chapter.title), `bp-row-${chapter.name}`),
  );
  const total = makeRow("Together", "bp-row-together");

  const onward = make("p", { class: "bp-onwards" });

  function show() {
    const kept = progress.load();
    const counted = outline.chapters.map((chapter) => progress.count(chapter, kept));
    rows.forEach((each, n) => fillRow(each, counted[n]));
    const sums = SUMMED.map((key) => [key, counted.reduce((all, each) => all + each[key], 0)]);
    /** @type {Omit<Counted, "finished">} */
    const all = Object.fromEntries(sums);
    fillRow(total, { ...all, finished: all.right + all.shown === all.questions });
    const open = counted.findIndex((each) => !each.finished);
    const next = outline.chapters[open] ?? outline.chapters.at(-1);
    onward.replaceChildren(
      open < 0
        ? "Every question is answered. Your certificate is waiting at the end of "
        : all.answered
          ? "Go on with "
          : "Begin with ",
      make("a", { href: page(next) }, next.title),
      open < 0
        ? "."
        : `: ${several(counted[open].questions - counted[open].right - counted[open].shown, "question")} to go.`,
    );
    showNotices();
  }

  // ---- what the reader should know about the storage

  const notices = make("div", { class: "bp-notices" });

  function showNotices() {
    const found = [];
    if (!progress.isKept()) {
      found.push(
        make(
          "p",
          { class: "bp-notice" },
          "Your browser keeps nothing for these pages: its storage is switched off or full. " +
            "Everything works, but what you answer is forgotten when you leave a page. " +
            "You can download your progress before you go.",
        ),
      );
    }
    for (const { key, text } of progress.asides()) {
      const about =
        progress.read(text).problem === "newer"
          ? "was written by a newer edition of this book"
          : "could not be read completely";
      found.push(
        make(
          "div",
          { class: "bp-notice" },
          make(
            "p",
            {},
            `Progress that was kept here ${about}. We have set it aside as it was, ` +
              "and went on with what could be read.",
          ),
          make(
            "div",
            { class: "bp-buttons-row" },
            button("Download what was set aside", () => download(text, `${key}.json`)),
            button("Remove it", () => {
              localStorage.removeItem(key);
              say("Removed what had been set aside.");
              show();
              table.focus();
            }),
          ),
        ),
      );
    }
    notices.replaceChildren(...found);
  }

  // ---- files

  const status = make("p", { class: "bp-said", role: "status" });
  /**
   * @param {string} text
   * @param {string} [kind]
   */
  const say = (text, kind = "good") => {
    status.dataset.kind = kind;
    status.textContent = text;
  };

  /**
   * @param {string} text
   * @param {string} name
   */
  function download(text, name) {
    const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  function exportAll() {
    download(`${JSON.stringify(progress.load(), null, 1)}\n`, FILE);
    say(`Downloaded as ${FILE}.`);
  }

  /** @param {File} file */
  async function importFile(file) {
    let problem = file.size > LARGEST ? "large" : null;
    let bytes = new Uint8Array();
    try {
      if (!problem) bytes = new Uint8Array(await file.arrayBuffer());
    } catch {
      problem = "unreadable";
    }
    const found = progress.readFile(bytes);
    problem ??= found.problem;
    if (problem) {
      say(`“${file.name}” ${REFUSED[problem]}. Nothing was changed.`, "bad");
      return;
    }
    const before = progress.load();
    const after = progress.merge(before, found.records);
    progress.save(after);
    progress.tell();
    /** @param {typeof before} kept */
    const countReached = ({ questions, exercises }) => [
      Object.values(questions).filter(({ right }) => right).length,
      Object.values(exercises).filter(({ solved }) => solved).length,
    ];
    const had = countReached(before);
    const [questions, exercises] = countReached(after).map((count, n) => count - had[n]);
    say(
      questions || exercises
        ? `Added from “${file.name}”: ${several(questions, "question")} and ${several(exercises, "exercise")} more.`
        : `“${file.name}” holds nothing right or solved that was not here already.`,
    );
  }

  const chooser = make("input", {
    type: "file",
    accept: ".json,application/json",
    hidden: "",
    "aria-label": "Progress file",
  });
  chooser.addEventListener("change", async () => {
    if (chooser.files?.length) await importFile(chooser.files[0]);
    chooser.value = ""; // so that the same file can be chosen again
  });

  // ---- erasing asks first

  const eraser = button("Erase …", () => ask(true));
  const question = make(
    "div",
    { class: "bp-notice", role: "group", "aria-labelledby": "bp-erase", hidden: "" },
    make(
      "p",
      { id: "bp-erase" },
      "Erase everything that this browser keeps of your progress and of your code, in all chapters? This cannot be undone.",
    ),
    make(
      "div",
      { class: "bp-buttons-row" },
      button("Keep it", () => ask(false)),
      button("Download it first", exportAll),
      button(
        "Erase it",
        () => {
          progress.erase();
          eraseCells();
          ask(false);
          say("Your progress in this browser is erased.");
        },
        "bp-danger",
      ),
    ),
  );
  question.addEventListener("keydown", (event) => {
    if (event.key === "Escape") ask(false);
  });

  /** @param {boolean} open */
  function ask(open) {
    question.hidden = !open;
    if (open) say("");
    (open ? question.querySelector("button") : eraser)?.focus();
  }

  // ---- the page

  const table = make(
    "table",
    { class: "bp-progress-table", tabindex: "-1" },
    make("caption", {}, "Questions and exercises, chapter by chapter"),
    make("thead", {}, make("tr", {}, ...COLUMNS.map((name) => make("th", { scope: "col" }, name)))),
    make("tbody", {}, ...rows.map((each) => each.element)),
    make("tfoot", {}, total.element),
  );
  root.replaceChildren(
    notices,
    onward,
    table,
    make(
      "div",
      { class: "bp-buttons-row" },
      button("Download as a file", exportAll),
      button("Add from a file", () => chooser.click()),
      eraser,
    ),
    chooser,
    question,
    status,
  );
  document.addEventListener("backprop:progress", show);
  show();
  root.dataset.drawn = "";
}

const root = document.getElementById("bp-progress");
const { outline, progress } = library;
if (root && outline && progress) startPage(root, outline, progress);
else if (root) root.dataset.drawn = "";
