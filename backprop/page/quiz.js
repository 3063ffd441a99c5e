// The quizzes of the book. The rule that grades an answer is in backprop/course/questions/; what
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

  function showNumber(value) {
    if (!Number.isFinite(value)) {
      return Number.isNaN(value) ? "not a number (NaN)" : value > 0 ? "∞" : "\u2212∞";
    }
    const size = Math.abs(value);
    const text = value === 0 || (size >= 1e-5 && size < 1e9)
      ? String(Number(value.toPrecision(6)))
      : value.toExponential(5).replace(/\.?0*e([+-])/, "e$1").replace("e+", "e");
    return text.replace(/-/g, "\u2212");
  }

  // ---- one line of arithmetic, read and evaluated as questions/expressions.py does

  const FUNCTIONS = {
    exp: [1, Math.exp], log: [1, Math.log], sqrt: [1, Math.sqrt], abs: [1, Math.abs],
    sin: [1, Math.sin], cos: [1, Math.cos], tanh: [1, Math.tanh],
    maximum: [2, Math.max], minimum: [2, Math.min], max: [2, Math.max], min: [2, Math.min],
    softplus: [1, (x) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0)],
    sigmoid: [1, (x) => 1 / (1 + Math.exp(-x))],
    relu: [1, (x) => Math.max(x, 0)],
  };
  const LONGEST = 200;
  const ALIKE = { "−": "-", "–": "-", "·": "*", "×": "*", "÷": "/", "η": "eta", "\u00a0": " " };
  const LITERAL = "(?:(?:0|[1-9][0-9]*)(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?";
  const TOKEN = new RegExp(
    `[ \\t]*(?:(${LITERAL})(?![\\w.])|([A-Za-z_]\\w*)|(\\*\\*|[-+*/(),]))`, "y",
  );
  const MODULE = /(^|[^\w.])(?:np|numpy|bp|math)\.(?=[a-z])/g;
  const LINE = /^([A-Za-z_]\w*)[ \t]*(\*\*|[-+*/]|)=(?!=)(.*)$/;

  class Unreadable extends Error {
    constructor(...said) {
      super(said[0]);
      this.said = said;
    }
  }

  const alike = (text) => text.replace(/[−–·×÷η\u00a0]/g, (sign) => ALIKE[sign]).trim();

  function assigned(line, target) {
    const found = LINE.exec(alike(line));
    if (!found || !target) return alike(line);
    const [, name, operator, rest] = found;
    if (name !== target) throw new Unreadable("other target", name, target);
    return operator ? `${name}${operator}(${rest.trim()})` : rest.trim();
  }

  function tokensOf(text, names) {
    if (!text) throw new Unreadable("no line");
    if (text.includes("^")) throw new Unreadable("caret");
    if (text.length > LONGEST) throw new Unreadable("no code");
    const tokens = [];
    for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length;) {
      const [, number, name, sign] = TOKEN.exec(text) ?? [];
      if (!(number ?? name ?? sign)) throw new Unreadable("no code");
      tokens.push({ number, name, sign });
    }
    for (const { name } of tokens) {
      if (name && !names.includes(name) && !Object.hasOwn(FUNCTIONS, name)) {
        throw new Unreadable("no name", name, names.join(", "));
      }
    }
    return tokens;
  }

  // Gives a function of the values of `names`. The grammar is Python's, one function for each level.
  function readLine(text, names) {
    const tokens = tokensOf(text.replace(MODULE, "$1").trim(), names);
    let at = 0;
    const take = (sign) => tokens[at]?.sign === sign && ++at > 0;
    const need = (sign) => { if (!take(sign)) throw new Unreadable("no code"); };
    const sum = () => {
      let left = product();
      for (;;) {
        const before = left;
        if (take("+")) { const right = product(); left = (p) => before(p) + right(p); }
        else if (take("-")) { const right = product(); left = (p) => before(p) - right(p); }
        else return left;
      }
    };
    const product = () => {
      let left = factor();
      for (;;) {
        const before = left;
        if (take("*")) { const right = factor(); left = (p) => before(p) * right(p); }
        else if (take("/")) { const right = factor(); left = (p) => before(p) / right(p); }
        else return left;
      }
    };
    const factor = () => {
      if (take("+")) return factor();
      if (take("-")) { const right = factor(); return (p) => -right(p); }
      const base = atom();
      if (!take("**")) return base;
      const exponent = factor();
      return (p) => base(p) ** exponent(p);
    };
    const atom = () => {
      const { number, name } = tokens[at] ?? {};
      if (number) { at += 1; return () => Number(number); }
      if (name) {
        at += 1;
        if (take("(")) return call(name);
        if (!names.includes(name)) throw new Unreadable("no code");
        const place = names.indexOf(name);
        return (p) => p[place];
      }
      need("(");
      const inside = sum();
      need(")");
      return inside;
    };
    const call = (name) => {
      const given = [];
      while (!take(")")) {
        if (given.length) need(",");
        if (given.length && take(")")) break;
        given.push(sum());
      }
      const [count, compute] = FUNCTIONS[name] ?? [];
      if (given.length !== count) throw new Unreadable("no code");
      return (p) => compute(...given.map((value) => value(p)));
    };
    const whole = sum();
    if (at < tokens.length) throw new Unreadable("no code");
    return whole;
  }

  const same = (got, wanted) => got.every((value, n) =>
    Math.abs(value - wanted[n]) <= 1e-9 * Math.max(1, Math.abs(wanted[n])));

  // Each kind of question: how to read what the reader answered, and what that is worth. `marks`
  // says which options get a sign.
  const letter = (n) => "abcdefgh"[n];
  const pick = (question, response) => question.options["abcdefgh".indexOf(response || "-")];
  const kinds = {
    choice: {
      read: (item) => item.querySelector("input:checked")?.value,
      judge(question, response) {
        const option = pick(question, response);
        if (!option) return noAnswer("no choice");
        const misconception = option.right ? null : option.name;
        const marks = { [response]: option.right ? "right" : "wrong" };
        return { counted: true, right: option.right, because: option.because, misconception, marks };
      },
    },
    several: {
      read: (item) => [...item.querySelectorAll("input:checked")].map((box) => box.value).join(""),
      judge(question, response) {
        const all = question.options.map((option, n) => ({ ...option, at: letter(n) }));
        const ticked = all.filter((option) => response?.includes(option.at));
        if (!ticked.length) return noAnswer("no tick");
        const wrongly = ticked.filter((option) => !option.right);
        const missing = all.filter((option) => option.right && !ticked.includes(option));
        const told = wrongly.length ? wrongly : missing;
        if (!told.length) {
          const marks = Object.fromEntries(ticked.map((option) => [option.at, "right"]));
          return { counted: true, right: true, because: question.reasoning, marks };
        }
        const about = words[wrongly.length ? "ticked" : "left out"];
        const explained = told.map(({ text, because }) =>
          `<p>${about} <strong>${text}</strong></p>${because}`);
        return {
          counted: true,
          right: false,
          because: explained.join(""),
          misconception: told.map((option) => option.name).join(", "),
          marks: Object.fromEntries(wrongly.map((option) => [option.at, "wrong"])),
        };
      },
    },
    order: {
      start: startOrder,
      read: (item) => [...item.querySelectorAll(".bp-step")].map((step) => step.dataset.at).join(""),
      judge({ steps, mistakes, reasoning }, response) {
        const known = steps.map((_, n) => letter(n)).join("");
        const given = [...(response ?? "")];
        if ([...given].sort().join("") !== known || response === known) return noAnswer("not moved");
        const rises = (places) => places.every((place, n) => !n || places[n - 1] < place);
        const mistake = mistakes.find(({ order }) => rises([...order].map((at) => given.indexOf(at))));
        const n = steps.findIndex((step, n) =>
          n && given.indexOf(step.at) < given.indexOf(steps[n - 1].at));
        const step = n > 0 && { ...steps[n], name: `${steps[n].name} before ${steps[n - 1].name}` };
        const wrong = mistake || step;
        if (!wrong) return { counted: true, right: true, because: reasoning };
        return { counted: true, right: false, because: wrong.because, misconception: wrong.name };
      },
    },
    number: {
      read: (item) => item.querySelector("input").value,
      judge(question, response, variant) {
        const { number, problem } = typedNumber(question, response);
        if (problem) return problem;
        const at = question.variants[variant];
        const verdict = (right, because, misconception = null) => ({
          counted: true, right, because: fill(because, at.show), misconception,
        });
        const miss = Math.abs(number - at.answer);
        if (miss <= question.tolerance) return verdict(true, question.reasoning);
        const n = at.slips.findIndex((value) => Math.abs(number - value) <= question.tolerance);
        if (n >= 0) return verdict(false, question.slips[n].because, question.slips[n].name);
        const close = miss <= Math.min(5 * question.tolerance, 0.05 * Math.abs(at.answer));
        return verdict(false, paragraph(close ? "close" : "otherwise"));
      },
    },
    "predict-option": {
      read: (item) => item.querySelector("input:checked")?.value,
      judge(question, response) {
        const chosen = pick(question, response);
        if (!chosen) return noAnswer("no choice");
        const real = question.options.find((option) => option.right);
        const because = beside(chosen.text, real.text) + (chosen === real ? "" : chosen.because);
        const marks = { [letter(question.options.indexOf(real))]: "right" };
        return { ...compared(chosen === real, because + real.because, chosen.name), marks };
      },
    },
    "predict-number": {
      read: (item) => item.querySelector("input").value,
      judge(question, response, variant) {
        const { number, text, problem } = typedNumber(question, response);
        if (problem) return problem;
        if (!(number >= question.low && number <= question.high)) {
          return noAnswer("out of range", ...question.ends);
        }
        const at = question.variants[variant];
        const percent = (value) => Math.floor(100 * Math.min(Math.max(
          (value - question.low) / (question.high - question.low), 0), 1) + 0.5);
        const [guessed, computed] = [text, question.computed[variant]]
          .map((value) => plain(`${value} ${question.unit}`.trim()));
        const scale = `<div class="bp-scale" aria-hidden="true" style="--guess:${percent(number)}%;`
          + `--computed:${percent(at.answer)}%"></div>`;
        const near = (value) => Math.abs(number - value) <= question.tolerance;
        const n = near(at.answer) ? -1 : at.slips.findIndex(near);
        const because = (question.slips[n]?.because ?? "") + question.reasoning;
        return compared(
          near(at.answer),
          beside(guessed, computed) + scale + fill(because, at.show),
          question.slips[n]?.name,
        );
      },
    },
    code: {
      read: (item) => item.querySelector("input").value,
      judge(question, response) {
        const { names, points, values, slips } = question;
        let line;
        try {
          line = readLine(assigned(response ?? "", question.assigns), names);
        } catch (error) {
          if (error instanceof Unreadable) return noAnswer(...error.said);
          throw error;
        }
        const got = points.map(line);
        if (same(got, values)) return { counted: true, right: true, because: question.reasoning };
        const slip = slips.find((each) => same(got, each.values));
        if (slip) {
          return { counted: true, right: false, because: slip.because, misconception: slip.name };
        }
        const n = got.findIndex((value, n) => !same([value], [values[n]]));
        const given = names.map((name, i) => `${name} = ${showNumber(points[n][i])}`).join(", ");
        const [mine, ours] = [got, values].map((all) => showNumber(all[n] * (1 + 1e-12)));
        const because = paragraph("other value", given, mine, ours);
        return { counted: true, right: false, because };
      },
    },
  };

  function typedNumber({ unit }, response) {
    if (!response?.trim()) return { problem: noAnswer("nothing") };
    let text = response.trim();
    if (unit && text.endsWith(unit)) text = text.slice(0, -unit.length).trim();
    const number = readNumber(text);
    return number === null ? { problem: noAnswer("no number") } : { number, text };
  }

  // A prediction counts as answered whatever it was; the words above it say whether it was close.
  const compared = (near, because, misconception = null) => ({
    counted: true,
    right: true,
    because,
    misconception: near ? null : misconception,
    verdict: near ? "well predicted" : "compare",
  });
  const beside = (guessed, computed) =>
    `<dl class="bp-compare"><div><dt>${words["your guess"]}</dt><dd>${guessed}</dd></div>`
    + `<div><dt>${words.computed}</dt><dd>${computed}</dd></div></dl>`;

  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let words = {};
  // Numbers come as one private character each, so that every text travels once.
  const fill = (html, show) =>
    html.replace(/[\ue000-\uf8ff]/g, (place) => show[place.charCodeAt(0) - 0xe000]);
  const plain = (text) =>
    text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const paragraph = (word, ...values) => `<p>${fill(words[word], values.map(plain))}</p>`;
  const noAnswer = (...said) => ({ counted: false, because: paragraph(...said) });

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
    kinds[question.kind].start?.(item, form);
    if (question.variants) {
      show(variantOf(question));
      renew.hidden = question.variants.length < 2;
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
        for (const [value, sign] of Object.entries(verdict.marks ?? {})) {
          mark(item.querySelector(`input[value="${value}"]`), sign);
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
      if (!verdict.counted) focusOn(item);
    });
  }

  const focusOn = (item, how) =>
    (item.querySelector("input:checked") ?? item.querySelector("input, .bp-move")).focus(how);

  // ---- steps to be put in order: by button, by arrow key on a button, by dragging

  function startOrder(item, form) {
    const list = item.querySelector(".bp-order");
    const said = item.querySelector(".bp-moved");
    list.dataset.live = "true";
    for (const button of list.querySelectorAll(".bp-move")) button.hidden = false;

    function moved(step) {
      const steps = [...list.children];
      const place = fill(words.moved, [steps.indexOf(step) + 1, steps.length]);
      said.textContent = `${step.dataset.spoken}: ${place}`;
      form.dispatchEvent(new Event("input", { bubbles: true }));
    }

    function move(step, where, button) {
      const other = where === "up" ? step.previousElementSibling : step.nextElementSibling;
      if (other) other[where === "up" ? "before" : "after"](step);
      button.focus(); // what moves in the page loses the focus
      moved(step);
    }

    list.addEventListener("click", (event) => {
      const button = event.target.closest(".bp-move");
      if (button) move(button.closest(".bp-step"), button.dataset.move, button);
    });
    list.addEventListener("keydown", (event) => {
      const where = { ArrowUp: "up", ArrowDown: "down" }[event.key];
      if (!where || !event.target.closest(".bp-move")) return;
      event.preventDefault();
      move(event.target.closest(".bp-step"), where, event.target);
    });
    list.addEventListener("pointerdown", (event) => {
      const step = event.target.closest(".bp-step");
      // A finger that scrolls must not drag: it has the buttons.
      if (!step || event.target.closest(".bp-move") || event.pointerType !== "mouse") return;
      event.preventDefault();
      const before = kinds.order.read(item);
      step.dataset.dragged = "true";
      const follow = ({ clientY }) => {
        const middle = (each) => {
          const box = each.getBoundingClientRect();
          return box.top + box.height / 2;
        };
        const [above, below] = [step.previousElementSibling, step.nextElementSibling];
        if (above && clientY < middle(above)) above.before(step);
        else if (below && clientY > middle(below)) below.after(step);
      };
      const drop = () => {
        delete step.dataset.dragged;
        window.removeEventListener("pointermove", follow);
        if (kinds.order.read(item) !== before) moved(step);
      };
      window.addEventListener("pointermove", follow);
      window.addEventListener("pointerup", drop, { once: true });
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
    const known = verdict.right ? "right" : "wrong";
    const kind = { right: "good", wrong: "bad", compare: "told" }[verdict.verdict ?? known] ?? "good";
    box.dataset.kind = verdict.counted ? kind : "none";
    if (verdict.counted) {
      box.append(element("p", "bp-verdict", words[verdict.verdict ?? known]));
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
        focusOn(open, { preventScroll: true });
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
  shared.showNumber = showNumber;

  const begin = () => {
    shared.quiz();
    typeset(document);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
  window.addEventListener("load", () => typeset(document));
})();
