// Whose share? A cell of a product is chosen: its row, its column and its weight follow.

import { find } from "../dom.mjs";
import { connectButtons, connectControls } from "./controls.mjs";
import { beginFigures } from "./figure.mjs";
import { readLink } from "./link.mjs";
import { lineWidth, writeArrow, writeBox, writeCurve } from "./scales.mjs";
import { fill } from "./sentence.mjs";

/** @param {number} number */
const write = (number) => String(number).replace("-", "−");

/**
 * Write a sum of products, each negative number in brackets but the very first.
 *
 * @param {number[]} row
 * @param {number[]} column
 */
export function writeTerms(row, column) {
  const bracket = (/** @type {number} */ number) => (number < 0 ? `(${write(number)})` : number);
  const terms = row.map((number, k) => `${bracket(number)} · ${bracket(column[k])}`).join(" + ");
  return row[0] < 0 ? terms.replace("(", "").replace(")", "") : terms;
}

beginFigures("whose_share", ({ root, data, start, programs, pictures, set, say }) => {
  const state = readLink(location.hash, root.id, start) ?? { ...start };
  const { left, right, product, cell } = data.places;
  const [wide, high] = cell;
  const { inputs, neurons, nodes, radius } = data.network;
  const size = nodes.length;

  /**
   * @param {number} row
   * @param {number} column
   */
  function measure(row, column) {
    const nudged = new Float64Array(size * size);
    nudged[row * size + column] = 1;
    return programs.loss({ W: nudged }).loss;
  }

  /** @param {any} formula */
  function drawMatrices(formula) {
    for (const [name, ink] of [
      ["left", formula.inks[0]],
      ["right", formula.inks[1]],
      ["product", null],
    ]) {
      formula[name].forEach((/** @type {number[]} */ numbers, /** @type {number} */ i) => {
        numbers.forEach((number, j) => {
          set(`${name}${i}${j}`, { text: write(number), ...(ink && { fill: ink }) });
        });
      });
    }
    set("formula", { text: formula.text });
    ["left", "right"].forEach((side, k) => {
      const [rows, columns] = formula.axes.slice(2 * k);
      set(`${side}-columns`, { text: `${columns}s` });
      for (let i = 0; i < size; i++) set(`${side}-row${i}`, { text: `${rows} ${i + 1}` });
    });
  }

  /**
   * @param {number} row
   * @param {number} column
   */
  function drawPlaces(row, column) {
    set("row", { d: writeBox(left[0], left[1] + row * high, size * wide, high) });
    set("column", { d: writeBox(right[0] + column * wide, right[1], wide, size * high) });
    const corner = [product[0] + column * wide, product[1] + row * high];
    set("cell", { d: writeBox(corner[0], corner[1], wide, high) });
  }

  /**
   * @param {number} row
   * @param {number} column
   * @param {number} truth
   */
  function drawWeight(row, column, truth) {
    const begin = [inputs + radius, nodes[row]];
    const end = [neurons - radius, nodes[column]];
    set("weight", { d: writeCurve([begin[0], end[0]], [begin[1], end[1]]) });
    const width = lineWidth(truth);
    const d = writeArrow(begin, end, width, 6 + width / 2, [0.8, 0.2]);
    set("arrow", { d, "stroke-width": width });
  }

  function draw() {
    const formula = data.formulas[state.formula];
    const [row, column] = [state.row - 1, state.column - 1];
    const found = formula.product[row][column];
    const truth = measure(row, column);
    drawMatrices(formula);
    drawPlaces(row, column);
    drawWeight(row, column, truth);
    const words = { row: String(state.row), column: String(state.column) };
    set("which", { text: fill(data.weight, words) });
    set("says", { text: `the formula says ${write(found)}` });
    set("measures", { text: `a nudge measures ${write(truth)}` });
    set("verdict", { text: data.verdicts[Number(Math.abs(found - truth) < 1e-9)] });
    const across = formula.right.map((/** @type {number[]} */ numbers) => numbers[column]);
    const terms = writeTerms(formula.left[row], across);
    const kind = state.formula === 2 && row === column ? 3 : state.formula;
    const numbers = { ...words, terms, found: write(found), truth: write(truth) };
    say(fill(data.sentences[kind], numbers));
    controls.follow();
  }

  const controls = connectControls(root, data.controls, state, draw);
  const stage = find(root, ".bp-stage .bp-pictures");

  /**
   * Return the row and the column at which a pointer is, from 1 on.
   *
   * @param {MouseEvent} event
   */
  function locate({ clientX, clientY }) {
    const box = pictures[0].getBoundingClientRect();
    const { width, height } = pictures[0].viewBox.baseVal;
    const x = ((clientX - box.left) / box.width) * width - product[0];
    const y = ((clientY - box.top) / box.height) * height - product[1];
    const place = [y / high, x / wide].map((away) => 1 + Math.floor(away));
    return place.every((at) => at >= 1 && at <= size) ? place : null;
  }
  stage.addEventListener("pointermove", (event) => {
    stage.style.cursor = locate(event) ? "pointer" : "";
  });
  stage.addEventListener("click", (event) => {
    const place = locate(event);
    if (!place) return;
    [state.row, state.column] = place;
    draw();
  });
  connectButtons(root, {
    "bp-reset": () => {
      Object.assign(state, start);
      draw();
    },
  });
  if (!data.formulas[state.formula]) state.formula = start.formula;
  for (const name of ["row", "column"]) state[name] = controls.nearest(name, state[name]);
  draw();
});
