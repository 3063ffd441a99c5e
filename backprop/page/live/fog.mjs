// Fog: the reader steps over a loss of two parameters, of which only the ground at the feet is
// seen; then the fog is lifted.

import { find } from "../dom.mjs";
import { connectButtons, connectControls } from "./controls.mjs";
import { beginFigures } from "./figure.mjs";
import { readLink } from "./link.mjs";
import { NOTHING, writeArrow, writeCircle, writeCircles } from "./marks.mjs";
import { limit, makeScale, round } from "./scales.mjs";
import { fill, formatNumber } from "./sentence.mjs";

/** @import {State} from "./figure.mjs" */

/**
 * Return which sentences are true of a state.
 *
 * @param {State} state
 * @param {number[][]} places
 * @param {{hollows: number[][], near: number, most: number}} data
 */
export function chooseWords(state, places, { hollows, near, most }) {
  const here = places[places.length - 1];
  const count = places.length - 1;
  if (!state.lifted) return [count ? "step" : "start", count === most ? "last" : "next"];
  if (!count) return ["none"];
  const at = hollows.findIndex(([x, y]) => Math.hypot(here[0] - x, here[1] - y) < near);
  return [["lowest", "hollow"][at] ?? "slope"];
}

/**
 * Return the places of a path that is written as one row of numbers.
 *
 * @param {number[]} path
 */
export function listPlaces(path) {
  return Array.from({ length: Math.floor(path.length / 2) }, (_, k) => [
    path[2 * k],
    path[2 * k + 1],
  ]);
}

