// Code cells that are changed and run where they are read, behind what they rest on.

import { find, findAll, make } from "./dom.mjs";
import { readFigure, readShown } from "./editor/figure.mjs";
import { showProgress } from "./editor/progress.mjs";
import { offerBack, restart, showStop } from "./editor/restart.mjs";
import { describeKeys, fitLines, makeSheet } from "./editor/sheet.mjs";
import { describeCell, describeFailure, describePrinted } from "./editor/words.mjs";
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

/** Before the names of cells, under which a browser keeps what was written into them. */
const CELL_KEY = "backprop-cell:";

/** How Python ends what it cut. */
const CUT = "\n(there is more; printing stopped here)";

const page = location.pathname.replace(/^.*\//, "").replace(/\.html$/, "");

/** What was written into a cell is kept as long as the book has the same there. */
const kept = {
  /**
   * @param {string} name
   * @param {string} source
   * @returns {string | null}
   */
  read(name, source) {
    try {
      const found = JSON.parse(localStorage.getItem(CELL_KEY + name) ?? "{}");
      return found.source === source && typeof found.text === "string" ? found.text : null;
    } catch {
      return null;
    }
  },
  /**
   * @param {string} name
   * @param {string} source
   * @param {string} text
   */
  write(name, source, text) {
    try {
      if (text === source) localStorage.removeItem(CELL_KEY + name);
      else localStorage.setItem(CELL_KEY + name, JSON.stringify({ source, text }));
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
const isChanged = (root) => {
  const source = readSource(root);
  return (kept.read(nameCell(root), source) ?? source) !== source;
};

/**
 * Say what is not in sight of what was printed.
 *
 * @param {HTMLElement} box
 * @param {boolean} isCut
 */
function describeBox(box, isCut) {
  const lines = (box.textContent ?? "").split("\n").length;
  return describePrinted(lines, { isLong: box.scrollHeight > box.clientHeight + 1, isCut });
}

/** One code cell, from the click on. */
class Cell {
  /**
   * @param {HTMLElement} root
   * @param {Manifest} manifest
   * @param {string[]} above the code cells that stand above it in the book
   */
  constructor(root, manifest, above) {
    root.querySelector(".bp-try")?.remove();
    this.manifest = manifest;
    this.above = above;
    this.name = nameCell(root);
    const input = find(root, ".cell_input");
    this.source = readSource(root);
    const id = `cell-${root.dataset.cell}`;
    const text = kept.read(this.name, this.source) ?? this.source;
    const { sheet, area } = makeSheet(id, text, " in this cell", () => this.run());
    this.sheet = sheet;
    this.area = area;
    this.go = make("button", { type: "button", class: "bp-check" }, "Run");
    this.halt = make("button", { type: "button", hidden: "" }, "Stop");
    this.again = make("button", { type: "button", class: "bp-again" }, "Start again");
    this.note = make("p", { class: "bp-enough", id: `${id}-note` });
    this.explain(manifest.bytes);
    this.bar = make("progress", { "aria-label": "Loading Python", hidden: "" });
    this.status = make("p", { class: "bp-status", role: "status" });
    this.answer = make("div", { class: "bp-ran", "aria-live": "polite" });
    /** @type {HTMLElement | null} where a run prints while it lasts */
    this.printing = null;
    const output = root.querySelector(".cell_output");
    output?.prepend(make("p", { class: "bp-run-name" }, "In the book"));
    const actions = make("div", { class: "bp-actions" }, this.go, this.again, this.halt, this.note);
    const loading = make("div", { class: "bp-loading" }, this.bar, this.status);
    const editor = make("div", { class: "bp-editor bp-try-editor" }, sheet, actions, loading);
    editor.append(this.answer);
    input.hidden = true;
    input.after(editor);
    fitLines(sheet);
    this.showAgain();
    this.listen();
    this.answer.append(...offerBack(area, this.source, this.name));
    joinUsers(this);
  }

  listen() {
    this.area.addEventListener("input", () => {
      kept.write(this.name, this.source, this.area.value);
      this.showAgain();
    });
    this.go.addEventListener("click", () => this.run());
    this.halt.addEventListener("click", () => stopPython(this));
    this.again.addEventListener("click", () => {
      this.answer.replaceChildren(restart(this.area, this.source, this.name));
    });
  }

  isBusy() {
    return this.go.getAttribute("aria-disabled") === "true";
  }

  /** Offer the way back, unless that would move the button that stops. */
  showAgain() {
    if (!this.isBusy()) this.again.hidden = this.area.value === this.source;
  }

  /** @param {number} bytes that the first run loads */
  explain(bytes) {
    this.note.replaceChildren(`${describeCell(bytes)} `, describeKeys("runs the cell"));
  }

  async run() {
    if (this.isBusy()) return;
    this.wait(true);
    this.clear();
    this.status.textContent = "Something else runs first …";
    const message = await usePython(this, this.manifest, (python) => {
      this.status.textContent = "Running …";
      return python.run(this.name, this.area.value, this.above);
    });
    this.wait(false);
    // A finger that stops twice must not meet another button in the same place.
    if (message.reason !== "stopped") this.showAgain();
    if (message.state === "ran") {
      this.clear();
      this.showRun(message.result);
    } else {
      const words = `${describeFailure(message)} ${message.message ?? ""}`;
      this.answer.append(make("p", { class: "bp-error" }, words));
    }
    this.answer.scrollIntoView({ block: "nearest" });
  }

  /** @param {boolean} isBusy */
  wait(isBusy) {
    this.go.setAttribute("aria-disabled", String(isBusy));
    this.answer.setAttribute("aria-busy", String(isBusy));
    showStop(this.halt, this.go, isBusy);
    if (isBusy) return;
    this.bar.hidden = true;
    this.status.textContent = "";
  }

  clear() {
    this.answer.replaceChildren();
    this.printing = null;
  }

  /**
   * Show what a run prints while it lasts; it stays if the run is ended from outside.
   *
   * @param {string} text
   */
  print(text) {
    if (!this.printing) {
      this.printing = make("pre", { tabindex: 0 });
      this.answer.append(make("p", { class: "bp-run-name" }, "Your run"), this.printing);
    }
    const box = this.printing;
    if (box.dataset.moving === undefined) {
      box.dataset.moving = "";
      requestAnimationFrame(() => {
        delete box.dataset.moving;
        box.scrollTop = box.scrollHeight;
      });
    }
    box.append(text);
  }

  /** @param {Message} message */
  hear(message) {
    if (message.state === "printed") {
      this.print(message.text ?? "");
      return;
    }
    if (message.stage === "package") this.clear(); // all runs once more behind it
    if (message.state === "progress") {
      showProgress(message, this.status, this.bar);
      return;
    }
    this.bar.hidden = true;
    const idle = message.state === "restarted" ? "Python is ready again." : "";
    this.status.textContent = this.halt.hidden ? idle : "Running …";
  }

  showKept() {
    this.explain(0);
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
    const isCut = printed.endsWith(CUT);
    const [box] = write(isCut ? printed.slice(0, -CUT.length) : printed);
    const rest = make("p", { class: "bp-rest" });
    const all = [...(box ? [box, rest] : []), ...drawn, ...shown, ...write(error, "bp-error")];
    const nothing = "It ran and shows nothing. A name in the last line shows its value.";
    this.answer.append(make("p", { class: "bp-run-name" }, "Your run"));
    this.answer.append(...(all.length ? all : [make("p", {}, nothing)]));
    if (box) rest.textContent = describeBox(box, isCut);
  }
}

/**
 * Let each code cell that can run in the page offer it.
 *
 * @param {Manifest} manifest
 */
export function offerCells(manifest) {
  const listed = document.querySelector("script.bp-cells");
  if (!listed) return;
  const cells = JSON.parse(listed.textContent ?? "[]");
  for (const root of findAll(document, ".cell[data-cell]:not([data-offered])")) {
    root.dataset.offered = "";
    const above = cells.slice(0, Number(root.dataset.cell));
    const button = make("button", { type: "button", class: "bp-try" }, "Try it here");
    button.addEventListener("click", () => {
      const { area } = new Cell(root, manifest, above);
      area.setSelectionRange(0, 0);
      area.focus({ preventScroll: true });
    });
    find(root, ".cell_input").append(button);
    // What was written before a reload is there after it.
    if (isChanged(root)) new Cell(root, manifest, above);
  }
}
