// The certificate at the end of the book. What it contains, and how its code is computed, is the
// rule of backprop/course/certificate/contents.py; a test compares the two.
(() => {
  "use strict";
  const shared = window.backprop;
  const { outline, progress } = shared;
  const root = document.getElementById("bp-certificate");
  if (!root || !outline || !progress) return;

  const HERE = "final";
  const LONGEST = 120; // characters of a name
  const SVG = "http://www.w3.org/2000/svg";

  function make(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  const several = (n, one) => `${n} ${one}${n === 1 ? "" : "s"}`;

  // ---- contents and code

  // Characters that cannot be seen can make a name look like another; letters of some scripts need
  // two of them as joiners.
  const UNSEEN = /(?!\u200c|\u200d|[\t\n\r])\p{C}/u;
  const READABLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
  const clean = (name) => name.replace(/\s+/g, " ").trim().normalize("NFC");

  // What is wrong with a name, in words; nothing, when it is fit for a certificate.
  function wrongWith(name) {
    const unseen = UNSEEN.exec(name);
    if (unseen) {
      const number = unseen[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
      return `The name holds a character that cannot be seen (U+${number}). Type it instead of pasting it.`;
    }
    if (!READABLE.test(name)) return "Type a name first.";
    const length = [...clean(name)].length;
    if (length > LONGEST) return `A name may have ${LONGEST} characters; this one has ${length}.`;
    return "";
  }

  function contents(name, date, kept) {
    const chapters = outline.chapters.map((chapter) => {
      const { right, first, questions, solved, exercises } = progress.count(chapter, kept);
      return [chapter.name, right, first, questions, solved, exercises];
    });
    // Keys in alphabetical order, no spaces: the same text in every language of programming.
    return JSON.stringify({ book: outline.version, chapters, date, name: clean(name) });
  }

  const codeOf = (text) => sha256(text).slice(0, 16).toUpperCase().match(/.{4}/g).join("-");

  function today() {
    const now = new Date();
    const two = (n) => String(n).padStart(2, "0");
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  }

  // ---- drawing

  function draw(name, attributes, ...children) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function qrCode(text) {
    qrcode.stringToBytes = qrcode.stringToBytesFuncs["UTF-8"];
    const code = qrcode(0, "L");
    code.addData(text, "Byte");
    code.make();
    const size = code.getModuleCount();
    let path = "";
    for (let row = 0; row < size; row += 1) {
      for (let column = 0; column < size; column += 1) {
        if (code.isDark(row, column)) path += `M${column} ${row}h1v1h-1z`;
      }
    }
    return draw(
      "svg",
      {
        class: "bp-cert-qr",
        viewBox: `-4 -4 ${size + 8} ${size + 8}`,
        role: "img",
        "aria-label": "QR code that holds the code and the contents of this certificate",
        "shape-rendering": "crispEdges",
      },
      draw("path", { d: path }),
    );
  }

  // The network of the book: one input, two hidden nodes, one output.
  function emblem() {
    const nodes = [
      [12, 40],
      [60, 14],
      [60, 66],
      [108, 40],
    ];
    const edges = [
      [0, 1],
      [0, 2],
      [1, 3],
      [2, 3],
    ];
    const line = ([from, to], shift, kind) =>
      draw("line", {
        class: kind,
        x1: nodes[from][0],
        y1: nodes[from][1] + shift,
        x2: nodes[to][0],
        y2: nodes[to][1] + shift,
      });
    return draw(
      "svg",
      { class: "bp-cert-emblem", viewBox: "0 0 120 80", "aria-hidden": "true" },
      ...edges.map((edge) => line(edge, -2, "bp-cert-forward")),
      ...edges.map((edge) => line(edge, 2, "bp-cert-backward")),
      ...nodes.map(([cx, cy]) => draw("circle", { cx, cy, r: 8 })),
    );
  }

  // A run of gradient descent on a parabola, as large as the sheet and hardly visible.
  function watermark() {
    const height = (x) => 172 - 150 * ((x - 128.5) / 128.5) ** 2;
    const curve = Array.from(
      { length: 65 },
      (_, n) => `${n ? "L" : "M"}${n * 4} ${height(n * 4).toFixed(1)}`,
    );
    const steps = Array.from({ length: 6 }, (_, n) => 128.5 - 118 * 0.6 ** n);
    return draw(
      "svg",
      {
        class: "bp-cert-watermark",
        viewBox: "0 0 257 182",
        "aria-hidden": "true",
        preserveAspectRatio: "none",
      },
      draw("path", { class: "bp-cert-forward", d: curve.join("") }),
      draw("path", {
        class: "bp-cert-backward",
        d: steps.map((x, n) => `${n ? "L" : "M"}${x.toFixed(1)} ${height(x).toFixed(1)}`).join(""),
      }),
      ...steps.map((cx) =>
        draw("circle", { cx: cx.toFixed(1), cy: height(cx).toFixed(1), r: 1.6 }),
      ),
    );
  }

  // How large a name may be, as a part of its usual size, to fit its box on one line or on several.
  function sizeOf(name) {
    const [WIDE, HIGH] = [16, 2.6]; // the box, measured in the usual size of the letters
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = "100px Georgia, 'Liberation Serif', serif";
    const length = pen.measureText(name).width / 100;
    const sizes = [1, 2, 3, 4, 5, 6, 7, 8].map((lines) =>
      Math.min(1, HIGH / (1.25 * lines), ((lines > 1 ? 0.85 : 0.97) * lines * WIDE) / length),
    );
    return Math.max(...sizes);
  }

  function certificate(name, date, kept) {
    const text = contents(name, date, kept);
    const code = codeOf(text);
    const counted = outline.chapters.map((chapter) => progress.count(chapter, kept));
    const sum = (key) => counted.reduce((all, each) => all + each[key], 0);
    const [questions, right, first] = ["questions", "right", "first"].map(sum);
    const [exercises, solved] = ["exercises", "solved"].map(sum);
    const answered =
      right === questions
        ? `all ${questions} questions of this book right`
        : `${right} of the ${questions} questions of this book right (the answers to the others were shown)`;
    const day = new Date(`${date}T12:00`).toLocaleDateString("en-GB", {
      day: "numeric",
      month: "long",
      year: "numeric",
    });
    const bearer = make("p", { class: "bp-cert-name", dir: "auto" }, clean(name));
    bearer.style.setProperty("--bp-size", sizeOf(clean(name)).toFixed(3));
    return [
      text,
      make(
        "section",
        { class: "bp-certificate", "aria-label": "Certificate", tabindex: "-1" },
        make(
          "div",
          { class: "bp-cert-sheet" },
          watermark(),
          emblem(),
          make("p", { class: "bp-cert-title" }, "Certificate"),
          make("p", { class: "bp-cert-book" }, "Backpropagation, step by step"),
          bearer,
          make(
            "p",
            { class: "bp-cert-text" },
            `has answered ${answered}, ` +
              `${Math.round((100 * first) / questions)}\u00a0% of them on the first try, ` +
              `and solved ${solved} of its ${several(exercises, "exercise")}.`,
          ),
          make(
            "ul",
            { class: "bp-cert-chapters" },
            ...outline.chapters.map((chapter) => make("li", {}, chapter.title)),
          ),
          make(
            "div",
            { class: "bp-cert-foot" },
            make(
              "p",
              { class: "bp-cert-date" },
              make("strong", {}, day),
              make("span", {}, `edition ${outline.version} of the book`),
            ),
            make(
              "p",
              { class: "bp-cert-self" },
              make("strong", {}, code),
              make(
                "span",
                {},
                "Self-attested: the reader gave the name, and nobody watched. " +
                  "The code re-computes from what stands here; it shows changes, not who answered.",
              ),
            ),
            qrCode(`${code}\n${text}`),
          ),
        ),
      ),
    ];
  }

  // ---- the page: what is left to do, or a name to ask for

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
    const problem = wrongWith(input.value);
    input.setAttribute("aria-invalid", problem !== "");
    if (problem) {
      status.textContent = problem;
      input.focus();
      return;
    }
    present(input.value);
  });

  function present(name) {
    const [text, sheet] = certificate(name, today(), progress.load());
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
        make("style", { id: "bp-cert-paper" }, "@page { size: landscape; margin: 10mm; }"),
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
      .map((chapter) => [chapter, progress.count(chapter, kept)])
      .filter(([, counted]) => !counted.finished);
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
    const line = ([{ name, title }, { right, shown, questions }]) => {
      const there = make("a", { href: name === HERE ? "#check-yourself" : `${name}.html` }, title);
      return make(
        "li",
        {},
        there,
        `: ${several(questions - right - shown, "question")} of ${questions} to go`,
      );
    };
    left.replaceChildren(
      make("p", {}, "Still to do:"),
      make("ul", { class: "bp-cert-left" }, ...open.map(line)),
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
  shared.certificate = { codeOf, contents, wrongWith };
})();
