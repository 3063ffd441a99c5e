// Pull the logits: three scores are pulled, and their probabilities and the slopes of a loss
// follow; below, how hard either loss pulls at the right score.

import { find } from "../dom.mjs";
import { connectButtons, connectControls } from "./controls.mjs";
import { beginFigures } from "./figure.mjs";
import { connectLink, readLink } from "./link.mjs";
import { writeArrow } from "./marks.mjs";
import { addHandle } from "./pull.mjs";
import { limit, makeScale, round, writeBox, writeCurve } from "./scales.mjs";
import { fill, formatNumber } from "./sentence.mjs";

const LOSSES = ["squared", "entropy"];
const SCORES = ["z1", "z2", "z3"];

/**
 * Return where the score of the right class stands for a probability, beside two other scores.
 *
 * @param {number} p
 * @param {number} z1
 * @param {number} z2
 */
export function placeScore(p, z1, z2) {
  const most = Math.max(z1, z2);
  return most + Math.log(Math.exp(z1 - most) + Math.exp(z2 - most)) + Math.log(p / (1 - p));
}

beginFigures("pull_logits", ({ root, data, start, programs, pictures, set, say }) => {
  const state = readLink(location.hash, root.id, start) ?? { ...start };
  state.loss = state.loss ? 1 : 0;
  const [score, share, slope, across, up] = ["score", "p", "slope", "across", "up"].map((name) =>
    makeScale(data.scales[name]),
  );
  const { right, bar } = data;
  const shift = find(root, ".bp-shift", HTMLButtonElement);
  const listScores = () => SCORES.map((name) => state[name]);

  /**
   * @param {number} loss
   * @param {number[]} scores
   * @returns {number[]} the slope with respect to each score
   */
  const differentiate = (loss, scores) => [
    ...programs[LOSSES[loss]]({ z: Float64Array.from(scores) }).dz,
  ];

  /**
   * @param {number[]} scores
   * @returns {number[]}
   */
  const findProbabilities = (scores) => [
    ...programs.probabilities({}, Float64Array.from(scores)).result,
  ];

  /**
   * @param {number} k
   * @param {number} z
   * @param {number} p
   * @param {number} steep
   */
  function drawClass(k, z, p, steep) {
    const [row, middle] = [data.rows[k], data.rows[k] + bar / 2];
    const x = score.at(z);
    set(`score${k}`, { d: writeBox(score.at(0), row, x - score.at(0), bar) });
    const tip = [score.at(z - data.rate * steep), row + 27];
    set(`step${k}`, { d: writeArrow([x, row + 27], tip, 2.5) });
    set(`z${k}`, { x: round(x), text: formatNumber(z) });
    set(`p${k}`, { d: writeBox(share.at(0), row, share.at(p) - share.at(0), bar) });
    const target = share.at(k === right ? 1 : 0);
    set(`misfit${k}`, { d: writeCurve([share.at(p), target], [middle, middle]) });
    set(`p-number${k}`, { text: formatNumber(p, 3) });
    set(`slope${k}`, { d: writeBox(slope.at(0), row, slope.at(steep) - slope.at(0), bar) });
    set(`slope-number${k}`, { text: formatNumber(steep, 3) });
    for (const part of [`pulled${k}`, `pulled${k}-ring`]) {
      set(part, { d: `M${round(x)} ${round(middle)}h0` });
    }
    set(`pulled${k}-arrow`, { x: round(x) });
  }

  /**
   * @param {number[]} scores
   * @param {number} p of the right class
   */
  function drawCurves([z1, z2, z3], p) {
    const grid = data.grid.map((/** @type {number} */ each) => across.at(each));
    const [x, third] = [round(across.at(p)), across.at(1 / 3)];
    [0, 1].forEach((loss) => {
      const pulls = data.grid.map(
        (/** @type {number} */ each) => -differentiate(loss, [z1, z2, placeScore(each, z1, z2)])[2],
      );
      const chosen = loss === state.loss;
      if (!loss)
        set("third", { d: writeCurve([third, third], [up.at(0), up.at(Math.max(...pulls))]) });
      set(`curve${loss}`, {
        d: writeCurve(grid, pulls.map(up.at)),
        "stroke-width": chosen ? 2.5 : 1.2,
        opacity: chosen ? 1 : 0.55,
      });
      const y = round(up.at(-differentiate(loss, [z1, z2, z3])[right]));
      for (const part of chosen ? ["now", "now-ring"] : ["other", "other-ring"]) {
        set(part, { d: `M${x} ${y}h0` });
      }
    });
    const ends = [0, 1].map((loss) => up.at(-differentiate(loss, [z1, z2, z3])[right]));
    set("between", { d: writeCurve([x, x], ends) });
  }

  /** What the button would add to every score now: what it added before is taken away again. */
  function findShift() {
    if (state.added) return -state.added;
    const fits = (/** @type {number} */ by) =>
      listScores().every((z) => Math.abs(z + by) <= data.most);
    return [data.shift, -data.shift].find(fits) ?? 0;
  }

  function draw() {
    const scores = listScores();
    const [ps, slopes] = [findProbabilities(scores), differentiate(state.loss, scores)];
    scores.forEach((z, k) => drawClass(k, z, ps[k], slopes[k]));
    drawCurves(scores, ps[right]);
    set("slope-name", { text: state.loss ? "slope p − y" : "slope" });
    const words = data.says[state.loss] + data.ends[1 + Math.sign(state.added)];
    say(
      fill(words, {
        p: ps[right],
        pull: -slopes[right],
        other: -differentiate(1 - state.loss, scores)[right],
        g1: slopes[0],
        g2: slopes[1],
        g3: slopes[2],
      }),
    );
    const next = findShift();
    shift.textContent = data.names[next < 0 ? 1 : 0];
    shift.disabled = !next;
    controls.follow();
    for (const follow of followers) follow();
  }

  const controls = connectControls(root, data.controls, state, (name) => {
    if (name !== "loss") state.added = 0;
    draw();
  });
  const followers = SCORES.map((name, k) =>
    addHandle(pictures[0], {
      where: () => [score.at(state[name]), data.rows[k] + bar / 2],
      moveTo: (x) => {
        state[name] = controls.nearest(name, score.read(x));
        state.added = 0;
        draw();
      },
      cursor: "ew-resize",
    }),
  );
  connectButtons(root, {
    "bp-move": () => {
      const slopes = differentiate(state.loss, listScores());
      SCORES.forEach((name, k) => {
        state[name] = limit(state[name] - data.rate * slopes[k], -data.most, data.most);
      });
      state.added = 0;
      draw();
    },
    "bp-shift": () => {
      const by = findShift();
      for (const name of SCORES) state[name] += by;
      state.added = state.added ? 0 : by;
      draw();
    },
    "bp-reset": () => {
      Object.assign(state, start);
      draw();
    },
  });
  if (![data.shift, -data.shift].includes(state.added)) state.added = 0;
  for (const name of SCORES) state[name] = limit(state[name], -data.most, data.most);
  connectLink(root, () => state);
  draw();
});
