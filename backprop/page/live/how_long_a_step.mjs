// How long a step: the learning rate and the start are pulled, and the trail of twenty steps
// follows, on a parabola or in a valley.

import { connectButtons, connectControls } from "./controls.mjs";
import { beginFigures } from "./figure.mjs";
import { connectLink, readLink } from "./link.mjs";
import { NOTHING, cutLine, writeArrow, writeCircles } from "./marks.mjs";
import { addHandle } from "./pull.mjs";
import { makeScale, round } from "./scales.mjs";
import { fill } from "./sentence.mjs";

/** @import {Program, State} from "./figure.mjs" */

/**
 * Return which sentence is true of a state.
 *
 * @param {State} state
 * @param {number} factor
 */
export function chooseWords({ u, valley }, factor) {
  if (!u) return "there";
  if (valley) return "valley";
  const rounded = Math.round(factor * 1e9) / 1e9;
  if (rounded === 0) return "once";
  if (rounded === -1) return "ever";
  if (rounded > 0) return "closer";
  return rounded > -1 ? "leaps" : "away";
}

/**
 * Take steps from a place, and return every place with its loss behind it.
 *
 * @param {Program} step takes a step, and returns the loss before it
 * @param {Record<string, number>} place by names; changed in place
 * @param {number} rate
 * @param {number} steps
 */
export function runSteps(step, place, rate, steps) {
  /** @type {Record<string, number>} */
  const state = { ...place, rate };
  return Array.from({ length: steps + 1 }, () => {
    const now = Object.keys(place).map((name) => state[name]);
    return [...now, step(state).loss];
  });
}

beginFigures("how_long_a_step", ({ root, data, start, programs, pictures, set, say }) => {
  const state = readLink(location.hash, root.id, start) ?? { ...start };
  state.valley = state.valley ? 1 : 0;
  const axis = makeScale(data.eta);
  const steepness = Float64Array.from(data.steepness);
  const scales = [0, 1].map((k) => ({ x: makeScale(data.x[k]), y: makeScale(data.y[k]) }));
  const middle = () => (state.valley ? 0 : data.lowest);

  /** @param {number} eta */
  function run(eta) {
    /** @type {Record<string, number>} */
    const place = state.valley ? { w1: state.u, w2: state.u / 2 } : { w: data.lowest + state.u };
    return runSteps(programs[state.valley ? "valley" : "parabola"], place, eta, data.steps);
  }

  /**
   * Return where the places of a run lie until it rests, and where it leaves the picture.
   *
   * @param {number[][]} places
   */
  function placeRun(places) {
    const { x, y } = scales[state.valley];
    /** @type {number[][]} */
    const seen = [];
    for (const place of places) {
      const point = [x.at(place[0]), y.at(place[1])];
      const before = seen[seen.length - 1] ?? point;
      const cut = cutLine(before, point, data.box);
      if (cut[0] !== point[0] || cut[1] !== point[1]) return { seen, ends: [...seen, cut] };
      const moved = Math.hypot(point[0] - before[0], point[1] - before[1]);
      if (seen.length && moved < data.rest) break;
      seen.push(point);
    }
    return { seen, ends: seen };
  }

  function findTwin() {
    const full = 1 / data.steepness[0];
    const apart = Math.abs(state.eta - full / 2) > data.twin;
    return apart && state.eta < full && !state.valley ? full - state.eta : null;
  }

  function drawGround() {
    const { x, y } = scales[state.valley];
    const [across, up] = data.ticks[state.valley];
    const write = (/** @type {number} */ tick) => String(tick).replace("-", "−");
    across.forEach((/** @type {number} */ tick, /** @type {number} */ k) =>
      set(`tick0${k}`, { x: round(x.at(tick)), text: write(tick) }),
    );
    up.forEach((/** @type {number} */ tick, /** @type {number} */ k) =>
      set(`tick1${k}`, { y: round(y.at(tick) + 4), text: write(tick) }),
    );
    const [nameX, nameY] = data.names[state.valley];
    set("name-x", { text: nameX });
    set("name-y", { text: nameY });
    set("ground", { d: data.grounds[state.valley] });
    const [first, second] = data.answers;
    const seen = [Math.abs(state.eta - first) < data.near, state.eta > second - data.near];
    seen.forEach((near, k) => set(`note${k}`, { text: near ? data.notes[state.valley][k] : "?" }));
  }

  /**
   * @param {string} name
   * @param {number[]} place
   */
  function moveHandle(name, [x, y]) {
    for (const part of [name, `${name}-ring`]) set(part, { d: `M${round(x)} ${round(y)}h0` });
    set(`${name}-arrow`, { x: round(x), y: round(y + 4) });
  }

  function drawTwin() {
    const twin = findTwin();
    const line = data.line;
    set("ghost", { d: twin === null ? NOTHING : writeCircles(placeRun(run(twin)).seen) });
    set("twin", { d: twin === null ? NOTHING : writeCircles([[axis.at(twin), line]]) });
    set("twin-name", {
      x: round(Math.max(axis.at(twin ?? 0.5), 50)),
      text: twin === null ? "" : `as fast: ${twin.toFixed(2)}`,
    });
    moveHandle("eta", [axis.at(state.eta), line]);
    set("eta-name", { x: round(axis.at(state.eta)), text: state.eta.toFixed(2) });
  }

  /** @param {number[][]} places */
  function describe(places) {
    const [factor, flat] = programs.factors({ eta: state.eta }, steepness).result;
    const far = (/** @type {number} */ k, /** @type {number} */ i) =>
      Math.abs(places[k][i] - middle());
    const [last, steep] = [places.length - 1, state.valley];
    const words = chooseWords(state, factor);
    return fill(data.says[words], {
      eta: state.eta.toFixed(2),
      twin: (1 - state.eta).toFixed(2),
      factor,
      flat,
      distance: far(0, 0),
      across: far(0, steep),
      left: far(last, steep),
      far: far(last, 0),
    });
  }

  function draw() {
    const places = run(state.eta);
    const { seen, ends } = placeRun(places);
    drawGround();
    const arrows = ends.slice(1).map((end, k) => writeArrow(ends[k], end, 1.5));
    set("steps", { d: arrows.join("") || NOTHING });
    set("past", { d: writeCircles(seen.slice(1)) });
    moveHandle("start", seen[0]);
    drawTwin();
    say(describe(places));
    controls.follow();
    for (const follow of followers) follow();
  }

  const controls = connectControls(root, data.controls, state, draw);
  const followers = [
    addHandle(pictures[0], {
      where: () => {
        const [x, y] = placeRun(run(state.eta)).seen[0];
        return [x, y];
      },
      moveTo: (x) => {
        state.u = controls.nearest("u", scales[state.valley].x.read(x) - middle());
        draw();
      },
      cursor: "ew-resize",
    }),
    addHandle(pictures[0], {
      where: () => [axis.at(state.eta), data.line],
      moveTo: (x) => {
        state.eta = controls.nearest("eta", axis.read(x));
        draw();
      },
      cursor: "ew-resize",
    }),
  ];
  connectButtons(root, {
    "bp-reset": () => {
      Object.assign(state, start);
      draw();
    },
  });
  for (const name of ["eta", "u"]) state[name] = controls.nearest(name, state[name]);
  connectLink(root, () => ({ valley: state.valley, eta: state.eta, u: state.u }));
  draw();
});
