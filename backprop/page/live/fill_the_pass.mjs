// Fill the pass: eight numbers are typed, and each is compared with the truth and with what follows
// from the number before it.

import { findAll } from "../dom.mjs";
import { connectButtons, connectControls } from "./controls.mjs";
import { beginFigures } from "./figure.mjs";
import { readLink } from "./link.mjs";
import { fill, formatNumber } from "./sentence.mjs";

/** @typedef {"open" | "right" | "fault" | "follows"} Kind */

beginFigures("fill_the_pass", ({ root, data, start, programs, set, say }) => {
  const state = readLink(location.hash, root.id, start) ?? { ...start };
  const fields = findAll(root, ".bp-blanks input", HTMLInputElement);
  const [share, rest] = data.near;

  /** @param {string} text */
  function readTyped(text) {
    const plain = text.trim().replace("−", "-").replace(",", ".");
    return plain && Number.isFinite(Number(plain)) ? Number(plain) : null;
  }

  /**
   * @param {number} number
   * @param {number} wanted
   */
  const isNear = (number, wanted) => Math.abs(number - wanted) <= share * Math.abs(wanted) + rest;

  /** @returns {number[]} */
  function findTruth() {
    const nudges = { z: 0, y: 0, p: 0, r: 0 };
    const found = programs.back({ ...data.parameters[state.set - 1], ...nudges });
    return data.derivatives.map((/** @type {string} */ name) => found[`d${name}`]);
  }

  /** @returns {{typed: (number | null)[], found: Kind[]}} */
  function judge() {
    const truth = findTruth();
    const typed = fields.map(({ name }) => readTyped(state[name]));
    const found = typed.map((number, k) => {
      const before = data.blanks[k][1];
      if (number === null) return "open";
      if (isNear(number, truth[k])) return "right";
      const given = before === null ? null : typed[before];
      if (given === null) return "fault";
      return isNear(number, (given * truth[k]) / truth[before]) ? "follows" : "fault";
    });
    return { typed, found };
  }

  /** @param {Kind[]} found */
  function describe(found) {
    const faults = data.blanks
      .map((/** @type {[string]} */ [name]) => name)
      .filter((/** @type {string} */ _, /** @type {number} */ k) => found[k] === "fault");
    const count = found.filter((kind) => kind === "right").length;
    let kind = count === found.length ? "done" : count ? "right" : "empty";
    if (faults.length === 1) kind = found.includes("follows") ? "spoilt" : "alone";
    if (faults.length > 1) kind = "several";
    const words = { n: String(state.set), count: String(count), name: faults.join(" and ") };
    return fill(data.sentences[kind], words);
  }

  function draw() {
    const values = data.values[state.set - 1];
    for (const [name, value] of Object.entries(values)) {
      if (name !== "slope") set(`value-${name}`, { text: formatNumber(value) });
    }
    set("slope", { text: `softplus ${formatNumber(values.slope)}` });
    const { typed, found } = judge();
    typed.forEach((number, k) => {
      set(`typed${k}`, { text: number === null ? "?" : formatNumber(number) });
      set(`mark${k}`, { text: data.marks[found[k]] });
    });
    for (const field of fields)
      if (field.value !== state[field.name]) field.value = state[field.name];
    say(describe(found));
    controls.follow();
  }

  function clear() {
    for (const { name } of fields) state[name] = "";
  }

  const controls = connectControls(root, data.controls, state, () => {
    clear();
    draw();
  });
  for (const field of fields) {
    field.addEventListener("input", () => {
      state[field.name] = field.value;
      draw();
    });
  }
  connectButtons(root, {
    "bp-new": () => {
      const others = data.values.length - 1;
      const chosen = 1 + Math.floor(Math.random() * others);
      state.set = chosen < state.set ? chosen : chosen + 1;
      clear();
      draw();
      fields[0].focus();
    },
    "bp-fill": () => {
      const truth = findTruth();
      fields.forEach(({ name }, k) => {
        state[name] = formatNumber(truth[k]);
      });
      draw();
    },
    "bp-reset": () => {
      Object.assign(state, start);
      draw();
    },
  });
  state.set = controls.nearest("set", state.set);
  draw();
});
