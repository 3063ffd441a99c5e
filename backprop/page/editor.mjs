// Exercises that are written and checked where they are read. Nothing is loaded before the first
// check; what computes is Python itself, in a worker (python/).

import { find, findAll, library, make, whenRead } from "./dom.mjs";
import { keepRows, readMarkup } from "./editor/markup.mjs";
import { showProgress } from "./editor/progress.mjs";
import { offerBack, restart, showStop } from "./editor/restart.mjs";
import { describeKeys, fitLines, makeSheet } from "./editor/sheet.mjs";
import { describeFailure, describeFirst, describeNames } from "./editor/words.mjs";
import { offerCells } from "./cells.mjs";
import { joinUsers, recallFiles, stopPython, usePython } from "./python/sharing.mjs";

/** @import {Manifest} from "./python/files.mjs" */
/** @import {Message} from "./python/python.mjs" */

const FROM_FILE =
  "This page was opened from a file, and browsers let such pages start no Python. Served by " +
  "“make read” it checks your function here. ";

const UNKEPT = "Your browser keeps no files of this site, so each page loads Python anew.";

const TAKEN_OVER = "This text was changed in another tab, and is taken over from there.";
const REPLACES = "Another tab has changed this text. What you write here takes its place.";

/** One exercise with its field, its buttons, and what came back. */
class Editor {
  /**
   * @param {HTMLElement} root
   * @param {Manifest} manifest
   */
  constructor(root, manifest) {
    this.root = root;
    this.manifest = manifest;
    this.name = root.dataset.exercise ?? "";
    const code = find(root, ".bp-code");
    this.starter = (code.textContent ?? "").trim();
    const id = `write-${this.name.replace("/", "-")}`;
    const label = ` for ${root.getAttribute("aria-label")}`;
    const { sheet, area } = makeSheet(id, this.starter, label, () => this.run());
    this.sheet = sheet;
    this.area = area;
    this.isRestored = false; // what was kept from an earlier visit is no news
    this.line = code.closest(".bp-numbered") ? makeLineChoice(this.starter) : null;
    this.check = makeButton("Check in this page", "bp-check");
    this.halt = makeButton("Stop");
    this.again = makeButton("Start again", "bp-again");
    this.halt.hidden = this.again.hidden = true;
    this.note = make("p", { class: "bp-enough", id: `${id}-note` });
    this.explain(describeFirst(manifest.bytes));
    this.bar = make("progress", { "aria-label": "Loading Python" });
    this.status = make("p", { class: "bp-status", role: "status" });
    this.loading = make("div", { class: "bp-loading" }, this.bar, this.status);
    this.bar.hidden = true;
    this.answer = make("div", { class: "bp-answer", "aria-live": "polite" });
    const actions = make("div", { class: "bp-actions" }, this.check, this.again, this.halt);
    actions.append(this.note);
    if (this.line) actions.prepend(this.line);
    const editor = make("div", { class: "bp-editor" }, sheet, actions);
    editor.append(this.loading, this.answer);
    (code.closest(".bp-numbered") ?? code).after(editor);
    root.dataset.editor = "";
    this.listen();
    this.answer.append(...offerBack(area, this.starter, this.name));
  }

  listen() {
    this.area.addEventListener("input", () => this.keep());
    this.check.addEventListener("click", () => this.run());
    this.halt.addEventListener("click", () => this.stop());
    this.again.addEventListener("click", () => {
      this.answer.replaceChildren(restart(this.area, this.starter, this.name));
      if (!this.isBusy()) this.status.textContent = "";
    });
    this.root.addEventListener("backprop:draft-kept", (event) => {
      this.takeOver(/** @type {CustomEvent} */ (event).detail.draft || this.starter);
    });
  }

  /**
   * Show the text that is kept, which another tab may have changed.
   *
   * @param {string} text
   */
  takeOver(text) {
    const { isRestored } = this;
    this.isRestored = true;
    if (text === this.area.value || this.isTooLong()) return;
    const isWriting = document.activeElement === this.area && document.hasFocus();
    if (!isWriting) this.write(text);
    if (!isRestored) this.answer.replaceChildren(); // no offer to go back from the book's text
    if (isRestored && !this.isBusy()) this.status.textContent = isWriting ? REPLACES : TAKEN_OVER;
  }

  isTooLong() {
    return this.area.value.length > 20_000;
  }

  /** @param {string} text */
  write(text) {
    if (this.area.value !== text) this.area.value = text;
    this.showAgain();
    fitLines(this.sheet);
  }

  /** Hand what is written to whoever keeps the reader's progress. */
  keep() {
    const source = this.area.value === this.starter ? "" : this.area.value;
    if (!this.isBusy()) this.status.textContent = "";
    this.showAgain();
    this.send("draft", { source });
  }

  /** Offer the way back, unless that would move the button that stops. */
  showAgain() {
    if (!this.isBusy()) this.again.hidden = this.area.value === this.starter;
  }

  /**
   * @param {string} kind
   * @param {object} detail
   */
  send(kind, detail) {
    const event = { bubbles: true, detail: { name: this.name, ...detail } };
    this.root.dispatchEvent(new CustomEvent(`backprop:${kind}`, event));
  }

