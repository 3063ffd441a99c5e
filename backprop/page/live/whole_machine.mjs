// The whole machine: forward, backward, step and zero as four buttons. What each does to the state
// is what backprop/show/live/machine.py does with the engine.

import { connectButtons, connectControls } from "./controls.mjs";
import { beginFigures } from "./figure.mjs";
import { connectLink, readLink } from "./link.mjs";
import { drawMachine } from "./machine/picture.mjs";
import { addHandle } from "./pull.mjs";
import { limit, makeScale } from "./scales.mjs";
import { fill } from "./sentence.mjs";

/** @import {Figure, State} from "./figure.mjs" */

const ROUNDS = 100;
const stale = { fresh: 0, graph: 0 };

/**
 * Return the parameters by the names that the programs have for them.
 *
 * @param {State} state
 */
function splitParameters({ p, units }) {
  const row = Float64Array.from(p);
  const part = (/** @type {number} */ k) => row.subarray(k * units, (k + 1) * units);
  return { w: part(0), b: part(1), v: part(2), c: row[3 * units] };
}

/**
 * Return what each button does to a state, and what else the figure asks of its programs.
 *
 * @param {Figure} figure
 */
function makeMachine({ programs, data }) {
  const grid = Float64Array.from(data.grid);

  /**
   * @param {State} state
   * @param {string} name
   * @param {Float64Array} at
   */
  const compute = (state, name, at) =>
    [...programs[`${name}${state.units}`](splitParameters(state), at).result].map(Number);

  /** @param {State} state */
  function evaluate(state) {
    const given = [state.x, state.y].map((row) => Float64Array.from(row));
    return programs[`${state.loss}${state.units}`](splitParameters(state), ...given);
  }

  /** @type {Record<string, (state: State) => State>} */
  const buttons = {
    forward: (state) => ({
      seen: compute(state, "points", Float64Array.from(state.x)).slice(0, state.x.length),
      fresh: 1,
      graph: 1,
      act: "forward",
    }),
    backward: (state) => {
      if (!state.graph) return { act: "early" };
      const { dw, db, dv, dc } = evaluate(state);
      const gradient = [...dw, ...db, ...dv, dc];
      const old = state.g;
      return {
        g: gradient.map((slope, k) => slope + (old[k] ?? 0)),
        graph: 0,
        used: 0,
        act: old.length ? "added" : "backward",
      };
    },
    step: (state) => {
      if (!state.g.length) return { act: "nothing" };
      /** @type {string[]} */
      const kept = data.kept[state.optimiser];
      const [p, m] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
      state.p.forEach((/** @type {number} */ value, /** @type {number} */ k) => {
        /** @type {State} */
        const own = { p: value, rate: state.eta };
        kept.forEach((name, i) => (own[`${name}_p`] = state.m[k * kept.length + i] ?? 0));
        programs[state.optimiser](own, state.g[k]);
        p.push(own.p);
        m.push(...kept.map((name) => own[`${name}_p`]));
      });
      const act = state.used ? "old" : "step";
      return { p, m, fresh: 0, graph: 0, used: 1, steps: state.steps + 1, act };
    },
    zero: () => ({ g: [], used: 0, act: "zero" }),
  };
  return { buttons, curves: (/** @type {State} */ state) => compute(state, "curves", grid) };
}

/**
 * Return whether a state from a link fits together, and mend what does not.
 *
 * @param {State} state
 * @param {State} start
 * @param {any} data
 */
function mend(state, start, data) {
  for (const { name, values } of data.controls.slice(0, 3)) {
    if (!values.includes(state[name])) state[name] = start[name];
  }
  const count = 3 * state.units + 1;
  if (state.p.length !== count) state.p = [...data.starts[state.units]];
  if (state.g.length !== count) state.g = [];
  if (state.m.length !== count * data.kept[state.optimiser].length) state.m = [];
  if (state.seen.length !== state.x.length) Object.assign(state, { seen: [], ...stale });
  if (state.x.length !== 3 || state.y.length !== 3)
    Object.assign(state, { x: start.x, y: start.y });
  if (!Object.hasOwn(data.sentences, state.act)) state.act = "changed";
  const empty = !state.g.length && ["backward", "added", "rate"].includes(state.act);
  if (empty || (!state.seen.length && ["forward", "rounds"].includes(state.act))) {
    state.act = "changed";
  }
  return state;
}

