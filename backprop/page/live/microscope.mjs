// A microscope for curves: the frame is pulled and made smaller, and the picture beside it holds
// what the frame holds.

import { connectButtons, connectControls } from "./controls.mjs";
import { beginFigures } from "./figure.mjs";
import { connectLink, readLink } from "./link.mjs";
import { addHandle } from "./pull.mjs";
import { cutCurve, makeScale, round, writeBox, writeCurve } from "./scales.mjs";
import { fill, formatNumber } from "./sentence.mjs";

/** @import {Scale} from "./scales.mjs" */

/**
 * Return which sentence is true: of a curve, at a point so far from the kink, in a frame.
 *
 * @param {number} curve
 * @param {number} away
 * @param {number} half of the frame's width
 * @param {number} times the magnification
 */
export function chooseWords(curve, away, half, times) {
  if (!curve) return times === 2 ? "first" : "smooth";
  if (away < 1e-9) return "kink";
  return away < half ? "near" : "straight";
}

beginFigures("microscope", ({ root, data, start, programs, pictures, set, say }) => {
  const state = readLink(location.hash, root.id, start) ?? { ...start };
  state.curve = state.curve ? 1 : 0;
  const x = makeScale(data.x);
  const [left, top, right, bottom] = data.box;
  const [points, observed] = [data.points, data.observed].map((row) => Float64Array.from(row));
  const far = data.grid.map(x.at);
  const near = data.shares.map(
    (/** @type {number} */ share) => (left + right + share * (right - left)) / 2,
  );

  /**
   * Return the height of the curve at a place, and its slope.
   *
   * @param {number} at
   */
  function measure(at) {
    if (state.curve) {
      const { loss, dx } = programs.distance({ x: at });
      return [loss, dx];
    }
    const { loss, db3 } = programs.ssr({ b3: at }, points, observed);
    return [loss, db3];
  }

  /** @param {number} half */
  function findGap(half) {
    const [height, slope] = measure(state.at);
    const gaps = [-half, half].map((h) => Math.abs(measure(state.at + h)[0] - height - slope * h));
    return Math.max(...gaps);
  }

  /**
   * @param {string} name
   * @param {number[]} xs
   * @param {number[]} heights
   * @param {Scale} y
   */
  const setCurve = (name, xs, heights, y) =>
    set(name, { d: cutCurve(xs, heights.map(y.at), top, bottom) });

  const limits = () => data.y[state.curve];
  const frame = () => ({
    width: (x.at(1) - x.at(0)) * (2 / state.times),
    height: (bottom - top) / state.times / 2,
  });

  /** @param {boolean} kink */
  function drawCurve(kink) {
    const y = makeScale(limits());
    const [height, slope] = measure(state.at);
    const line = data.grid.map((/** @type {number} */ at) => height + slope * (at - state.at));
    setCurve("tangent", far, line, y);
    setCurve(
      "curve",
      far,
      data.grid.map((/** @type {number} */ at) => measure(at)[0]),
      y,
    );
    set("tangent", { display: kink ? "none" : "inline" });
    data.ticks[state.curve].forEach((/** @type {number} */ tick, /** @type {number} */ k) =>
      set(`tick${k}`, { text: tick }),
    );
    ["name-x", "name-y"].forEach((name, k) => set(name, { text: data.names[state.curve][k] }));
    const [across, up, size] = [x.at(state.at), y.at(height), frame()];
    set("frame", {
      d: writeBox(across - size.width, up - size.height, 2 * size.width, 2 * size.height),
    });
    const d = `M${round(across)} ${round(up)}h0`;
    set("point", { d });
    set("point-ring", { d });
    return [across, up];
  }

  /**
   * @param {boolean} kink
   * @param {number} half
   * @returns {number} how far curve and tangent are apart at the right edge, in pixels
   */
  function drawFrame(kink, half) {
    const [low, high, from, to] = limits();
    const [height, slope] = measure(state.at);
    const tall = (high - low) / 2 / state.times;
    const y = makeScale([height - tall, height + tall, from, to]);
    const heights = data.shares.map(
      (/** @type {number} */ share) => measure(state.at + half * share)[0],
    );
    const line = data.shares.map((/** @type {number} */ share) => height + slope * half * share);
    setCurve("tangent-near", near, line, y);
    setCurve("curve-near", near, heights, y);
    set("tangent-near", { display: kink ? "none" : "inline" });
    const ends = [line, heights].map((row) => y.at(row[row.length - 1]));
    set("gap", { d: writeCurve([right - 5, right - 5], kink ? [0, 0] : ends) });
    set("edge-left", { text: `−${formatNumber(half)}` });
    set("edge-middle", { text: formatNumber(state.at) });
    set("edge-right", { text: `+${formatNumber(half)}` });
    set("times", { text: `in the frame, ×${state.times}` });
    return Math.abs(ends[0] - ends[1]);
  }

  /** @type {number[]} */
  let place = [];

  function draw() {
    const [half, away] = [2 / state.times, Math.abs(state.at - data.kink)];
    const kind = chooseWords(state.curve, away, half, state.times);
    place = drawCurve(kind === "kink");
    const apart = drawFrame(kind === "kink", half);
    const gap = findGap(half);
    set("note", { text: !state.curve && apart < 1 ? data.same : data.notes[kind] });
    set("gap-word", { text: state.curve ? "" : `gap ${formatNumber(gap)}` });
    const slope = measure(state.at)[1];
    const words = { times: String(state.times), before: String(state.times / 2) };
    const numbers = { half, at: state.at, away, slope, gap, wider: findGap(2 * half) };
    say(fill(data.says[kind], { ...words, ...numbers }));
    controls.follow();
    followHandle();
  }

  const controls = connectControls(root, data.controls, state, draw);
  const followHandle = addHandle(pictures[0], {
    where: () => [place[0], place[1]],
    moveTo: (across) => {
      state.at = controls.nearest("at", x.read(across));
      draw();
    },
    cursor: "ew-resize",
  });
  connectButtons(root, {
    "bp-reset": () => {
      Object.assign(state, start);
      draw();
    },
  });
  for (const name of ["at", "times"]) state[name] = controls.nearest(name, state[name]);
  connectLink(root, () => ({ curve: state.curve, at: state.at, times: state.times }));
  draw();
});
