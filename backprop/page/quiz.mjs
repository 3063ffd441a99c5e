// The quizzes of the book, on a page and in a notebook. What grades an answer stands in quiz/; here
// is what a reader sees of it.

import { find, findAll, library, make, showButton, whenRead } from "./dom.mjs";
import { Attempts } from "./quiz/attempts.mjs";
import { readOrder, startOrder } from "./quiz/order.mjs";
import { addRow, openAddressed, setOpen, setState, setWords } from "./quiz/rows.mjs";
import { fill } from "./quiz/sentences.mjs";

/** @import {Question, Verdict} from "./quiz/kinds.mjs" */
/** @import {Words} from "./quiz/sentences.mjs" */

/**
 * What the page carries of a quiz.
 *
 * @typedef {object} Quiz
 * @property {string} chapter
 * @property {Words} words
 * @property {{ href: string, title: string } | null} next
 * @property {Question[]} questions
 */

/**
 * One question on the page.
 *
 * @typedef {object} Item
 * @property {HTMLElement} element
 * @property {Question} question
 * @property {boolean} tried
 * @property {boolean} solved
 * @property {boolean} shown whether it was solved after its answer had been shown
 */

const still = window.matchMedia("(prefers-reduced-motion: reduce)");

// What the reader's browser remembers; some browsers refuse, and that is fine.
const memory = {
  /** @param {string} key */
  get(key) {
    try {
      return window.localStorage.getItem(`backprop/${key}`);
    } catch {
      return null;
    }
  },
  /**
   * @param {string} key
   * @param {number} value
   */
  set(key, value) {
    try {
      window.localStorage.setItem(`backprop/${key}`, String(value));
    } catch {
      // not kept
    }
  },
};

/**
 * Return the set of numbers that this reader has, or draw one.
 *
 * @param {Question} question
 */
function findVariant({ id, variants = [] }) {
  if (!variants.length) return 0;
  const kept = Number.parseInt(memory.get(`variant/${id}`) ?? "", 10);
  const isOne = kept >= 0 && kept < variants.length;
  const variant = isOne ? kept : Math.floor(Math.random() * variants.length);
  memory.set(`variant/${id}`, variant);
  return variant;
}

/**
 * Read what a reader has chosen, typed or moved.
 *
 * @param {HTMLElement} item
 * @param {Question} question
 */
function readResponse(item, { kind }) {
  if (kind === "order") return readOrder(item);
  if (kind === "several") {
    return findAll(item, "input:checked", HTMLInputElement)
      .map(({ value }) => value)
      .join("");
  }
  const chosen = item.querySelector("input:checked, input[type=text]");
  return chosen instanceof HTMLInputElement ? chosen.value : null;
}

/** @param {HTMLElement} root */
function start(root) {
  root.dataset.ready = "true";
  const bytes = Uint8Array.from(atob(root.dataset.payload ?? ""), (c) => c.charCodeAt(0));
  /** @type {Quiz} */
  const quiz = JSON.parse(new TextDecoder().decode(bytes));
  root.querySelector(".bp-needs-script")?.remove();
  /** @type {Item[]} */
  const items = findAll(root, ".bp-question").map((element, n) => ({
    element,
    question: quiz.questions[n],
    tried: false,
    solved: false,
    shown: false,
  }));
  for (const item of items) {
    ask(item, quiz, () => {
      if (items.every(isDone)) finish(root, quiz, items);
      const after = items.indexOf(item) + 1; // the next open question, or else the first one
      const order = [...items.slice(after), ...items];
      return order.find((each) => !isDone(each)) ?? order.find(({ solved }) => !solved);
    });
  }
  fold(root, items);
  // The theme and Jupyter listen for single keys ("/" opens the search): not while answering.
  for (const kind of ["keydown", "keypress", "keyup"]) {
    root.addEventListener(kind, (event) => event.stopPropagation());
  }
}

/**
 * Tell whether a question is solved, now or, as the page remembers, on an earlier visit.
 *
 * @param {Item} item
 */
function isDone({ solved, element }) {
  return solved || /right|shown/.test(element.dataset.kept ?? "");
}

/** @param {Item} item */
function showState(item) {
  const isTried = item.tried || item.element.dataset.kept;
  setState(item.element, isDone(item) ? "right" : isTried ? "wrong" : "none");
}

