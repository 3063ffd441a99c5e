// The race: four optimisers from one start. Every run is computed by the programs of the losses and
// of the optimisers' steps, with one rate for all or each at its best.

import { connectButtons, connectControls } from "./controls.mjs";
import { beginFigures } from "./figure.mjs";
import { connectLink, readLink } from "./link.mjs";
import { NOTHING, cutLine, writeCircle } from "./marks.mjs";
import { addHandle } from "./pull.mjs";
import { limit, makeScale, round, writeCurve } from "./scales.mjs";
import { fill, formatNumber } from "./sentence.mjs";

/** @import {Program} from "./figure.mjs" */
/** @typedef {{places: number[][], losses: number[]}} Run */

/**
 * Let an optimiser run from a start; a run that is over stays where it was.
 *
 * @param {{loss: Program, step: Program, kept: string[]}} programs
 * @param {number[]} start
 * @param {number} rate
 * @param {{steps: number, far: number, noise: number[][], shaken: number}} settings
 * @returns {Run}
 */
export function runOptimizer({ loss, step, kept }, start, rate, { steps, far, noise, shaken }) {
  const memory = Object.fromEntries(kept.map((name) => [`${name}_p`, 0]));
  const own = start.map((place) => ({ p: place, rate, ...memory }));
  /** @type {Run} */
  const run = { places: [], losses: [] };
  for (let t = 0; t <= steps; t++) {
    const place = own.map(({ p }) => p);
    if (!place.every((part) => Math.abs(part) < far)) {
      run.places.push(run.places[run.places.length - 1]);
      run.losses.push(Infinity);
      continue;
    }
    const found = loss({ w1: place[0], w2: place[1] });
    run.places.push(place);
    run.losses.push(found.loss);
    if (t === steps) break;
    [found.dw1, found.dw2].forEach((slope, k) => step(own[k], slope + shaken * noise[t][k]));
  }
  return run;
}

/**
 * Return heights for names: in their order, apart from each other, and within the strip.
 *
 * @param {Record<string, number>} heights
 * @param {number} apart
 * @param {number} top
 * @param {number} bottom
 */
export function spaceNames(heights, apart, top, bottom) {
  const order = Object.keys(heights).sort((a, b) => heights[a] - heights[b]);
  /** @type {number[]} */
  const placed = [];
  for (const name of order) {
    placed.push(Math.max(heights[name], placed.length ? placed[placed.length - 1] + apart : top));
  }
  if (placed[placed.length - 1] > bottom) {
    for (let k = placed.length - 1; k >= 0; k--) {
      placed[k] = Math.min(placed[k], k === placed.length - 1 ? bottom : placed[k + 1] - apart);
    }
  }
  return Object.fromEntries(order.map((name, k) => [name, placed[k]]));
}

