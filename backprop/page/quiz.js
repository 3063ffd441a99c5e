// The quizzes of the book. The rule that grades an answer is backprop/course/questions.py; what
// stands in `kinds` applies the same rule to what the page carries, and a test compares the two.
(() => {
  "use strict";
  const shared = (window.backprop = window.backprop || {});
  if (shared.quiz) return; // a notebook brings this script with every quiz

  // ---- reading and grading

  const SPACE = "[ \\t\\r\\n\\u00a0\\u2009\\u202f]*";
  const NUMBER =
    `[+-]?${SPACE}(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?${SPACE}`;
  const FORM = new RegExp(`^${SPACE}(${NUMBER})(?:/${SPACE}(${NUMBER}))?$`);

  function readNumber(text) {
    const match = FORM.exec(
      text.replace(/[\u2212\u2013\ufe63\uff0d]/g, "-").replace(/[\u2044\u2215]/g, "/"),
    );
    if (!match) return null;
    const [above, below] = [match[1], match[2] || "1"].map((part) =>
      Number(part.replace(/,/g, ".").replace(/[ \t\r\n\u00a0\u2009\u202f]/g, "")),
    );
    return Number.isFinite(above / below) ? above / below : null;
  }

  // Each kind of question: how to read what the reader answered, and what that is worth.
  const kinds = {
    choice: {
      read: (item) => item.querySelector("input:checked")?.value,
      judge(question, response) {
        const option = question.options["abcdefgh".indexOf(response || "-")];
        if (!option) return { counted: false, because: paragraph("no choice") };
        const misconception = option.right ? null : option.name;
        return { counted: true, right: option.right, because: option.because, misconception };
      },
    },
    number: {
      read: (item) => item.querySelector("input").value,
      judge(question, response, variant) {
        if (!response?.trim()) return { counted: false, because: paragraph("nothing") };
        const number = readNumber(response);
        if (number === null) return { counted: false, because: paragraph("no number") };
        const at = question.variants[variant];
        const verdict = (right, because, misconception = null) => ({
          counted: true, right, because: fill(because, at.show), misconception,
        });
        const miss = Math.abs(number - at.answer);
        if (miss <= question.tolerance) return verdict(true, question.reasoning);
        const n = at.slips.findIndex((value) => Math.abs(number - value) <= question.tolerance);
        if (n >= 0) return verdict(false, question.slips[n].because, question.slips[n].name);
        const close = miss <= Math.min(5 * question.tolerance, 0.05 * Math.abs(at.answer));
        return verdict(false, close ? question.close : question.otherwise);
      },
    },
  };

  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let words = {};
  const paragraph = (word) => `<p>${words[word]}</p>`;
  // Numbers come as one private character each, so that every text travels once.
  const fill = (html, show) =>
    html.replace(/[\ue000-\uf8ff]/g, (place) => show[place.charCodeAt(0) - 0xe000]);

  function judge(question, response, variant = 0, misses = 0) {
    const verdict = { right: false, ...kinds[question.kind].judge(question, response, variant) };
    if (verdict.counted && !verdict.right) {
      const kind = misses ? "reasoning" : "hint";
      const at = question.variants ? question.variants[variant].show : [];
      verdict.more = [kind, fill(question[kind], at)];
    }
    return verdict;
  }

  // ---- what the reader's browser remembers; some browsers refuse, and that is fine

  const memory = {
    get(key) {
      try { return window.localStorage.getItem(`backprop/${key}`); } catch { return null; }
    },
    set(key, value) {
      try { window.localStorage.setItem(`backprop/${key}`, value); } catch { /* not kept */ }
    },
  };

  function variantOf(question) {
    const count = question.variants.length;
    const kept = Number.parseInt(memory.get(`variant/${question.id}`) ?? "", 10);
    const variant = kept >= 0 && kept < count ? kept : Math.floor(Math.random() * count);
    memory.set(`variant/${question.id}`, variant);
    return variant;
  }

  // ---- one quiz on the page

  function start(root) {
    root.dataset.ready = "true";
    const bytes = Uint8Array.from(atob(root.dataset.payload), (c) => c.charCodeAt(0));
    const quiz = JSON.parse(new TextDecoder().decode(bytes));
    words = quiz.words;
    root.querySelector(".bp-needs-script")?.remove();
    const items = [...root.querySelectorAll(".bp-question")];
    const solved = new Set();
    items.forEach((item, n) => ask(item, quiz.questions[n], (right, tries) => {
      if (tries) announce(item, quiz, quiz.questions[n], right, tries);
      if (right) solved.add(item);
      if (right && solved.size === items.length) finish(root, quiz, items.length);
      const after = items.indexOf(item) + 1; // the next open question, or else the first one
      return [...items.slice(after), ...items].find((other) => !solved.has(other));
    }));
    // The theme and Jupyter listen for single keys ("/" opens the search): not while answering.
    for (const kind of ["keydown", "keypress", "keyup"]) {
      root.addEventListener(kind, (event) => event.stopPropagation());
    }
    typeset(root);
  }

  // Whoever keeps the reader's progress listens; an answer belongs to the chapter that asks.
  function announce(item, quiz, question, right, tries) {
    const name = question.id.split("/").pop();
    const detail = { chapter: quiz.chapter, name, right, first: right && tries === 1, tries };
    item.dispatchEvent(new CustomEvent("backprop:answer", { bubbles: true, detail }));
  }

  function ask(item, question, answered) {
    const form = item.querySelector("form");
    const answer = item.querySelector(".bp-answer");
    const renew = item.querySelector(".bp-renew");
    let misses = 0;
    let tries = 0;
    let variant = 0;

    function show(next) {
      variant = next;
      const { show: numbers } = question.variants[variant];
      item.querySelector(".bp-lead").innerHTML = fill(question.lead, numbers);
      item.querySelector("legend").innerHTML = fill(question.legend, numbers);
      const [given, asks] = question.spoken.map((text) => fill(text, numbers));
      item.querySelector(".bp-given").textContent = given;
      item.querySelector("fieldset[aria-label]")?.setAttribute("aria-label", asks);
      typeset(item);
    }

    function clear() {
      answer.replaceChildren();
      delete item.dataset.verdict;
      for (const choice of item.querySelectorAll(".bp-choice")) delete choice.dataset.verdict;
    }

    item.querySelector(".bp-check").hidden = false;
    if (question.variants) {
      show(variantOf(question));
      renew.hidden = false;
      renew.addEventListener("click", () => {
        show((variant + 1) % question.variants.length);
        memory.set(`variant/${question.id}`, variant);
        misses = 0;
        clear();
        const input = item.querySelector("input");
        input.value = "";
        input.focus();
      });
    }
    // A verdict belongs to the answer that was checked, not to the one being written.
    form.addEventListener("input", () => {
      answer.querySelector(".bp-feedback")?.classList.add("bp-past");
      delete item.dataset.verdict;
    });

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const verdict = judge(question, kinds[question.kind].read(item), variant, misses);
      delete item.dataset.verdict;
      if (verdict.counted) {
        item.dataset.verdict = verdict.right ? "right" : "wrong";
        for (const input of item.querySelectorAll(".bp-choice :checked")) {
          mark(input, item.dataset.verdict);
        }
        misses += verdict.right ? 0 : 1;
        tries += 1;
      }
      const open = answered(verdict.right, verdict.counted ? tries : 0);
      const kept = verdict.counted ? null : answer.querySelector(".bp-more");
      const box = feedback(verdict, verdict.right ? open : null);
      if (kept) box.append(kept); // what is no answer takes no hint away
      answer.replaceChildren(box);
      typeset(answer);
      // once formulas have their size
      requestAnimationFrame(() => box.scrollIntoView({
        block: "nearest",
        behavior: still.matches ? "auto" : "smooth",
      }));
      if (!verdict.counted) item.querySelector("input").focus();
    });
  }

  // The sign beside a tried option is drawn; its control says the same.
  function mark(input, verdict) {
    const choice = input.closest(".bp-choice");
    choice.dataset.verdict = verdict;
    input.dataset.name ??= input.getAttribute("aria-label") ?? choice.textContent.trim();
    input.setAttribute("aria-label", `${input.dataset.name}, ${words[`tried ${verdict}`]}`);
  }

  const element = (name, className, html = "") => {
    const made = document.createElement(name);
    made.className = className;
    made.innerHTML = html;
    return made;
  };

  function feedback(verdict, open) {
    const box = element("div", "bp-feedback");
    box.dataset.kind = verdict.counted ? (verdict.right ? "good" : "bad") : "none";
    if (verdict.counted) {
      box.append(element("p", "bp-verdict", words[verdict.right ? "right" : "wrong"]));
    }
    box.append(element("div", "bp-because", verdict.because));
    if (verdict.more) {
      const more = element("div", "bp-more", verdict.more[1]);
      more.prepend(element("p", "bp-more-title", words[verdict.more[0]]));
      box.append(more);
    }
    if (open) {
      const onward = element("button", "bp-onward", "Next question");
      onward.type = "button";
      onward.addEventListener("click", () => {
        open.querySelector("input").focus({ preventScroll: true });
        open.scrollIntoView({ block: "center" });
      });
      box.append(onward);
    }
    return box;
  }

  function finish(root, quiz, count) {
    const summary = root.querySelector(".bp-summary");
    if (summary.childElementCount) return;
    const box = element("div", "bp-feedback", `<p class="bp-verdict">All ${count} are right.</p>`);
    box.dataset.kind = "good";
    // A page of the book knows its neighbour best; a notebook has what it was given.
    const link = document.querySelector('link[rel="next"]');
    const next = link ? { href: link.href, title: link.title } : quiz.next;
    if (next) {
      const line = element("p", "", "Go on to the next page: ");
      const anchor = element("a", "bp-next");
      anchor.href = next.href;
      anchor.textContent = next.title || "the next page";
      line.append(anchor);
      box.append(line);
    }
    summary.replaceChildren(box);
  }

  // ---- mathematics: MathML is there at once; MathJax, when a page has it, takes over

  function typeset(root) {
    const mathjax = window.MathJax;
    if (!mathjax?.startup?.promise) return;
    mathjax.startup.promise.then(() => {
      const write = mathjax.tex2chtml || mathjax.tex2svg;
      if (!write) return;
      for (const math of root.querySelectorAll(".bp-math:not([data-typeset])")) {
        math.dataset.typeset = "true";
        math.replaceChildren(write(math.dataset.tex.replace(/\\frac/g, "\\dfrac"), { display: false }));
      }
      mathjax.startup.document.clear();
      mathjax.startup.document.updateDocument();
    });
  }

  shared.quiz = (root) => {
    const roots = root ? [root] : document.querySelectorAll(".bp-quiz:not([data-ready])");
    for (const each of roots) start(each);
  };
  shared.judge = judge;
  shared.readNumber = readNumber;

  const begin = () => {
    shared.quiz();
    typeset(document);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
  window.addEventListener("load", () => typeset(document));
})();