/**
 * Fold every question into its row, but for the first that is still to be solved.
 *
 * @param {HTMLElement} root
 * @param {Item[]} items
 */
function fold(root, items) {
  const first = items.find((item) => !isDone(item));
  items.forEach((item, n) => {
    addRow(item.element, n + 1);
    showState(item);
    setOpen(item.element, item === first);
    item.element.addEventListener("backprop:kept", () => showState(item));
  });
  const follow = () => openAddressed(root);
  window.addEventListener("hashchange", follow);
  follow();
}

/**
 * Put one question to the reader.
 *
 * @param {Item} item
 * @param {Quiz} quiz
 * @param {() => Item | undefined} goOn returns the question that comes next
 */
function ask(item, quiz, goOn) {
  const { element, question } = item;
  const { words } = quiz;
  const form = find(element, "form", HTMLFormElement);
  const answer = find(element, ".bp-answer");
  const attempts = new Attempts(words, question, findVariant(question));

  function renew() {
    attempts.renew();
    showNumbers(element, question, attempts.variant);
    setWords(element);
    memory.set(`variant/${question.id}`, attempts.variant);
    answer.replaceChildren();
    delete element.dataset.verdict;
    const input = find(element, "input", HTMLInputElement);
    input.value = "";
    input.focus();
  }

  showButton(find(element, ".bp-check"));
  if (question.kind === "order") startOrder(element, words);
  if (question.variants) {
    showNumbers(element, question, attempts.variant);
    const button = find(element, ".bp-renew");
    if (attempts.variantCount > 1) showButton(button);
    button.addEventListener("click", renew);
  }
  // A verdict belongs to the answer that was checked, not to the one being written.
  form.addEventListener("input", () => {
    answer.querySelector(".bp-feedback")?.classList.add("bp-past");
    delete element.dataset.verdict;
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { verdict, isNew } = attempts.take(readResponse(element, question));
    markItem(element, verdict, words);
    if (isNew) announce(element, quiz, question, attempts, verdict.right);
    // Once the answer has been shown, these numbers do not come back, after a reload neither.
    if (attempts.revealed) {
      memory.set(`variant/${question.id}`, (attempts.variant + 1) % attempts.variantCount);
    }
    item.tried ||= verdict.counted;
    item.solved ||= verdict.right;
    item.shown = attempts.shown;
    showState(item);
    const next = goOn();
    const box = drawFeedback(verdict, words);
    if (verdict.right && next) box.append(makeOnward("Next question", () => goTo(next.element)));
    if (attempts.revealed && !verdict.right) {
      box.append(makeOnward(fill(words["new numbers"]), renew));
    }
    // what is no answer takes no hint away
    const kept = verdict.counted ? null : answer.querySelector(".bp-more");
    if (kept) box.insertBefore(kept, box.querySelector(".bp-onward"));
    answer.replaceChildren(box);
    // once formulas have their size
    requestAnimationFrame(() =>
      box.scrollIntoView({ block: "nearest", behavior: still.matches ? "auto" : "smooth" }),
    );
    if (!verdict.counted) focusOn(attempts.revealed ? find(box, ".bp-onward") : element);
  });
}

/**
 * Let a question and its options show what became of the last answer.
 *
 * @param {HTMLElement} item
 * @param {Verdict} verdict
 * @param {Words} words
 */
function markItem(item, { counted, right, marks = {} }, words) {
  delete item.dataset.verdict;
  if (!counted) return;
  item.dataset.verdict = right ? "right" : "wrong";
  for (const [value, sign] of Object.entries(marks)) {
    markOption(find(item, `input[value="${value}"]`), sign, words);
  }
}

/**
 * Fill the numbers of a variant into what is asked.
 *
 * @param {HTMLElement} item
 * @param {Question} question
 * @param {number} variant
 */
function showNumbers(item, { lead, legend, spoken, variants = [] }, variant) {
  const { show } = variants[variant];
  find(item, ".bp-lead").innerHTML = fill(lead, show);
  find(item, "legend").innerHTML = fill(legend, show);
  const [given, asks] = spoken.map((text) => fill(text, show));
  find(item, ".bp-given").textContent = given;
  item.querySelector("fieldset[aria-label]")?.setAttribute("aria-label", asks);
}