  /**
   * Say what a check does, what is at hand, and where the longer way leads.
   *
   * @param {string} text
   */
  explain(text) {
    const names = describeNames((this.root.dataset.lent ?? "").split(" ").filter(Boolean));
    this.note.textContent = `${text} ${names} `;
    this.note.append(describeKeys("checks it"), " ");
    const link = this.root.querySelector(".bp-grade a")?.cloneNode(true);
    if (!link) return;
    link.textContent = "a notebook";
    this.note.append("Or use ", link, ".");
  }

  isBusy() {
    return this.check.getAttribute("aria-disabled") === "true";
  }

  async run() {
    if (this.isBusy()) return;
    this.wait(true);
    this.answer.replaceChildren();
    this.status.textContent = "Another check runs first …";
    const message = await usePython(this, this.manifest, (python) => {
      this.status.textContent = "Checking …";
      return python.check(this.name, this.area.value, this.line?.value);
    });
    this.wait(false);
    if (message.state === "result") this.showResult(message.result);
    else this.showFailure(message);
    // A finger that stops twice must not meet another button in the same place.
    if (message.reason !== "stopped") this.showAgain();
    this.answer.scrollIntoView({ block: "nearest" });
  }

  /** End the check, or leave the row of those that wait. */
  stop() {
    stopPython(this);
  }

  /** @param {boolean} isBusy */
  wait(isBusy) {
    // Not disabled: a button that is loses the keyboard's focus.
    this.check.setAttribute("aria-disabled", String(isBusy));
    showStop(this.halt, this.check, isBusy);
    if (!isBusy) {
      this.bar.hidden = true;
      this.status.textContent = "";
    }
  }

  /** @param {Message} message */
  hear(message) {
    if (message.state === "progress") {
      showProgress(message, this.status, this.bar);
    } else if (message.state === "ready" || message.state === "restarted") {
      this.bar.hidden = true;
      this.status.textContent = this.isBusy() ? "Checking …" : "Python is ready again.";
    }
  }

  /** @param {Message} message */
  showKept({ kept }) {
    const unkept = kept === false ? ` ${UNKEPT}` : "";
    this.explain(`Your code stays on this device.${unkept}`);
  }

  /** @param {{attempted: boolean, passed: boolean, html: string}} result */
  showResult(result) {
    this.answer.replaceChildren(...readMarkup(result.html));
    findAll(this.answer, ".bp-example code").forEach(keepRows);
    for (const block of findAll(this.answer, "pre")) {
      // A mark below a line points at nothing once that line is broken.
      block.classList.toggle("bp-wrapped", !/^ *\^$/m.test(block.textContent ?? ""));
    }
    if (result.attempted) this.send("attempt", { solved: result.passed });
    if (!result.passed) return;
    const left = findAll(document, ".bp-exercise[data-exercise]").filter(
      (each) => each !== this.root && !each.querySelector(".bp-solved"),
    );
    const next = document.querySelector('link[rel="next"]');
    if (left.length || !(next instanceof HTMLLinkElement)) return;
    const link = make("a", { class: "bp-next", href: next.href }, next.title || "the next page");
    const way = make("p", {}, "Every exercise of this page is solved. Go on to ", link);
    this.answer.querySelector(".bp-feedback")?.append(way);
  }

  /** @param {Message} message */
  showFailure(message) {
    const box = make("div", { class: "bp-feedback", "data-kind": "none" });
    box.append(make("p", { class: "bp-verdict" }, describeFailure(message)));
    box.append(make("p", {}, message.message ?? ""));
    this.answer.replaceChildren(box);
  }
}

/**
 * @param {string} text
 * @param {string} [kind]
 */
const makeButton = (text, kind = "") => make("button", { type: "button", class: kind }, text);

/**
 * Make the choice of the line that is at fault, by its number in the code as it stood.
 *
 * @param {string} starter
 */
function makeLineChoice(starter) {
  const choice = make("select", { "aria-label": "The line at fault, as the code stood" });
  choice.append(make("option", { value: "" }, "Line at fault?"));
  for (const [n, line] of starter.split("\n").entries()) {
    if (n) choice.append(make("option", { value: n + 1 }, `${n + 1}: ${line.trim()}`));
  }
  return choice;
}

if (!library.edit) {
  library.edit = () => {
    const manifest = library.python;
    if (!manifest) return;
    const isRefused = location.protocol === "file:" && !manifest.scripts && !library.openPython;
    for (const root of findAll(document, ".bp-exercise[data-exercise]:not([data-editor])")) {
      if (isRefused) {
        root.querySelector(".bp-grade")?.prepend(FROM_FILE);
        root.dataset.editor = "none";
        continue;
      }
      joinUsers(new Editor(root, manifest));
    }
    if (!isRefused) {
      offerCells(manifest);
      recallFiles(manifest);
    }
    library.progress?.tell(); // of what was written before, where progress was shown first
  };
  whenRead(() => library.edit?.());
}