beginFigures("whole_machine", (figure) => {
  const { root, data, start, pictures, say } = figure;
  const machine = makeMachine(figure);
  const state = mend(
    readLink(location.hash, root.id, start) ?? structuredClone(start),
    start,
    data,
  );
  const [x, y] = [makeScale(data.scales.x), makeScale(data.scales.y)];

  function draw() {
    const after = state.g.length ? { ...state, ...machine.buttons.step(state) } : null;
    const next = after && { p: after.p, curves: machine.curves(after) };
    root.classList.toggle("bp-full", state.units > 2);
    const numbers = drawMachine(figure, state, machine.curves(state), next);
    say(
      fill(data.sentences[state.act], {
        ...numbers,
        eta: String(state.eta),
        optimiser: data.optimisers[state.optimiser],
      }),
    );
    state.y.forEach((/** @type {number} */ height, /** @type {number} */ k) => {
      state[`y${k}`] = height;
    });
    controls.follow();
    for (const follow of handles) follow();
    if (python instanceof HTMLDetailsElement && python.open) writePython();
  }

  /** @param {State} change */
  function apply(change) {
    Object.assign(state, change);
    draw();
  }

  const forget = { seen: [], ...stale, g: [], m: [], used: 0, steps: 0, act: "changed" };
  const controls = connectControls(root, data.controls, state, (name) => {
    if (name === "units") apply({ ...forget, p: [...data.starts[state.units]] });
    else if (name === "optimiser" || name === "eta") {
      if (name !== "eta") state.m = [];
      apply({ act: state.g.length ? "rate" : "waits" });
    } else if (name === "loss") apply({ seen: [], ...stale, g: [], used: 0, act: "changed" });
    else {
      const k = Number(name.slice(1));
      movePoint(k, state.x[k], state[name]);
    }
  });

  /**
   * @param {number} k
   * @param {number} across
   * @param {number} up
   */
  function movePoint(k, across, up) {
    const whole = (/** @type {number} */ value) => Math.round(value * 100) / 100;
    const [xs, ys] = [[...state.x], [...state.y]];
    [xs[k], ys[k]] = [whole(limit(across, 0, 1)), whole(limit(up, -0.8, 1.6))];
    apply({ x: xs, y: ys, seen: [], ...stale, act: "changed" });
  }

  const handles = start.x.map((/** @type {number} */ _, /** @type {number} */ k) =>
    addHandle(pictures[0], {
      where: () => [x.at(state.x[k]), y.at(state.y[k])],
      moveTo: (across, up) => movePoint(k, x.read(across), y.read(up)),
      cursor: "move",
    }),
  );

  const python = root.querySelector(".bp-python");
  function writePython() {
    const { w, b, v, c } = splitParameters(state);
    const list = (/** @type {ArrayLike<number>} */ row) => `[${Array.from(row).join(", ")}]`;
    const text = fill(data.python, {
      ...data.groups[state.units],
      x: list(state.x),
      y: list(state.y),
      w: list(w),
      b: list(b),
      v: list(v),
      c: String(c),
      eta: String(state.eta),
      loss: data.written[state.loss],
      optimiser: data.written[state.optimiser],
    });
    const shown = python?.querySelector("pre");
    if (shown) shown.textContent = text;
  }
  python?.addEventListener("toggle", writePython);

  const press = (/** @type {string} */ name) => () => apply(machine.buttons[name](state));
  connectButtons(root, {
    "bp-forward": press("forward"),
    "bp-backward": press("backward"),
    "bp-step": press("step"),
    "bp-zero": press("zero"),
    "bp-rounds": () => {
      for (let round = 0; round < ROUNDS; round++) {
        for (const name of ["zero", "forward", "backward", "step"]) {
          Object.assign(state, machine.buttons[name](state));
        }
      }
      Object.assign(state, machine.buttons.forward(state));
      apply({ g: [], used: 0, act: "rounds" });
    },
    "bp-reset": () => apply(structuredClone(start)),
  });
  connectLink(root, () => Object.fromEntries(Object.keys(start).map((key) => [key, state[key]])));
  draw();
});
