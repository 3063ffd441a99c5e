// Lift the curve: squares, the point on the parabola, and the bars that add up to its slope.

import { connectButtons, connectControls } from "./controls.mjs";
import { beginFigures } from "./figure.mjs";
import { connectLink, readLink } from "./link.mjs";
import { addHandle } from "./pull.mjs";
import { limit, makeScale, round, writeBox, writeCurve } from "./scales.mjs";
import { fill, formatNumber } from "./sentence.mjs";

/**
 * Say which points pull a curve up, and which pull it down.
 *
 * @param {number[]} pulls
 */
export function describePulls(pulls) {
  const places = pulls.map((_, k) => k + 1);
  const up = places.filter((k) => pulls[k - 1] < 0);
  const down = places.filter((k) => pulls[k - 1] >= 0);
  if (!up.length || !down.length) return `All three points pull ${up.length ? "up" : "down"}.`;
  const say = (/** @type {number[]} */ few, /** @type {string} */ where) =>
    few.length > 1 ? `oints ${few.join(" and ")} pull ${where}` : `oint ${few[0]} pulls ${where}`;
  return `P${say(up, "up")}, p${say(down, "down")}.`;
}

/**
 * Write numbers as a sum.
 *
 * @param {number[]} numbers
 */
export function writeSum([first, ...others]) {
  const added = others.map(
    (number) => ` ${number < 0 ? "−" : "+"} ${formatNumber(Math.abs(number))}`,
  );
  return formatNumber(first) + added.join("");
}