beginFigures("fog", ({ root, data, start, programs, pictures, set, say }) => {
  const state = readLink(location.hash, root.id, start) ?? structuredClone(start);
  const [x, y] = [makeScale(data.scales.x), makeScale(data.scales.y)];
  const [left, right] = data.scales.x.slice(2);
  const [bottom, top] = data.scales.y.slice(2);
  const unit = x.at(1) - x.at(0);
  const thousandth = (/** @type {number} */ value) => Math.round(1000 * value) / 1000;
  const findStep = () => {
    const turn = (state.aim * Math.PI) / 180;
    return [state.reach * Math.cos(turn), state.reach * Math.sin(turn)];
  };

  /** @param {number[]} place */
  function measure([w1, w2]) {
    const { loss, dw1, dw2 } = programs.loss({ w1, w2 });
    return { loss, slope: [dw1, dw2] };
  }

  /** @param {number[][]} places */
  function describe(places) {
    const grounds = places.map(measure);
    const count = places.length - 1;
    const { loss, slope } = grounds[count];
    const [first, lowest, step] = [grounds[0].loss, data.hollows[0][2], findStep()];
    const change = slope[0] * step[0] + slope[1] * step[1];
    const best = -state.reach * Math.hypot(slope[0], slope[1]);
    /** @type {Record<string, number | string>} */
    const numbers = { loss, first, lowest, count: `${count}`, change, best };
    if (count) {
      const before = grounds[count - 1];
      const moved = [0, 1].map((k) => places[count][k] - places[count - 1][k]);
      numbers.before = before.loss;
      numbers.promised = before.loss + before.slope[0] * moved[0] + before.slope[1] * moved[1];
    }
    const words = chooseWords(state, places, data);
    const said = fill(words.map((name) => data.says[name]).join(" "), numbers);
    return count === 1 ? said.replace("1 steps", "1 step") : said;
  }

  /**
   * @param {number[]} here
   * @param {number[]} slope
   */
  function drawGradient([across, down], slope) {
    const length = Math.hypot(slope[0], slope[1]);
    const scale = length ? Math.min(data.gradient[0], data.gradient[1] / length) : 0;
    const tip = [across + scale * slope[0], down - scale * slope[1]];
    set("gradient", { d: writeArrow([across, down], tip, 3) });
    // Beside the tip, on the side of the feet: on the other one lies the way that was taken.
    const inner = limit(tip[0], left + data.name, right - data.name);
    const turned = inner === tip[0] ? tip[0] >= across : tip[0] > inner;
    const beside = tip[1] + (tip[1] < down ? -10 : 18);
    const text = length > data.level ? "uphill" : "nearly flat";
    set("uphill", {
      x: round(tip[0] + (turned ? -8 : 8)),
      y: round(limit(beside, top + 16, bottom - 8)),
      "text-anchor": turned ? "end" : "start",
      text: state.lifted ? "" : text,
    });
  }

  function draw() {
    const places = listPlaces(state.path);
    const points = places.map(([w1, w2]) => [x.at(w1), y.at(w2)]);
    const last = places.length - 1;
    const [across, down] = points[last];
    const disc = writeCircle(points[last], data.seen * unit);
    set("disc", { d: state.lifted ? NOTHING : disc });
    set("fog", {
      d: state.lifted ? NOTHING : `M${left} ${top}H${right}V${bottom}H${left}Z${disc}`,
    });
    set("note", { text: data.notes[state.lifted ? 1 : 0] });
    data.hollows.forEach((/** @type {number[]} */ hollow, /** @type {number} */ k) => {
      const text = `${["lowest", "hollow"][k]} ${formatNumber(hollow[2])}`;
      set(`hollow${k}`, { text: state.lifted ? text : "" });
    });
    const arrows = points.slice(1).map((point, k) => writeArrow(points[k], point, 2));
    set("steps", { d: arrows.join("") || NOTHING });
    set("past", { d: writeCircles(points.slice(0, -1)) });
    const [dx, dy] = findStep().map((part) => unit * part);
    set("aim", {
      d:
        state.lifted || last === data.most
          ? NOTHING
          : writeArrow(points[last], [across + dx, down - dy], 4),
    });
    drawGradient(points[last], measure(places[last]).slope);
    for (const name of ["feet", "feet-ring"])
      set(name, { d: `M${round(across)} ${round(down)}h0` });
    say(describe(places));
    controls.follow();
    lift.textContent = state.lifted ? "Fog again" : "Lift the fog";
  }

  /**
   * Take a step, in fog, no longer than what is seen, such that the disc stays on the map.
   *
   * @param {number} dx
   * @param {number} dy
   */
  function takeStep(dx, dy) {
    const places = listPlaces(state.path);
    if (places.length > data.most) return;
    const [w1, w2] = places[places.length - 1];
    const share = Math.min(1, data.seen / Math.hypot(dx, dy));
    const [low, high] = data.scales.x;
    const [least, most] = data.scales.y;
    state.lifted = 0;
    state.path = [
      ...state.path,
      thousandth(limit(w1 + share * dx, low + data.seen, high - data.seen)),
      thousandth(limit(w2 + share * dy, least + data.seen, most - data.seen)),
    ];
    draw();
  }

  const lift = find(root, ".bp-lift", HTMLButtonElement);
  const controls = connectControls(root, data.controls, state, draw);
  const ground = pictures[0].parentElement;
  ground?.addEventListener("click", ({ clientX, clientY }) => {
    const box = pictures[0].getBoundingClientRect();
    const { width, height } = pictures[0].viewBox.baseVal;
    const across = ((clientX - box.left) / box.width) * width;
    const down = ((clientY - box.top) / box.height) * height;
    if (across < left || across > right || down < top || down > bottom) return;
    const [w1, w2] = state.path.slice(-2);
    const [dx, dy] = [x.read(across) - w1, y.read(down) - w2];
    if (Math.hypot(dx, dy) * unit > 4) takeStep(dx, dy);
  });
  connectButtons(root, {
    "bp-go": () => {
      const [dx, dy] = findStep();
      takeStep(dx, dy);
    },
    "bp-back": () => {
      if (state.path.length > 2) state.path = state.path.slice(0, -2);
      draw();
    },
    "bp-lift": () => {
      state.lifted = state.lifted ? 0 : 1;
      draw();
    },
    "bp-reset": () => {
      Object.assign(state, structuredClone(start));
      draw();
    },
  });
  for (const name of ["aim", "reach"]) state[name] = controls.nearest(name, state[name]);
  const path = state.path.slice(0, 2 * (data.most + 1));
  state.path = path.length > 1 ? path : [...start.path];
  draw();
});
