// The certificate at the end of the book: what is left to do until then, and a name to ask for.

import { library, make } from "../../backprop/page/dom.mjs";
import {
  cleanName,
  computeCode,
  findNameProblem,
  splitColumns,
  WORDS,
  writeContents,
  writeDate,
  writeDeed,
  writeNumber,
  writeRow,
  writeToday,
} from "./final/contents.mjs";
import { drawQrCode, drawValley, findSize } from "./final/drawing.mjs";

/** @import {Outline, Records} from "../../backprop/page/progress/records.mjs" */

const HERE = "final";

/**
 * Draw the chapters of one column, with what was done in each.
 *
 * @param {Outline["chapters"]} chapters
 * @param {Records} records
 */
function drawColumn(chapters, records) {
  const head = make(
    "tr",
    {},
    make("td", {}),
    ...WORDS.columns.map((name) => make("th", { scope: "col" }, name)),
  );
  const rows = chapters.map((chapter) => {
    const [title, ...counts] = writeRow(chapter, records);
    return make(
      "tr",
      {},
      make("th", { scope: "row" }, title),
      ...counts.map((count) => make("td", {}, count)),
    );
  });
  return make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows));
}

/**
 * Draw the certificate; the first of the two is the line from which its code was computed.
 *
 * @param {string} name
 * @param {Records} records
 * @param {Outline} outline
 * @returns {[string, HTMLElement]}
 */
function drawCertificate(name, records, outline) {
  const date = writeToday();
  const text = writeContents(name, date, records, outline);
  const code = computeCode(text, window.sha256);
  const bearer = make("p", { class: "bp-cert-name", dir: "auto" }, cleanName(name));
  bearer.style.setProperty("--bp-size", findSize(cleanName(name)).toFixed(3));
  const facts = [
    [WORDS.date, writeDate(date)],
    [WORDS.version, outline.version],
    [WORDS.code, code],
  ].map(([label, value]) => make("div", {}, make("dt", {}, label), make("dd", {}, value)));
  const columns = splitColumns(outline.chapters);
  const sheet = make(
    "div",
    { class: "bp-cert-sheet", style: `--bp-rows: ${columns[0].length}` },
    drawValley(),
    make("p", { class: "bp-cert-book" }, WORDS.book),
    make("p", { class: "bp-cert-title" }, WORDS.title),
    make("p", { class: "bp-cert-opening" }, WORDS.opening),
    bearer,
    make("p", { class: "bp-cert-text" }, writeDeed(outline, records)),
    make(
      "div",
      { class: "bp-cert-chapters" },
      ...columns.map((column) => drawColumn(column, records)),
    ),
    make(
      "div",
      { class: "bp-cert-foot" },
      make("dl", { class: "bp-cert-facts" }, ...facts),
      make("p", { class: "bp-cert-self" }, WORDS.attested),
      drawQrCode(`${code}\n${text}`, window.qrcode),
    ),
  );
  const section = { class: "bp-certificate", "aria-label": "Certificate", tabindex: "-1" };
  return [text, make("section", section, sheet)];
}

/**
 * @param {HTMLElement} root
 * @param {Outline} outline
 * @param {NonNullable<typeof library.progress>} progress
 */
function startPage(root, outline, progress) {
  const form = make("form", { class: "bp-cert-form" });
  const label = make(
    "label",
    { for: "bp-cert-input" },
    "Your name, as it should stand on the certificate",
  );
  const input = make("input", {
    id: "bp-cert-input",
    type: "text",
    autocomplete: "name",
    dir: "auto",
    spellcheck: "false",
    "aria-describedby": "bp-cert-status",
  });
  const submit = make("button", { type: "submit", class: "bp-check" }, "Make the certificate");
  form.append(label, make("div", { class: "bp-cert-row" }, input, submit));
  const status = make("p", { class: "bp-cert-status", id: "bp-cert-status", role: "status" });
  const place = make("div");

  form.addEventListener("keydown", (event) => event.stopPropagation()); // "/" opens the search
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const problem = findNameProblem(input.value);
    input.setAttribute("aria-invalid", String(problem !== ""));
    if (problem) {
      status.textContent = problem;
      input.focus();
      return;
    }
    present(input.value);
  });

  /** @param {string} name */
  function present(name) {
    const [text, sheet] = drawCertificate(name, progress.load(), outline);
    const print = make("button", { type: "button", class: "bp-check" }, "Print, or save as PDF");
    print.addEventListener("click", () => window.print());
    const about = make(
      "details",
      { class: "bp-cert-about" },
      make("summary", {}, "How the code is computed"),
      make(
        "p",
        {},
        "The code is the beginning of the SHA-256 of the following line, in UTF-8: for each chapter the " +
          "questions answered right, those of them on the first try, all questions, the exercises solved, and all " +
          "exercises. The QR code holds the code and this line; in a terminal, " +
          "backprop certificate --verify computes it again from there.",
      ),
      make("pre", { dir: "ltr", tabindex: "0", "aria-label": "Contents of the certificate" }, text),
    );
    place.replaceChildren(sheet, make("div", { class: "bp-cert-row" }, print), about);
    document.documentElement.classList.add("bp-certified"); // from now on, the certificate is what is printed
    if (!document.getElementById("bp-cert-paper")) {
      document.head.append(
        make("style", { id: "bp-cert-paper" }, "@page { size: landscape; margin: 0; }"),
      );
    }
    status.textContent =
      "Your certificate is ready. Whatever you print from this page now is the certificate.";
    sheet.focus({ preventScroll: true });
    sheet.scrollIntoView({ block: "nearest" });
  }

  const left = make("div");

  function show() {
    const kept = progress.load();
    const open = outline.chapters
      .map((chapter) => ({ chapter, counted: progress.count(chapter, kept) }))
      .filter(({ counted }) => !counted.finished);
    form.hidden = open.length > 0;
    if (!open.length) {
      left.replaceChildren(
        make("p", {}, "All questions are answered. Well done! The certificate is yours."),
      );
      return;
    }
    place.replaceChildren();
    status.textContent = "";
    document.documentElement.classList.remove("bp-certified");
    document.getElementById("bp-cert-paper")?.remove();
    const lines = open.map(({ chapter: { name, title }, counted: { right, shown, questions } }) => {
      const there = make("a", { href: name === HERE ? "#check-yourself" : `${name}.html` }, title);
      return make(
        "li",
        {},
        there,
        `: ${writeNumber(questions - right - shown, "question")} of ${questions} to go`,
      );
    });
    left.replaceChildren(
      make("p", {}, "Still to do:"),
      make("ul", { class: "bp-cert-left" }, ...lines),
      make(
        "p",
        {},
        "If you have answered them elsewhere, ",
        make("a", { href: "progress.html" }, "add your progress from a file"),
        ".",
      ),
    );
  }

  root.replaceChildren(left, form, status, place);
  document.addEventListener("backprop:progress", show);
  show();
}

const root = document.getElementById("bp-certificate");
const { outline, progress } = library;
if (root && outline && progress) {
  startPage(root, outline, progress);
  library.certificate = {
    codeOf: (text) => computeCode(text, window.sha256),
    contents: (name, date, records) => writeContents(name, date, records, outline),
    wrongWith: findNameProblem,
  };
}
