// The square of a + a: its border grows with a nudge, and each path that is ticked paints half.

import { connectButtons, connectControls, connectTicks } from "./controls.mjs";
import { beginFigures } from "./figure.mjs";
import { readLink } from "./link.mjs";
import { addHandle } from "./pull.mjs";
import { lineWidth, makeScale, round, writeBox, writeCurve } from "./scales.mjs";
import { fill, formatNumber } from "./sentence.mjs";

/** @typedef {[number, number, number, number]} Box left, top, width, height */

beginFigures("square_of_sum", ({ root, data, start, programs, pictures, set, say }) => {
  const state = readLink(location.hash, root.id, start) ?? { ...start };
  const [x, y] = data.middle;
  const half = data.a * data.unit;
  const rate = makeScale(data.rate);
  const { loss: area, da: truth } = programs.square({ a: data.a });
  const { dfirst, dsecond } = programs.paths({ first: data.a, second: data.a });

  /**
   * @param {string} name
   * @param {Box} box
   */
  const setBox = (name, box) => set(name, { d: writeBox(...box) });

  /** @param {number} h */
  function drawBorder(h) {
    const { path1, path2 } = state;
    const both = path1 * path2;
    const [left, right, top, bottom] = [x - half, x + half, y - half, y + half];
    setBox("path1-0", [left, top, -h * path1, 2 * half]);
    setBox("path1-1", [left, bottom, 2 * half, h * path1]);
    setBox("path2-0", [right, top, h * path2, 2 * half]);
    setBox("path2-1", [left, top, 2 * half, -h * path2]);
    const faint = [left, right].flatMap((at) => [top, bottom].map((to) => [at, to]));
    faint.forEach(([at, to], k) => {
      setBox(`faint${k}`, [at, to, at === left ? -h : h, to === top ? -h : h]);
    });
    setBox("corner0", [left, bottom, -h * path1, h * path1]);
    setBox("corner1", [right, top, h * path2, -h * path2]);
    setBox("corner2", [left, top, -h * both, -h * both]);
    setBox("corner3", [right, bottom, h * both, h * both]);
    const out = half + h;
    const [from, to, high, low] = [x - out, x + out, y - out, y + out];
    set("outline", { d: writeCurve([from, to, to, from, from], [high, high, low, low, high]) });
    const d = `M${round(to)} ${round(high)}h0`;
    set("pulled", { d });
    set("pulled-ring", { d });
    set("arrow", { x: round(to), y: round(high + 4) });
    set("pointer", { d: writeCurve([to - 4, 268], [low - 3, 258]) });
  }

  /** @param {Record<string, number>} numbers */
  function drawRates(numbers) {
    let total = 0;
    for (const [path, slope] of Object.entries({ path1: dfirst, path2: dsecond })) {
      const low = total;
      total += slope * state[path];
      const [from, to] = [rate.at(low), rate.at(total)];
      setBox(`${path}-bar`, [from, data.rows[0], to - from, data.bar]);
      set(`${path}-edge`, { "stroke-width": lineWidth(slope / 6) * state[path] });
      set(`${path}-slope`, { text: state[path] ? formatNumber(slope) : "?" });
    }
    const [to, over] = [rate.at(truth), rate.at(numbers.rate)];
    setBox("over", [to, data.rows[1], over - to, data.bar]);
    set("counted", { text: `counted ${formatNumber(total)} of ${formatNumber(truth)}` });
    set("measured", { text: `growth ÷ nudge ${formatNumber(numbers.rate)}` });
    set("corners", { text: `corners ÷ nudge ${formatNumber(numbers.over)}` });
    return total;
  }

  function draw() {
    const { h, path1, path2 } = state;
    const growth = programs.square({ a: data.a + h }).loss - area;
    // The corners together are a square of h + h.
    const corners = programs.square({ a: h }).loss;
    const numbers = { h, growth, rate: growth / h, truth, corners, over: corners / h };
    drawBorder(h * data.unit);
    const counted = drawRates(numbers);
    set("note", { text: data.notes[path1 + path2] });
    const kind = ["none", "one", "both"][path1 + path2];
    const paths = { first: dfirst, second: dsecond, counted, k: path1 ? "1" : "2" };
    say(fill(`${data.sentences.grown} ${data.sentences[kind]}`, { ...numbers, ...paths }));
    controls.follow();
    followTicks();
    followHandle();
  }

  const controls = connectControls(root, data.controls, state, draw);
  const followTicks = connectTicks(root, state, draw);
  const followHandle = addHandle(pictures[0], {
    where: () => [x + half + state.h * data.unit, y - half - state.h * data.unit],
    moveTo: (across, up) => {
      state.h = controls.nearest("h", ((across - x + y - up) / 2 - half) / data.unit);
      draw();
    },
    cursor: "nesw-resize",
  });
  connectButtons(root, {
    "bp-reset": () => {
      Object.assign(state, start);
      draw();
    },
  });
  for (const path of ["path1", "path2"]) state[path] = Number(state[path] !== 0);
  state.h = controls.nearest("h", state.h);
  draw();
});
