// The gate: a point is pulled along an activation, and its slope there is what the neuron lets
// through on the way back.

import { connectButtons, connectControls } from "./controls.mjs";
import { beginFigures } from "./figure.mjs";
import { connectLink, readLink } from "./link.mjs";
import { writeArrow } from "./marks.mjs";
import { addHandle } from "./pull.mjs";
import { limit, makeScale, round, writeCurve } from "./scales.mjs";
import { fill, formatNumber } from "./sentence.mjs";

/**
 * Return which word is true of what a neuron hands on and lets through.
 *
 * @param {number} act the number of the activation, 0 for the sigmoid
 * @param {number} a
 * @param {number} slope
 */
export function chooseWord(act, a, slope) {
  if (slope < 0.1) return a > 0.5 ? "closed" : "off";
  if (act === 0 && slope > 0.2499) return "most";
  return slope > 0.9 ? "open" : "partly";
}

beginFigures("gate", ({ root, data, start, programs, pictures, set, say }) => {
  const state = readLink(location.hash, root.id, start) ?? { ...start };
  state.act = limit(Math.round(state.act), 0, data.names.length - 1);
  const x = makeScale(data.x);
  const heights = data.y.map(makeScale);
  const [row, middle, radius, away, widest] = data.row;

  /** @param {number} z */
  function measure(z) {
    const { loss, dz } = programs[data.names[state.act]]({ z });
    return { a: loss, slope: dz };
  }

  function drawGround() {
    const y = heights[state.act];
    const [left, right] = [data.x[2], data.x[3]];
    data.ticks[state.act].forEach((/** @type {number} */ tick, /** @type {number} */ k) => {
      set(`grid${k}`, { d: `M${left} ${round(y.at(tick))}H${right}` });
      set(`tick${k}`, { y: round(y.at(tick) + 4), text: String(tick).replace("-", "−") });
    });
    const [values, slopes] = data.curves[state.act];
    set("values", { d: values });
    set("slopes", { d: slopes });
    const end = measure(5);
    set("f", { y: round(y.at(end.a) + 4) });
    set("f1", { y: round(y.at(end.slope) + 4) });
  }

  /**
   * @param {number} a
   * @param {number} slope
   */
  function drawPoint(a, slope) {
    const { z, act } = state;
    const y = heights[act];
    const ends = [-0.8, 0.8];
    set("tangent", {
      d: writeCurve(
        ends.map((d) => x.at(z + d)),
        ends.map((d) => y.at(a + d * slope)),
      ),
    });
    for (const [name, value] of [
      ["slope", slope],
      ["point", a],
    ]) {
      const d = `M${round(x.at(z))} ${round(y.at(Number(value)))}h0`;
      set(String(name), { d });
      set(`${name}-ring`, { d });
    }
    set("point-arrow", { x: round(x.at(z)), y: round(y.at(a) + 4) });
  }

  /**
   * @param {number} a
   * @param {number} slope
   */
  function drawNeuron(a, slope) {
    const back = row + away;
    const width = Math.max(0.5, widest * Math.sqrt(slope));
    const leaves =
      slope < 1e-9 ? data.nothing : writeArrow([middle - radius - 4, back], [60, back], width);
    set("leaves", { d: leaves });
    set("number-z", { text: `z = ${formatNumber(state.z)}` });
    set("number-a", { text: `a = ${formatNumber(a)}` });
    set("number-back-z", { text: `∂C/∂z = ${formatNumber(slope)}` });
    const word = chooseWord(state.act, a, slope);
    set("note", { text: ["closed", "off"].includes(word) ? data.words[word] : "" });
    return data.words[word];
  }

  function draw() {
    const { a, slope } = measure(state.z);
    drawGround();
    drawPoint(a, slope);
    const word = drawNeuron(a, slope);
    const [name, rule] = [data.names[state.act], data.rules[state.act]];
    say(fill(data.says, { name, rule, z: state.z, a, slope, word }));
    controls.follow();
    follow();
  }

  const controls = connectControls(root, data.controls, state, draw);
  const follow = addHandle(pictures[0], {
    where: () => [x.at(state.z), heights[state.act].at(measure(state.z).a)],
    moveTo: (place) => {
      state.z = controls.nearest("z", x.read(place));
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
  state.z = controls.nearest("z", state.z);
  connectLink(root, () => ({ act: state.act, z: state.z }));
  draw();
});
