// A map of starts: a pin is dropped, and gradient descent runs from there, step by step, with the
// program that the engine wrote.

import { connectButtons, connectControls } from "./controls.mjs";
import { beginFigures } from "./figure.mjs";
import { connectLink, readLink } from "./link.mjs";
import { addHandle } from "./pull.mjs";
import { limit, makeScale, round, writeCurve } from "./scales.mjs";
import { fill, formatNumber } from "./sentence.mjs";

/** @import {Program, State} from "./figure.mjs" */

/**
 * Run gradient descent until it has arrived or is out of steps.
 *
 * @param {Program} descend takes a step, and returns the loss before it
 * @param {State} network changed in place
 * @param {Float64Array[]} points
 * @param {{steps: number, arrived: number, done: number}} rules
 */
export function runDescent(descend, network, points, { steps, arrived, done }) {
  const losses = [];
  let at = -1;
  while (losses.length <= steps && !(losses[losses.length - 1] < done)) {
    const { loss } = descend(network, ...points);
    if (at < 0 && loss < arrived) at = losses.length;
    losses.push(loss);
  }
  return { losses, arrived: at };
}

/**
 * Return which sentence is true of a run.
 *
 * @param {State} state
 * @param {State} network where it ended
 * @param {{losses: number[], arrived: number}} run
 * @param {{level: number, rests: number}} rules the SSR of the level line, and how near it a run rests
 */
export function chooseWords(state, network, { losses, arrived }, { level, rests }) {
  if (arrived >= 0) return "arrived";
  if (state.twins && state.w1 === state.w2) return "twins";
  const isLevel = Math.abs(losses[losses.length - 1] - level) < rests;
  return isLevel && network.w3 > 0 && network.w4 > 0 ? "smile" : "late";
}

beginFigures("map_of_starts", ({ root, data, start, programs, pictures, set, say }) => {
  const state = readLink(location.hash, root.id, start) ?? { ...start };
  state.twins = state.twins ? 1 : 0;
  const [x, y, fitX, fitY, log, ssr] = ["x", "y", "fitX", "fitY", "log", "ssr"].map((name) =>
    makeScale(data.scales[name]),
  );
  const [points, grid] = [[data.x, data.observed], [data.grid]].map((rows) =>
    rows.map((row) => Float64Array.from(row)),
  );
  const along = data.grid.map(fitX.at);

  /** @param {State} network */
  function writeFit(network) {
    const [low, high] = data.scales.fitY;
    const { result } = programs.curve(network, grid[0]);
    return writeCurve(
      along,
      Array.from(result, (value) => fitY.at(limit(Number(value), low, high))),
    );
  }

  function drawRun() {
    const [w3, w4] = data.outgoing[state.twins];
    const { rate } = data.rules;
    const network = { w1: state.w1, b1: 0, w2: state.w2, b2: 0, w3, w4, b3: 0, rate };
    set("before", { d: writeFit(network) });
    const run = runDescent(programs.descend, network, points, data.rules);
    set("after", { d: writeFit(network) });
    const last = run.losses.length - 1;
    const marks = [...data.marks.filter((/** @type {number} */ mark) => mark < last), last];
    const places = marks.map((mark) => log.at(Math.log10(mark + 1)));
    const heights = marks.map((mark) => ssr.at(limit(run.losses[mark], 0, data.scales.ssr[1])));
    const [right, top] = [places[marks.length - 1], heights[marks.length - 1]];
    set("losses", { d: writeCurve(places, heights) });
    for (const name of ["last", "last-ring"]) set(name, { d: `M${round(right)} ${round(top)}h0` });
    const reached = run.losses[last];
    set("reached", { x: round(right + 2), y: round(top - 10), text: formatNumber(reached) });
    const words = chooseWords(state, network, run, data.rules);
    const steps = run.arrived.toLocaleString("en-GB");
    say(fill(data.says[words], { w1: state.w1, w2: state.w2, steps, ssr: reached }));
  }

  function draw() {
    for (const [name, d] of Object.entries(data.maps[state.twins])) set(name, { d });
    set("note", { text: data.notes[state.twins] });
    const d = `M${round(x.at(state.w1))} ${round(y.at(state.w2))}h0`;
    for (const name of ["pin", "pin-ring"]) set(name, { d });
    drawRun();
    controls.follow();
    follow();
  }

  /**
   * @param {number} across
   * @param {number} up
   */
  function dropPin(across, up) {
    state.w1 = controls.nearest("w1", x.read(across));
    state.w2 = controls.nearest("w2", y.read(up));
    draw();
  }

  const controls = connectControls(root, data.controls, state, draw);
  const follow = addHandle(pictures[0], {
    where: () => [x.at(state.w1), y.at(state.w2)],
    moveTo: dropPin,
    cursor: "move",
  });
  const plane = pictures[0].parentElement;
  plane?.addEventListener("click", ({ clientX, clientY, target }) => {
    if (target instanceof Element && target.matches(".bp-handle")) return;
    const box = pictures[0].getBoundingClientRect();
    const { width, height } = pictures[0].viewBox.baseVal;
    const place = [
      ((clientX - box.left) / box.width) * width,
      ((clientY - box.top) / box.height) * height,
    ];
    const [left, right] = data.scales.x.slice(2);
    const [bottom, top] = data.scales.y.slice(2);
    const edge = 5;
    if (place[0] < left - edge || place[0] > right + edge) return;
    if (place[1] < top - edge || place[1] > bottom + edge) return;
    dropPin(place[0], place[1]);
  });
  connectButtons(root, {
    "bp-reset": () => {
      Object.assign(state, start);
      draw();
    },
  });
  for (const name of ["w1", "w2"]) state[name] = controls.nearest(name, state[name]);
  connectLink(root, () => ({ w1: state.w1, w2: state.w2, twins: state.twins }));
  draw();
});