beginFigures("optimizer_race", ({ root, data, start, programs, pictures, set, say }) => {
  const state = readLink(location.hash, root.id, start) ?? { ...start };
  const names = Object.keys(data.optimizers);
  const [x, y, t, l] = [data.x, data.y, data.t, data.l].map(makeScale);
  const [, top, right, bottom] = data.strip;
  const here = () => data.grounds[state.ground];

  /**
   * @param {string} name
   * @param {number} rate
   */
  function runOne(name, rate) {
    const parts = {
      loss: programs[here().loss],
      step: programs[name],
      kept: data.optimizers[name],
    };
    return runOptimizer(parts, [state.u, state.v], rate, { ...data, shaken: here().noise });
  }

  /** @param {Run} run */
  function measureEnd({ losses }) {
    return losses.slice(-data.last).reduce((sum, loss) => sum + loss, 0) / data.last;
  }

  /** @param {string} name */
  function findRate(name) {
    if (!state.best) return state.eta;
    const ends = data.rates.map((/** @type {number} */ rate) => measureEnd(runOne(name, rate)));
    return data.rates[ends.indexOf(Math.min(...ends))];
  }

  /** @param {number} loss */
  function findHeight(loss) {
    const [low, high] = [10 ** data.l[0], 10 ** data.l[1]];
    return l.at(Math.log10(limit(loss, low, high)));
  }

  /** @param {Run} run */
  function cutPath({ places }) {
    /** @type {number[][]} */
    const points = [];
    for (const place of places.slice(0, state.step + 1)) {
      const point = [x.at(place[0]), y.at(place[1])];
      const cut = points.length ? cutLine(points[points.length - 1], point, data.box) : point;
      points.push(cut);
      if (cut[0] !== point[0] || cut[1] !== point[1]) break;
    }
    return points;
  }

  /** @param {number[][]} points */
  const writeLine = (points) =>
    writeCurve(
      points.map(([across]) => across),
      points.map(([, down]) => down),
    );

  /**
   * @param {string} name
   * @param {number[]} at
   */
  function writeMark(name, at) {
    /** @type {number[][] | undefined} */
    const shape = data.shapes[name];
    return shape
      ? `${writeLine(shape.map(([across, down]) => [at[0] + across, at[1] + down]))}Z`
      : writeCircle(at, 5);
  }

  /** @param {Record<string, Run>} runs */
  function drawStrip(runs) {
    const now = t.at(state.step);
    set("now", { d: writeLine([[now, top], [now, bottom]]) }); // prettier-ignore
    /** @type {Record<string, number>} */
    const ends = {};
    for (const name of names) ends[name] = findHeight(runs[name].losses[data.steps]);
    const spaced = spaceNames(ends, data.apart, top, bottom);
    for (const name of names) {
      const points = runs[name].losses.map((loss, k) => [t.at(k), findHeight(loss)]);
      set(`loss-${name}`, { d: writeLine(points) });
      set(`link-${name}`, { d: writeLine([[right + 2, ends[name]], [right + 14, spaced[name]]]) }); // prettier-ignore
      set(`name-${name}`, { y: round(spaced[name] + 5) });
    }
  }

  /**
   * @param {Record<string, Run>} runs
   * @param {Record<string, number>} rates
   */
  function describe(runs, rates) {
    const losses = Object.fromEntries(names.map((name) => [name, runs[name].losses[state.step]]));
    // What is gone comes last: infinity less infinity is no number to sort by.
    const order = [...names].sort((a, b) => (losses[a] === losses[b] ? 0 : losses[a] - losses[b]));
    const ranking = order.map((name) => {
      const rate = state.best ? ` (η\u00a0=\u00a0${rates[name]})` : "";
      const loss = Number.isFinite(losses[name]) ? formatNumber(losses[name]) : "is gone";
      return `${name}${rate} ${loss}`;
    });
    const measure = (/** @type {string} */ name) => {
      const [first, second] = runs[name].places;
      return Math.hypot(second[0] - first[0], second[1] - first[1]);
    };
    return fill(data.says[state.best ? "best" : "same"], {
      step: String(state.step),
      eta: String(state.eta),
      ranking: ranking.join(", "),
      descent: measure("descent"),
      adam: measure("Adam"),
    });
  }

  function draw() {
    const rates = Object.fromEntries(names.map((name) => [name, findRate(name)]));
    const runs = Object.fromEntries(names.map((name) => [name, runOne(name, rates[name])]));
    set("ground", { d: here().contours });
    set("note", { text: data.notes[state.ground] });
    for (const name of names) {
      const points = cutPath(runs[name]);
      set(`path-${name}`, { d: state.step ? writeLine(points) : NOTHING });
      set(`mark-${name}`, { d: writeMark(name, points[points.length - 1]) });
    }
    for (const part of ["start", "start-ring"]) {
      set(part, { d: `M${round(x.at(state.u))} ${round(y.at(state.v))}h0` });
    }
    const [left, roof, far] = data.box;
    set("start-name", {
      x: round(limit(x.at(state.u), left + 18, far - 18)),
      y: round(y.at(state.v) + (y.at(state.v) < roof + 30 ? 22 : -12)),
    });
    drawStrip(runs);
    say(describe(runs, rates));
    controls.follow();
    follow();
  }

  const controls = connectControls(root, data.controls, state, (name) => {
    if (name === "ground") Object.assign(state, here().start);
    if (name === "eta") state.best = 0; // or the slider would change nothing
    draw();
  });
  const follow = addHandle(pictures[0], {
    where: () => [x.at(state.u), y.at(state.v)],
    moveTo: (across, down) => {
      state.u = controls.nearest("u", x.read(across));
      state.v = controls.nearest("v", y.read(down));
      draw();
    },
    cursor: "move",
  });
  connectButtons(root, {
    "bp-reset": () => {
      Object.assign(state, start);
      draw();
    },
  });
  state.ground = limit(Math.round(state.ground), 0, data.grounds.length - 1);
  state.best = state.best ? 1 : 0;
  for (const name of ["eta", "step"]) state[name] = controls.nearest(name, state[name]);
  connectLink(root, () => ({ ...state }));
  draw();
});
