// The picture of the machine: its fit with squares, and its network with gradients on every line,
// as backprop/show/live/machine_picture.py draws them.

import {
  cutCurve,
  limit,
  lineWidth,
  makeScale,
  round,
  writeArrow,
  writeBox,
  writeCurve,
} from "../scales.mjs";
import { formatNumber } from "../sentence.mjs";

/** @import {Figure, State} from "../figure.mjs" */

const MOST_UNITS = 4;
const show = (/** @type {boolean} */ there) => (there ? "inline" : "none");

/**
 * Draw a state.
 *
 * @param {Figure} figure
 * @param {State} state
 * @param {number[]} curves what is predicted along the grid, and what each unit holds there
 * @param {{p: number[], curves: number[]} | null} next the same after a step, if there is a gradient
 * @returns {Record<string, number | string>} the numbers of the moment, for its sentence
 */
export function drawMachine(figure, state, curves, next) {
  const length = figure.data.grid.length;
  const rows = Array.from({ length: state.units + 1 }, (_, k) =>
    curves.slice(k * length, (k + 1) * length),
  );
  const loss = drawFit(figure, state, rows[0]);
  drawStepped(figure, next && next.curves.slice(0, length));
  drawNetwork(figure, state, rows);
  const largest = next ? findLargest(figure, state, next.p) : {};
  return { ...loss, steps: String(state.steps), ...largest };
}

/**
 * @param {Figure} figure
 * @param {State} state
 * @param {number[]} predicted
 */
function drawFit({ data, set }, state, predicted) {
  const [x, y] = [makeScale(data.scales.x), makeScale(data.scales.y)];
  const [low, high] = data.scales.y;
  const place = (/** @type {number} */ value) => y.at(limit(value, low, high));
  set("curve", { d: cutCurve(data.grid.map(x.at), predicted.map(y.at), y.at(high), y.at(low)) });
  for (const name of ["below", "above"]) {
    const where = predicted.flatMap((value, k) =>
      (name === "below" ? value < low : value > high) ? [k] : [],
    );
    const begin = where.length ? x.at(data.grid[where[0]]) + 4 : x.at(0.5);
    const text = where.length ? data.layout.beyond[name] : "";
    set(name, { x: round(Math.min(begin, 290)), text });
  }
  const unit = Math.abs(y.at(1) - y.at(0));
  const seen = state.seen.length ? state.seen : state.y;
  const opacity = state.fresh ? 1 : data.layout.pale;
  let [squares, distances] = [0, 0];
  seen.forEach((/** @type {number} */ guess, /** @type {number} */ k) => {
    const residual = state.y[k] - guess;
    squares += residual ** 2;
    distances += Math.abs(residual);
    const side = state.loss === "distance" ? 0 : unit * Math.abs(residual);
    const left = x.at(state.x[k]) - (state.x[k] > 0.5 ? side : 0);
    const top = Math.min(y.at(state.y[k]), y.at(guess));
    const across = x.at(state.x[k]);
    const d = `M${round(across)} ${round(place(state.y[k]))}h0`;
    set(`square${k}`, { d: writeBox(left, top, side, side), opacity });
    set(`residual${k}`, {
      d: writeCurve([across, across], [y.at(state.y[k]), y.at(guess)]),
      opacity,
    });
    set(`point${k}`, { d });
    set(`point${k}-ring`, { d });
  });
  const count = state.y.length;
  const value = { ssr: squares, mse: squares / count, distance: distances / count }[
    /** @type {"ssr" | "mse" | "distance"} */ (state.loss)
  ];
  const name = data.lossNames[state.loss];
  const loss = state.seen.length ? formatNumber(value) : "?";
  set("loss-name", { text: name });
  set("loss", { text: loss });
  set("age", { text: state.fresh || !state.seen.length ? "" : "from before" });
  set("turn", { text: data.layout.turns[findNext(state)] });
  set("out", { text: data.layout.outs[state.act] ?? "" });
  return { name, loss };
}

/**
 * Return which button a round of forward, backward, step and zero has next.
 *
 * @param {State} state
 */
function findNext({ g, used, graph }) {
  if (g.length) return used ? "zero" : "step";
  return graph ? "backward" : "forward";
}

/**
 * Draw the curve to which Step would lead.
 *
 * @param {Figure} figure
 * @param {number[] | null} stepped
 */
function drawStepped({ data, set }, stepped) {
  if (!stepped) {
    set("stepped", { display: "none" });
    return set("stepped-name", { y: 0, text: "" });
  }
  const [x, y] = [makeScale(data.scales.x), makeScale(data.scales.y)];
  const [low, high] = data.scales.y;
  const d = cutCurve(data.grid.map(x.at), stepped.map(y.at), y.at(high), y.at(low));
  set("stepped", { d, display: "inline" });
  const end = y.at(limit(stepped[stepped.length - 1], low, high));
  set("stepped-name", { y: round(end + 4), text: "Step" });
}

/**
 * @param {Figure} figure
 * @param {State} state
 * @param {number[][]} rows
 */