beginFigures("lift_curve", ({ root, data, start, programs, pictures, set, say }) => {
  const state = readLink(location.hash, root.id, start) ?? structuredClone(start);
  const {
    x,
    y,
    lift,
    ssr,
    slope: far,
    near,
  } = Object.fromEntries(
    Object.entries(data.scales).map(([name, ends]) => [name, makeScale(ends)]),
  );
  const [observed, grid, points] = [data.observed, data.grid, data.x].map((row) =>
    Float64Array.from(row),
  );
  const most = data.scales.ssr[1];

  /**
   * @param {string} program
   * @param {Float64Array} at
   * @returns {Float64Array} the curve without b₃
   */
  const bend = (program, at) => programs[program](data.shapes[state.shape], at).result;

  /** @param {number} b3 */
  const measure = (b3) => programs.loss({ b3 }, bend("points", points), observed);

  /** @param {number[]} pulls */
  function drawFit(pulls) {
    const predicted = [...bend("points", points)].map((bent) => bent + state.b3);
    const curve = [...bend("curve", grid)].map((bent) => bent + state.b3);
    const unit = Math.abs(y.at(1) - y.at(0));
    predicted.forEach((guess, k) => {
      const [dose, effect] = [x.at(points[k]), y.at(observed[k])];
      const side = unit * Math.abs(observed[k] - guess);
      const left = points[k] === 1 ? dose - side : dose;
      set(`square${k}`, { d: writeBox(left, Math.min(effect, y.at(guess)), side, side) });
      set(`residual${k}`, { d: writeCurve([dose, dose], [effect, y.at(guess)]) });
      set(`label${k}`, { y: round(effect + (guess > observed[k] ? 20 : -10)) });
      set(`pull${k}`, {
        y: round((effect + y.at(guess)) / 2 + 5),
        text: `${pulls[k] < 0 ? "↑" : "↓"} ${formatNumber(pulls[k])}`,
      });
    });
    set("curve", { d: writeCurve([...grid].map(x.at), curve.map(y.at)) });
    const [across, up] = [x.at(grid[data.handle]), y.at(curve[data.handle])];
    setDot("lifted", across, up);
    set("arrow", { y: round(up + 4) });
    return [across, up];
  }

  /**
   * @param {string} name
   * @param {number} across
   * @param {number} up
   */
  function setDot(name, across, up) {
    const d = `M${round(across)} ${round(up)}h0`;
    set(name, { d });
    set(`${name}-ring`, { d });
  }

  /**
   * @param {number} loss
   * @param {number} slope
   * @param {number} next
   */
  function drawParabola(loss, slope, next) {
    const inside = data.lifts
      .map((/** @type {number} */ b3) => [b3, measure(b3).loss])
      .filter((/** @type {number[]} */ [, high]) => high <= most);
    set("parabola", {
      d: writeCurve(
        inside.map((/** @type {number[]} */ [b3]) => lift.at(b3)),
        inside.map((/** @type {number[]} */ [, high]) => ssr.at(high)),
      ),
    });
    const [across, up, tip] = [lift.at(state.b3), ssr.at(loss), lift.at(next)];
    const steep = (slope * (ssr.at(1) - ssr.at(0))) / (lift.at(1) - lift.at(0));
    const half = data.tangent / Math.hypot(1, steep);
    set("tangent", {
      d: writeCurve([across - half, across + half], [up - half * steep, up + half * steep]),
    });
    const head = limit(tip - across, -8, 8);
    set("shaft", { d: writeCurve([across, tip], [up, up]) });
    set("head", {
      d: writeCurve([tip - head, tip, tip - head], [up - 0.6 * head, up, up + 0.6 * head]),
    });
    setDot("point", across, up);
    set("step", { text: `step ${formatNumber(next - state.b3)}` });
    set("slope", { text: `slope ${formatNumber(slope)}` });
    const recent = [...state.past].reverse();
    for (let k = 0; k < data.past; k++) {
      const b3 = recent[k] ?? state.b3;
      const d = `M${round(lift.at(b3))} ${round(ssr.at(Math.min(measure(b3).loss, most)))}h0`;
      set(`past${k}`, { d });
      set(`hole${k}`, { d });
    }
  }

  /**
   * Return whether the curve is still pulled, or else whether residuals remain.
   *
   * @param {number} loss
   * @param {number} slope
   */
  function judge(loss, slope) {
    if (Math.abs(slope) >= data.flat) return "pulls";
    return loss > 0.1 ? "missed" : "met";
  }

  /**
   * @param {number[]} pulls
   * @param {number} loss
   * @param {number} slope
   */
  function drawPulls(pulls, loss, slope) {
    let total = 0;
    const ends = pulls.map((_, k) => pulls.slice(0, k + 1).reduce((sum, pull) => sum + pull));
    // Near the bottom the bars would be too short to be seen.
    const isNear = Math.max(...ends.map(Math.abs)) < data.scales.near[1];
    const along = isNear ? near : far;
    const zero = along.at(0);
    pulls.forEach((pull, k) => {
      const [from, row] = [along.at(total), data.rows[k]];
      total += pull;
      const to = along.at(total);
      set(`number${k}`, { text: formatNumber(pull) });
      set(`bar${k}`, { d: writeBox(from, row, to - from, data.bar) });
      set(`link${k}`, { d: writeCurve([to, to], [row + data.bar, data.rows[k + 1]]) });
    });
    set("sum", { text: formatNumber(slope) });
    set("total", { d: writeBox(zero, data.rows[3], along.at(slope) - zero, data.bar) });
    set("enlarged", { text: isNear ? data.enlarged : "" });
    // On the side of 0 where the sum is not.
    const isLeft = slope < 0;
    set("answer", {
      x: round(zero + (isLeft ? 8 : -8)),
      "text-anchor": isLeft ? "start" : "end",
      text: data.answers[judge(loss, slope)],
    });
  }

  /**
   * @param {number} loss
   * @param {number} slope
   * @param {number[]} pulls
   */
  function describe(loss, slope, pulls) {
    const kind = judge(loss, slope);
    const words = { who: describePulls(pulls), sum: writeSum(pulls), slope, ssr: loss };
    const said = [fill(data.sentences[kind], words)];
    if (state.past.length) {
      const before = measure(state.past[state.past.length - 1]).db3;
      said.push(fill(data.sentences.stepped, { left: slope / before, before }));
    }
    say(said.join(" "));
  }

  function findNext() {
    const after = { b3: state.b3, rate: data.rate };
    programs.step(after, bend("points", points), observed);
    return after.b3;
  }

  /** @type {number[]} */
  let pulledAt = [0, 0];

  function draw() {
    const { loss, db3 } = measure(state.b3);
    const lifted = { lift: new Float64Array(points.length).fill(state.b3) };
    const pulls = [...programs.pulls(lifted, bend("points", points), observed).dlift];
    pulledAt = drawFit(pulls);
    drawParabola(loss, db3, findNext());
    drawPulls(pulls, loss, db3);
    describe(loss, db3, pulls);
    controls.follow();
    for (const follow of places) follow();
  }

  /** @param {number} b3 */
  function moveTo(b3) {
    state.b3 = controls.nearest("b3", b3);
    state.past = [];
    draw();
  }

  const controls = connectControls(root, data.controls, state, () => {
    state.past = [];
    draw();
  });
  const places = [
    addHandle(pictures[0], {
      where: () => [pulledAt[0], pulledAt[1]],
      moveTo: (_, to) => moveTo(state.b3 + y.read(to) - y.read(pulledAt[1])),
    }),
    addHandle(pictures[1], {
      where: () => [lift.at(state.b3), ssr.at(measure(state.b3).loss)],
      moveTo: (to) => moveTo(lift.read(to)),
      cursor: "ew-resize",
    }),
  ];
  connectButtons(root, {
    "bp-move": () => {
      state.past = [...state.past, state.b3].slice(-data.past);
      state.b3 = findNext();
      draw();
    },
    "bp-reset": () => {
      Object.assign(state, structuredClone(start));
      draw();
    },
  });
  if (!data.shapes[state.shape]) state.shape = start.shape;
  const { values } = data.controls[0];
  state.b3 = limit(state.b3, values[0], values[values.length - 1]);
  connectLink(root, () => state);
  draw();
});
