// Turn the border: a neuron of two inputs, whose arrow is pulled at its tip to turn its border, and
// at its tail to shift it.

import { connectButtons, connectControls } from "./controls.mjs";
import { beginFigures } from "./figure.mjs";
import { readLink } from "./link.mjs";
import { NOTHING, writeArrow, writeCircle } from "./marks.mjs";
import { addHandle } from "./pull.mjs";
import { limit, makeScale, round, writeCurve } from "./scales.mjs";
import { fill } from "./sentence.mjs";

/**
 * Return what of a polygon lies where the z of a neuron is positive.
 *
 * @param {number[][]} corners
 * @param {(x: number, y: number) => number} measure returns z
 */
export function clipHalfPlane(corners, measure) {
  /** @type {number[][]} */
  const kept = [];
  corners.forEach((end, k) => {
    const begin = corners[(k || corners.length) - 1];
    const [z0, z1] = [measure(begin[0], begin[1]), measure(end[0], end[1])];
    if (z0 > 0 !== z1 > 0) {
      const share = z0 / (z0 - z1);
      kept.push([0, 1].map((axis) => begin[axis] + share * (end[axis] - begin[axis])));
    }
    if (z1 > 0) kept.push(end);
  });
  return kept;
}

beginFigures("turn_border", ({ root, data, start, programs, pictures, set, say }) => {
  const state = readLink(location.hash, root.id, start) ?? { ...start };
  state.dots = limit(Math.round(state.dots), 0, data.names.length - 1);
  let shift = state.shift; // as it was before a slider changed it
  const [x, y] = [makeScale(data.x), makeScale(data.y)];
  const [left, top, right, bottom] = data.box;
  const frame = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
  const direction = () => {
    const turn = (state.angle * Math.PI) / 180;
    return [Math.cos(turn), Math.sin(turn)];
  };

  function findNeuron() {
    const [w1, w2] = direction().map((part) => data.length * part);
    return { w1, w2, b: -(w1 * state.x + w2 * state.y) };
  }

  /**
   * @param {number} x1
   * @param {number} x2
   */
  const measure = (x1, x2) => programs.neuron({ ...findNeuron(), x1, x2 }).loss;

  /** @param {number[][]} points */
  const writeLines = (points) =>
    points.length > 1
      ? writeCurve(
          points.map(([across]) => across),
          points.map(([, down]) => down),
        )
      : NOTHING;

  function drawPlane() {
    const atPlace = (/** @type {number} */ across, /** @type {number} */ down) =>
      measure(x.read(across), y.read(down));
    const kept = clipHalfPlane(frame, atPlace);
    const ends = kept.filter(([across, down]) => Math.abs(atPlace(across, down)) < 1e-9);
    set("shade", { d: kept.length ? `${writeLines(kept)}Z` : NOTHING });
    set("border", { d: writeLines(ends.slice(0, 2)) });
  }

  function drawDots() {
    let rightly = 0;
    data.corners.forEach((/** @type {number[]} */ [x1, x2], /** @type {number} */ k) => {
      const filled = data.filled[state.dots].includes(k);
      const isRight = measure(x1, x2) > 0 === filled;
      rightly += Number(isRight);
      set(`dot${k}`, { d: filled ? writeCircle([x.at(x1), y.at(x2)], data.dot) : NOTHING });
      set(`mark${k}`, { text: isRight ? "" : "✗" });
    });
    return rightly;
  }

  /**
   * @param {number} ahead of the tail, along the arrow
   * @returns {[number, number]}
   */
  function findPlace(ahead) {
    const [across, up] = direction();
    return [x.at(state.x + ahead * across), y.at(state.y + ahead * up)];
  }
  const findTail = () => findPlace(0);
  const findTip = () => findPlace(data.grip);

  function drawArrow() {
    set("arrow", { d: writeArrow(findTail(), findPlace(data.reach), 3) });
    for (const [name, place] of /** @type {[string, number[]][]} */ ([
      ["tail", findTail()],
      ["tip", findTip()],
    ])) {
      const d = `M${round(place[0])} ${round(place[1])}h0`;
      set(name, { d });
      set(`${name}-ring`, { d });
    }
  }

  function draw() {
    const { w1, w2, b } = findNeuron();
    drawPlane();
    drawArrow();
    const number = (/** @type {number} */ value) =>
      value.toFixed(2).replace("-", "−").replace("−0.00", "0.00");
    const sign = (/** @type {number} */ value) => (value < -0.005 ? "−" : "+");
    say(
      fill(data.says, {
        w1: number(w1),
        plus2: sign(w2),
        w2: number(Math.abs(w2)),
        plusb: sign(b),
        b: number(Math.abs(b)),
        dots: data.names[state.dots],
        right: String(drawDots()),
      }),
    );
    controls.follow();
    followTail();
    followTip();
  }

  /** Keep how far the border is from the middle of the dots. */
  function measureShift() {
    const [across, up] = direction();
    shift = state.shift = round(((state.x - 0.5) * across + (state.y - 0.5) * up) * 10) / 10;
  }

  const controls = connectControls(root, data.controls, state, (name) => {
    if (name === "shift") {
      const [across, up] = direction();
      state.x += (state.shift - shift) * across;
      state.y += (state.shift - shift) * up;
      shift = state.shift;
    } else measureShift();
    draw();
  });
  const followTip = addHandle(pictures[0], {
    where: findTip,
    moveTo: (across, down) => {
      const turn = Math.atan2(y.read(down) - state.y, x.read(across) - state.x);
      state.angle = (Math.round((turn * 180) / Math.PI) + 360) % 360;
      measureShift();
      draw();
    },
    cursor: "grab",
  });
  const followTail = addHandle(pictures[0], {
    where: findTail,
    moveTo: (across, down) => {
      state.x = limit(x.read(across), -0.5, 1.5);
      state.y = limit(y.read(down), -0.4, 1.4);
      measureShift();
      draw();
    },
    cursor: "move",
  });
  connectButtons(root, {
    "bp-reset": () => {
      Object.assign(state, start);
      shift = state.shift;
      draw();
    },
  });
  draw();
});