/**
 * Tell whoever keeps the reader's progress; an answer belongs to the chapter that asks.
 *
 * @param {HTMLElement} item
 * @param {Quiz} quiz
 * @param {Question} question
 * @param {Attempts} attempts
 * @param {boolean} right
 */
function announce(item, { chapter }, { id }, { tries, shown }, right) {
  const name = id.split("/").pop();
  const detail = { chapter, name, right, first: right && tries === 1, tries, shown };
  item.dispatchEvent(new CustomEvent("backprop:answer", { bubbles: true, detail }));
}

/**
 * @param {HTMLElement} place
 * @param {FocusOptions} [how]
 */
function focusOn(place, how) {
  const input = place.querySelector("input:checked") ?? place.querySelector("input, .bp-move");
  /** @type {HTMLElement} */ (input ?? place).focus(how);
}

/** @param {HTMLElement} item */
function goTo(item) {
  setOpen(item, true);
  focusOn(item, { preventScroll: true });
  item.scrollIntoView({ block: "center" });
}

/**
 * @param {string} text
 * @param {() => void} action
 */
function makeOnward(text, action) {
  const button = make("button", { type: "button", class: "bp-onward" }, text);
  button.addEventListener("click", action);
  return button;
}

/**
 * Mark an option that was tried: the sign beside it is drawn; its control says the same.
 *
 * @param {HTMLElement} input
 * @param {string} sign
 * @param {Words} words
 */
function markOption(input, sign, words) {
  const choice = input.closest(".bp-choice");
  if (!(choice instanceof HTMLElement)) return;
  choice.dataset.verdict = sign;
  input.dataset.name ??= input.getAttribute("aria-label") ?? choice.textContent?.trim() ?? "";
  input.setAttribute("aria-label", `${input.dataset.name}, ${words[`tried ${sign}`]}`);
}

/**
 * @param {string} className
 * @param {string} html
 */
function makeBox(className, html) {
  const box = make("div", { class: className });
  box.innerHTML = html;
  return box;
}

/** @type {Record<string, string>} */
const COLOURS = { right: "good", wrong: "bad", explained: "bad", compare: "told", shown: "told" };

/**
 * Draw what is said to an answer.
 *
 * @param {Verdict} verdict
 * @param {Words} words
 */
function drawFeedback({ counted, right, verdict, because, more }, words) {
  const headline = verdict ?? (right ? "right" : "wrong");
  const kind = counted ? (COLOURS[headline] ?? "good") : "none";
  const box = make("div", { class: "bp-feedback", "data-kind": kind });
  if (counted) box.append(make("p", { class: "bp-verdict" }, fill(words[headline])));
  box.append(makeBox("bp-because", because));
  if (more) {
    const [title, html] = more;
    const help = makeBox("bp-more", html);
    help.prepend(make("p", { class: "bp-more-title" }, fill(words[title])));
    box.append(help);
  }
  return box;
}

/**
 * Say that all is answered, and lead on to the next page.
 *
 * @param {HTMLElement} root
 * @param {Quiz} quiz
 * @param {Item[]} items
 */
function finish(root, quiz, items) {
  const summary = find(root, ".bp-summary");
  if (summary.childElementCount) return;
  const shown = items.filter((item) =>
    item.solved ? item.shown : item.element.dataset.kept === "shown",
  ).length;
  const headline = shown
    ? `All ${items.length} are answered, ${shown} of them after the answer was shown.`
    : `All ${items.length} are right.`;
  const box = make("div", { class: "bp-feedback", "data-kind": shown ? "told" : "good" });
  box.append(make("p", { class: "bp-verdict" }, headline));
  // A page of the book knows its neighbour best; a notebook has what it was given.
  const link = document.querySelector('link[rel="next"]');
  const next = link instanceof HTMLLinkElement ? link : quiz.next;
  if (next) {
    const anchor = make("a", { class: "bp-next", href: next.href }, next.title || "the next page");
    box.append(make("p", {}, "Go on to the next page: ", anchor));
  }
  summary.replaceChildren(box);
}

// A notebook brings this script with every quiz.
if (!library.quiz) {
  library.quiz = (root) => {
    const roots = root ? [root] : findAll(document, ".bp-quiz:not([data-ready])");
    for (const each of roots) start(each);
  };
  whenRead(() => library.quiz?.());
}
