// Two bends make a hump: two pieces and their sum are pulled; squares, bar and network follow.

import { connectButtons, connectControls } from "./controls.mjs";
import { beginFigures } from "./figure.mjs";
import { connectLink, readLink } from "./link.mjs";
import { addHandle } from "./pull.mjs";
import { limit, lineWidth, makeScale, round, writeBox, writeCurve } from "./scales.mjs";
import { fill, formatNumber } from "./sentence.mjs";

const WORDS = [
  ["w₃ falls late", "w₃ flat", "w₃ rises late"],
  ["w₄ rises early", "w₄ flat", "w₄ falls early"],
];

/**
 * Return what a curve does, and the number of the point where it turns.
 *
 * @param {number[]} curve
 * @returns {[string, number]}
 */
export function findShape(curve) {
  const [top, bottom, last] = [Math.max(...curve), Math.min(...curve), curve.length - 1];
  const [from, to] = [curve[0], curve[last]];
  if (top - bottom < 0.01) return ["level", 0];
  if (Math.min(top - from, top - to) > 0.01) return ["hump", curve.indexOf(top)];
  if (Math.min(from, to) - bottom > 0.01) return ["dip", curve.indexOf(bottom)];
  return [to > from ? "rises" : "falls", 0];
}

/**
 * Move places apart, so that names at them do not cover each other.
 *
 * @param {number[]} places
 * @param {number} floor
 */
export function spacePlaces(places, floor, least = 17) {
  const order = places.map((_, k) => k).sort((a, b) => places[a] - places[b] || a - b);
  const spaced = [...places];
  order.slice(1).forEach((k, i) => {
    spaced[k] = Math.max(spaced[k], spaced[order[i]] + least);
  });
  const over = Math.max(0, spaced[order[order.length - 1]] - floor);
  return spaced.map((place) => place - over);
}

beginFigures("two_bends", ({ root, data, start, programs, pictures, set, say }) => {
  const state = readLink(location.hash, root.id, start) ?? { ...start };
  const x = makeScale(data.scales.x);
  const y = makeScale(data.scales.y);
  const bar = makeScale(data.scales.bar);
  const [low, high] = data.scales.y;
  const [grid, points] = [data.grid, data.x].map((row) => Float64Array.from(row));
  const handles = Float64Array.from(data.handles);
  const observed = Float64Array.from(data.observed);
  const place = (/** @type {number} */ value) => y.at(limit(value, low, high));

  /**
   * @param {string} name
   * @param {Float64Array} at
   * @returns {number[][]} the first piece, the second one, and their sum
   */
  function computePieces(name, at) {
    const { result } = programs[name](state, at);
    return [0, 1, 2].map((k) => [...result.subarray(k * at.length, (k + 1) * at.length)]);
  }

  function drawCurves() {
    const curves = computePieces("curves", grid);
    const pulled = computePieces("places", handles);
    const along = Array.from(grid, x.at);
    const names = [WORDS[0][Math.sign(state.w3) + 1], WORDS[1][Math.sign(state.w4) + 1]];
    const ends = curves.map((curve) => place(curve[curve.length - 1]));
    const spaced = spacePlaces(ends, data.scales.y[2]);
    curves.forEach((curve, k) => {
      set(`curve${k}`, { d: writeCurve(along, curve.map(place)) });
      set(`name${k}`, { y: round(spaced[k] + 4), text: names[k] ?? "their sum" });
      const d = `M${round(x.at(handles[k]))} ${round(place(pulled[k][k]))}h0`;
      set(`arrow${k}`, { y: round(place(pulled[k][k]) + 4) });
      set(`handle${k}`, { d });
      set(`handle${k}-ring`, { d });
    });
    return curves[2];
  }

  function drawSquares() {
    const { loss } = programs.loss(state, points, observed);
    const predicted = computePieces("predictions", points)[2];
    const unit = Math.abs(y.at(1) - y.at(0));
    const stack = (/** @type {number} */ value) => bar.at(Math.min(value, data.scales.bar[1]));
    const squares = predicted.map((guess, k) => (observed[k] - guess) ** 2);
    let total = 0;
    predicted.forEach((guess, k) => {
      const [dose, effect] = [x.at(points[k]), y.at(observed[k])];
      const side = unit * Math.abs(observed[k] - guess);
      const left = points[k] === 1 ? dose - side : dose;
      set(`square${k}`, { d: writeBox(left, Math.min(effect, y.at(guess)), side, side) });
      set(`residual${k}`, { d: writeCurve([dose, dose], [effect, y.at(guess)]) });
      const below = stack(total);
      total += squares[k];
      set(`bar${k}`, { d: writeBox(data.bar[0], below, data.bar[1], stack(total) - below) });
    });
    set("total", { y: round(stack(loss) - 6), text: formatNumber(loss) });
    return { loss, squares };
  }

  /** @param {number[]} sum */
  function drawNetwork(sum) {
    for (const [name, label] of [
      ["w3", "w₃"],
      ["w4", "w₄"],
    ]) {
      const dashes = state[name] < 0 ? "5 4" : "none";
      set(name, { "stroke-width": lineWidth(state[name]), "stroke-dasharray": dashes });
      set(`${name}-label`, { text: `${label} ${formatNumber(state[name])}` });
    }
    set("b3", { text: `b₃ ${formatNumber(state.b3)}` });
    const [cx, cy] = data.out;
    const [bottom, top] = [Math.min(...sum), Math.max(...sum)];
    const across = makeScale([0, 1, cx - 15, cx + 15]);
    const up = makeScale([bottom, Math.max(top, bottom + 1e-3), cy + 11, cy - 11]);
    const few = sum.filter((_, k) => k % 4 === 0);
    const d = writeCurve(
      few.map((_, k) => across.at(grid[4 * k])),
      few.map(up.at),
    );
    set("sum", { d });
  }

  function draw() {
    const sum = drawCurves();
    const { loss, squares } = drawSquares();
    drawNetwork(sum);
    const [shape, turn] = findShape(sum);
    const numbers = { ssr: loss, at: grid[turn], q1: squares[0], q2: squares[1], q3: squares[2] };
    say(fill(`${data.shapes[shape]} ${data.squares}`, numbers));
    controls.follow();
    for (const follow of places) follow();
  }

  const controls = connectControls(root, data.controls, state, draw);
  // A piece at its far end is its weight times the unit there; the sum is lifted by its bias.
  const places = ["w3", "w4", "b3"].map((name, k) =>
    addHandle(pictures[0], {
      where: () => [x.at(handles[k]), place(computePieces("places", handles)[k][k])],
      moveTo: (_, to) => {
        const now = computePieces("places", handles)[k][k];
        const unit = name === "b3" ? 1 : programs.units(state, handles).result[4 * k];
        state[name] = controls.nearest(name, state[name] + (y.read(to) - now) / unit);
        draw();
      },
    }),
  );
  connectButtons(root, {
    "bp-reset": () => {
      Object.assign(state, start);
      draw();
    },
  });
  for (const name of ["w3", "w4", "b3"]) state[name] = controls.nearest(name, state[name]);
  connectLink(root, () => ({ w3: state.w3, w4: state.w4, b3: state.b3 }));
  draw();
});
