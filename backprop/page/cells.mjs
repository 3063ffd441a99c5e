// Code cells that are changed and run where they are read, behind what they rest on.

import { find, findAll, make } from "./dom.mjs";
import { readFigure, readShown } from "./editor/figure.mjs";
import { fitLines, makeSheet, replaceText } from "./editor/sheet.mjs";
import { describeCell, describeFailure, describeProgress } from "./editor/words.mjs";
import { joinUsers, stopPython, usePython } from "./python/sharing.mjs";

/** @import {Manifest} from "./python/files.mjs" */
/** @import {Message} from "./python/python.mjs" */
/**
 * @typedef {{
 *   printed: string, html: string, text: string, error: string, figures?: string[], kernel?: boolean,
 * }} Ran
 */

const BEGINS =
  "Only the picture is shown here. What moves it works in the notebook of this chapter.";
const UNSHOWN =
  "It is shown as text here. Its buttons and fields work in the notebook of this chapter.";

const page = location.pathname.replace(/^.*\//, "").replace(/\.html$/, "");

/** What was written into a cell stays while its tab is open, also after a reload. */
const kept = {
  /** @param {string} name */
  read(name) {
    try {
      return sessionStorage.getItem(`backprop:${name}`);
    } catch {
      return null;
    }
  },
  /**
   * @param {string} name
   * @param {string} text
   */
  write(name, text) {
    try {
      sessionStorage.setItem(`backprop:${name}`, text);
    } catch {
      // the reader's browser keeps nothing
    }
  },
};

/** @param {HTMLElement} root */
const nameCell = (root) => `${page}/${root.dataset.cell}`;

/** @param {HTMLElement} root */
const readSource = (root) => (find(root, ".cell_input pre").textContent ?? "").trimEnd();

/** @param {HTMLElement} root */
const isChanged = (root) => (kept.read(nameCell(root)) ?? readSource(root)) !== readSource(root);

/** One code cell, from the click on. */
class Cell {
  /**
   * @param {HTMLElement} root
   * @param {Manifest} manifest
   * @param {string} setup
   */
  constructor(root, manifest, setup) {
    root.querySelector(".bp-try")?.remove();
    this.manifest = manifest;
    this.setup = setup;
    this.name = nameCell(root);
    const input = find(root, ".cell_input");
    this.source = readSource(root);
    const id = `cell-${root.dataset.cell}`;
    const { sheet, area } = makeSheet(id, kept.read(this.name) ?? this.source, " in this cell");
    this.sheet = sheet;
    this.area = area;
    this.go = make("button", { type: "button", class: "bp-check" }, "Run");
    this.halt = make("button", { type: "button", hidden: "" }, "Stop");
    this.again = make("button", { type: "button" }, "Start again");
    this.note = make("p", { class: "bp-enough", id: `${id}-note` }, describeCell(manifest.bytes));
    this.bar = make("progress", { "aria-label": "Loading Python", hidden: "" });
    this.status = make("p", { class: "bp-status", role: "status" });
    this.answer = make("div", { class: "bp-ran", "aria-live": "polite" });
    const output = root.querySelector(".cell_output");
    output?.prepend(make("p", { class: "bp-run-name" }, "In the book"));
    const actions = make("div", { class: "bp-actions" }, this.go, this.halt, this.again, this.note);
    const loading = make("div", { class: "bp-loading" }, this.bar, this.status);
    const editor = make("div", { class: "bp-editor bp-try-editor" }, sheet, actions, loading);
    editor.append(this.answer);
    input.hidden = true;
    input.after(editor);
    fitLines(sheet);
    this.again.hidden = area.value === this.source;
    this.listen();
    joinUsers(this);
  }

  listen() {
    this.area.addEventListener("input", () => {
      kept.write(this.name, this.area.value);
      this.again.hidden = this.area.value === this.source;
    });
    this.area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.go.click();
    });
    this.go.addEventListener("click", () => this.run());
    this.halt.addEventListener("click", () => stopPython(this));
    this.again.addEventListener("click", () => {
      this.area.focus();
      replaceText(this.area, { from: 0, to: this.area.value.length, text: this.source });
      this.answer.replaceChildren();
    });
  }

  async run() {
    if (this.go.getAttribute("aria-disabled") === "true") return;
    this.wait(true);
    this.answer.replaceChildren();
    this.status.textContent = "Something else runs first …";
    const message = await usePython(this, this.manifest, (python) => {
      this.status.textContent = "Running …";
      return python.run(this.name, this.area.value, this.setup);
    });
    this.wait(false);
    if (message.state === "ran") this.showRun(message.result);
    else {
      const words = `${describeFailure(message)} ${message.message ?? ""}`;
      this.answer.append(make("p", { class: "bp-error" }, words));
    }
    this.answer.scrollIntoView({ block: "nearest" });
  }

  /** @param {boolean} isBusy */
  wait(isBusy) {
    this.go.setAttribute("aria-disabled", String(isBusy));
    this.halt.hidden = !isBusy;
    if (isBusy) return;
    this.bar.hidden = true;
    this.status.textContent = "";
  }

  /** @param {Message} message */
  hear(message) {
    this.bar.hidden = message.state !== "progress";
    if (message.state === "progress") {
      this.status.textContent = describeProgress(message);
      if (message.stage === "files" && message.total) {
        this.bar.max = message.total;
        this.bar.value = message.loaded ?? 0;
      } else this.bar.removeAttribute("value");
    } else if (this.halt.hidden) {
      this.status.textContent = message.state === "restarted" ? "Python is ready again." : "";
    } else this.status.textContent = "Running …";
  }

  showKept() {
    this.note.textContent = describeCell(0);
  }

  /** @param {Ran} ran */
  showRun({ printed, html, text, error, figures = [], kernel = false }) {
    /** @param {string} content */
    const write = (content, kind = "") =>
      content ? [make("pre", { class: kind, tabindex: 0 }, content.trimEnd())] : [];
    const drawn = figures.flatMap((figure) => readFigure(figure) ?? []);
    const value = html ? readShown(html) : null;
    const isText = !value && (kernel || Boolean(html));
    const note = isText ? UNSHOWN : value && !value.isWhole ? BEGINS : "";
    const shown = value ? [value.shown] : write(text);
    if (note) shown.push(make("p", {}, note));
    const all = [...write(printed), ...drawn, ...shown, ...write(error, "bp-error")];
    const nothing = "It ran and shows nothing. A name in the last line shows its value.";
    this.answer.append(make("p", { class: "bp-run-name" }, "Your run"));
    this.answer.append(...(all.length ? all : [make("p", {}, nothing)]));
  }
}

/**
 * Let each code cell that can run in the page offer it.
 *
 * @param {Manifest} manifest
 */
export function offerCells(manifest) {
  const listed = document.querySelector("script.bp-setups");
  if (!listed) return;
  const setups = JSON.parse(listed.textContent ?? "{}");
  for (const root of findAll(document, ".cell[data-cell]:not([data-offered])")) {
    root.dataset.offered = "";
    const setup = setups[root.dataset.cell ?? ""];
    const button = make("button", { type: "button", class: "bp-try" }, "Try it here");
    button.addEventListener("click", () => {
      const { area } = new Cell(root, manifest, setup);
      area.setSelectionRange(0, 0);
      area.focus({ preventScroll: true });
    });
    find(root, ".cell_input").append(button);
    // What was written before a reload is there after it.
    if (isChanged(root)) new Cell(root, manifest, setup);
  }
}