function drawNetwork(figure, state, rows) {
  const { data, set } = figure;
  const { input, sum, column, rows: gaps, radius } = data.layout;
  const { units } = state;
  for (let k = 0; k < MOST_UNITS; k++) {
    const there = k < units;
    const y = there ? input[1] + (k - (units - 1) / 2) * gaps[units - 1] : input[1];
    drawWeight(figure, state, `w${k}`, k, [input[0] + input[2], input[1]], [column - radius, y]);
    drawWeight(
      figure,
      state,
      `v${k}`,
      2 * units + k,
      [column + radius, y],
      [sum[0] - sum[2], sum[1]],
    );
    set(`unit${k}`, { display: show(there), d: writeCircle(column, y, radius) });
    const curve = there ? rows[k + 1] : data.grid.map(() => 0);
    drawSmallCurve(figure, `held${k}`, column, y, curve, there);
    // Away from the arrows, which are between the lines and the middle.
    const beside = y < input[1] - 1 ? y - radius - 10 : y + radius + 17;
    writeBias(figure, state, `b${k}`, units + k, column, beside, there);
  }
  drawSmallCurve(figure, "sum", sum[0], sum[1], rows[0], true);
  writeBias(figure, state, "c", 3 * units, sum[0], sum[1] + sum[2] + 17, true);
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
function writeCircle(x, y, radius) {
  const k = 0.5523 * radius;
  const corners = [
    [x + radius, y + k, x + k, y + radius, x, y + radius],
    [x - k, y + radius, x - radius, y + k, x - radius, y],
    [x - radius, y - k, x - k, y - radius, x, y - radius],
    [x + k, y - radius, x + radius, y - k, x + radius, y],
  ];
  const arcs = corners.map((corner) => `C${corner.map(round).join(" ")}`);
  return `M${round(x + radius)} ${round(y)}${arcs.join("")}Z`;
}

/**
 * Draw a weight as a line, its gradient as an arrow against the flow, and both numbers.
 *
 * @param {Figure} figure
 * @param {State} state
 * @param {string} name
 * @param {number} number of the parameter
 * @param {number[]} begin
 * @param {number[]} end
 */
function drawWeight(figure, state, name, number, begin, end) {
  const there = Number(name.slice(1)) < state.units;
  const value = there ? state.p[number] : 0;
  const gradient = there ? (state.g[number] ?? 0) : 0;
  const [width, force] = [lineWidth(value), lineWidth(gradient)];
  const { input, shares } = figure.data.layout;
  const [label, ...ends] = shares[name[0]];
  // Between its line and the middle of the network: above a lower line.
  const side = (begin[1] + end[1]) / 2 > input[1] + 1 ? -1 : 1;
  figure.set(name, {
    d: writeCurve([begin[0], end[0]], [begin[1], end[1]]),
    "stroke-width": width,
    "stroke-dasharray": value < 0 ? "5 4" : "none",
    display: show(there),
  });
  figure.set(`${name}-gradient`, {
    d: writeArrow(begin, end, force, side * (4 + (force + width) / 2), ends),
    "stroke-width": force,
    display: show(gradient !== 0),
  });
  const x = begin[0] + label * (end[0] - begin[0]);
  const outermost = [0, state.units - 1].includes(Number(name.slice(1)));
  const slope = Math.abs(end[1] - begin[1]) / (end[0] - begin[0]);
  // The number stands on an inner line, and on the outer side of an outermost one.
  const y = begin[1] + label * (end[1] - begin[1]) + 5 - side * (outermost ? 12 + 36 * slope : 0);
  figure.set(`${name}-value`, {
    x: round(x),
    y: round(y),
    text: there ? writeValue(figure, state, number) : "",
  });
  // That of the gradient is beside its arrow, which is between it and its line.
  const share = (ends[0] + ends[1]) / 2;
  const apart = 13 + width / 2 + 1.5 * force + 14 * slope;
  figure.set(`${name}-slope`, {
    x: round(begin[0] + share * (end[0] - begin[0])),
    y: round(begin[1] + share * (end[1] - begin[1]) + 5 + side * apart),
    text: there && state.g.length ? formatNumber(gradient, 2) : "",
  });
}

/**
 * @param {Figure} figure
 * @param {State} state
 * @param {number} number of the parameter
 */
const writeValue = ({ data }, state, number) =>
  `${data.names[state.units][number]} ${formatNumber(state.p[number], 2)}`;

/**
 * Write a bias with its name, and its gradient beside it.
 *
 * @param {Figure} figure
 * @param {State} state
 * @param {string} name
 * @param {number} number
 * @param {number} x
 * @param {number} y
 * @param {boolean} there
 */
function writeBias(figure, state, name, number, x, y, there) {
  const bare = !state.g.length;
  const below = name === "c";
  const middle = below || bare;
  figure.set(`${name}-value`, {
    x: round(middle ? x : x - 3),
    y: round(y),
    "text-anchor": middle ? "middle" : "end",
    text: there ? writeValue(figure, state, number) : "",
  });
  figure.set(`${name}-slope`, {
    x: round(below ? x : x + 3),
    y: round(below ? y + 21 : y),
    text: there && !bare ? formatNumber(state.g[number], 2) : "",
  });
}

/**
 * @param {Figure} figure
 * @param {string} name
 * @param {number} cx
 * @param {number} cy
 * @param {number[]} curve
 * @param {boolean} there
 */
function drawSmallCurve({ data, set }, name, cx, cy, curve, there) {
  const [low, high] = [Math.min(...curve), Math.max(...curve)];
  const across = makeScale([0, 1, cx - 12, cx + 12]);
  const up = makeScale([low, Math.max(high, low + 1e-3), cy + 9, cy - 9]);
  const few = curve.filter((_, k) => !(k % 4));
  const d = writeCurve(
    few.map((_, k) => across.at(data.grid[4 * k])),
    few.map(up.at),
  );
  set(name, { d, display: show(there) });
}

/**
 * Return the name and the number of the largest gradient, and by how much a step moves it.
 *
 * @param {Figure} figure
 * @param {State} state
 * @param {number[]} after the parameters after a step
 * @returns {Record<string, number | string>}
 */
function findLargest({ data }, state, after) {
  const sizes = state.g.map(Math.abs);
  const k = sizes.indexOf(Math.max(...sizes));
  return { who: data.names[state.units][k], g: state.g[k], move: after[k] - state.p[k] };
}
