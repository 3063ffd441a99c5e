// The reader's progress, kept in the reader's own browser. Every page records answers, marks what
// was answered before, and marks finished chapters in the sidebar; the table is on a page of its
// own. The format is that of backprop/course/progress/records.py, so that files go both ways.
(() => {
  "use strict";
  const shared = (window.backprop = window.backprop || {});
  if (shared.progress) return;

  const KEY = "backprop-progress";
  const ASIDE = `${KEY}-aside-`;
  const VERSION = 1;
  const ID = /^[A-Za-z0-9_]+\/[A-Za-z0-9_]+$/;
  const FIELDS = { questions: ["right", "first"], exercises: ["solved"] };
  const empty = () => ({ format: KEY, version: VERSION, questions: {}, exercises: {} });

  // ---- reading and merging

  const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

  // Returns what can be used, and what is wrong with the rest.
  function read(text) {
    let data;
    try { data = JSON.parse(text); } catch { return { problem: "damaged", progress: empty() }; }
    if (data?.format !== KEY) return { problem: "foreign", progress: empty() };
    if (Number.isInteger(data.version) && data.version > VERSION) {
      return { problem: "newer", progress: empty() };
    }
    if (data.version !== VERSION) return { problem: "damaged", progress: empty() };
    const progress = empty();
    let problem = null;
    for (const [part, flags] of Object.entries(FIELDS)) {
      if (!isTable(data[part])) {
        problem = "damaged";
        continue;
      }
      for (const [id, entry] of Object.entries(data[part])) {
        const sound = ID.test(id) && isTable(entry) && Number.isInteger(entry.tries)
          && entry.tries > 0 && flags.every((flag) => typeof entry[flag] === "boolean");
        if (!sound) problem = "damaged";
        else progress[part][id] = entry;
      }
    }
    return { problem, progress };
  }

  // Nothing is lost in a merge, and a first try that failed once has failed.
  function merge(one, other) {
    const both = empty();
    for (const [part, flags] of Object.entries(FIELDS)) {
      for (const id of new Set([...Object.keys(one[part]), ...Object.keys(other[part])])) {
        const a = one[part][id] ?? other[part][id];
        const b = other[part][id] ?? a;
        const entry = { tries: Math.max(a.tries, b.tries) };
        for (const flag of flags) {
          entry[flag] = flag === "first" ? a[flag] && b[flag] : a[flag] || b[flag];
        }
        both[part][id] = entry;
      }
    }
    return both;
  }

  // ---- storage: blocked, full or damaged, a page goes on; then progress lasts as long as the page

  let unkept = null;
  let untouchable = false; // what is stored can be neither read nor moved

  function isKept() {
    try { return unkept === null && !localStorage.temporary; } catch { return false; }
  }

  function load() {
    let text = null;
    try { text = localStorage.getItem(KEY); } catch { /* blocked */ }
    if (text === null) return unkept ?? empty();
    const { problem, progress } = read(text);
    if (problem && !unkept) setAside(text, progress);
    return unkept ? merge(unkept, progress) : progress;
  }

  function save(progress) {
    unkept = progress;
    if (untouchable) return;
    try {
      localStorage.setItem(KEY, JSON.stringify(progress));
      if (!localStorage.temporary) unkept = null;
    } catch { /* blocked or full */ }
  }

  // What cannot be read may still be precious: it is moved, never overwritten.
  function setAside(text, rest) {
    try {
      let n = 1;
      while (localStorage.getItem(ASIDE + n) !== null) n += 1;
      localStorage.setItem(ASIDE + n, text);
      save(rest);
    } catch {
      untouchable = true;
      unkept = rest;
    }
  }

  function asides() {
    const found = [];
    try {
      for (let n = 0; n < localStorage.length; n += 1) {
        const key = localStorage.key(n);
        if (key.startsWith(ASIDE)) found.push({ key, text: localStorage.getItem(key) });
      }
    } catch { /* blocked */ }
    return found.sort((a, b) => a.key.localeCompare(b.key, "en", { numeric: true }));
  }

  function erase() {
    unkept = null;
    untouchable = false;
    try { localStorage.removeItem(KEY); } catch { /* blocked: there is nothing */ }
    tell();
  }

  function tell() {
    show();
    document.dispatchEvent(new CustomEvent("backprop:progress"));
  }

  // Every answer reads what is stored now, so that two open pages do not undo one another.
  function record({ chapter, name, right, first }) {
    const id = `${chapter}/${name}`;
    if (!ID.test(id)) return;
    const progress = load();
    const before = progress.questions[id] ?? { right: false, first, tries: 0 };
    if (before.right) return; // what comes after is practice
    progress.questions[id] = { right, first: before.first, tries: before.tries + 1 };
    save(progress);
    tell();
  }

  // ---- counting, against what the build listed

  function count(chapter, progress) {
    const questions = chapter.questions.map((name) => progress.questions[`${chapter.name}/${name}`]);
    const exercises = chapter.exercises.map((name) => progress.exercises[`${chapter.name}/${name}`]);
    const all = { questions: questions.length, exercises: exercises.length };
    all.answered = questions.filter(Boolean).length;
    all.right = questions.filter((entry) => entry?.right).length;
    all.first = questions.filter((entry) => entry?.right && entry.first).length;
    all.solved = exercises.filter((entry) => entry?.solved).length;
    all.finished = all.right === all.questions;
    return all;
  }

  // ---- what every page shows

  const make = (name, className, text = "") => {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  };

  function show() {
    const progress = load();
    const chapters = new Map(shared.outline?.chapters.map((chapter) => [chapter.name, chapter]));
    for (const link of document.querySelectorAll(".bd-sidebar-primary .bd-links li > a")) {
      const chapter = chapters.get(link.pathname.split("/").pop().replace(/\.html$/, ""));
      if (chapter) markChapter(link, count(chapter, progress));
    }
    for (const quiz of document.querySelectorAll(".bp-quiz[data-chapter]")) {
      for (const item of quiz.querySelectorAll(".bp-question[data-name]")) {
        markQuestion(item, progress.questions[`${quiz.dataset.chapter}/${item.dataset.name}`]);
      }
    }
  }

  function markChapter(link, { right, questions, finished }) {
    link.querySelector(".bp-mark")?.remove();
    if (!right) return;
    const mark = make("span", "bp-mark");
    mark.dataset.finished = finished;
    mark.style.setProperty("--bp-part", right / questions);
    mark.append(make("span", "bp-spoken", finished ? ", finished" : `, ${right} of ${questions} right`));
    link.append(mark);
  }

  function markQuestion(item, entry) {
    item.querySelector(".bp-before")?.remove();
    if (!entry) return;
    const how = entry.right ? (entry.first ? "right on the first try" : "right") : "not right yet";
    const mark = make("p", "bp-before", `Answered before: ${how}`);
    mark.dataset.right = entry.right;
    item.querySelector(".bp-actions").append(mark);
  }

  shared.progress = { asides, count, erase, isKept, load, merge, read, save, tell };

  document.addEventListener("backprop:answer", (event) => record(event.detail));
  addEventListener("storage", ({ key }) => { if (key === KEY || key === null) tell(); });
  addEventListener("pageshow", (event) => { if (event.persisted) tell(); }); // back from another page
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", show);
  else show();
})();
