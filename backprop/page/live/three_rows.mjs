// Three rows: a batch is sent through a deep network with random weights, and slopes back, layer by
// layer, and the sizes are bars on a logarithmic scale.

import { connectButtons, connectControls } from "./controls.mjs";
import { beginFigures } from "./figure.mjs";
import { connectLink, readLink } from "./link.mjs";
import { NOTHING } from "./marks.mjs";
import { addHandle } from "./pull.mjs";
import { limit, makeScale, round, writeBox, writeCurve } from "./scales.mjs";
import { fill, formatNumber } from "./sentence.mjs";

const [NORMALISED, SKIP] = [1, 2];

/**
 * Draw from the standard normal distribution, as backprop/show/live/deep_network.py does.
 *
 * @param {number} seed
 * @param {number} count
 */
export function drawNumbers(seed, count) {
  let a = seed | 0;
  function drawEven() {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  return Float64Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - drawEven()));
    return radius * Math.cos(2 * Math.PI * drawEven());
  });
}

/**
 * Write a number as sentences do, or with a power of ten where it is tiny or huge.
 *
 * @param {number} value
 */
export function writeNumber(value) {
  if (value === 0 || (value >= 1e-4 && value < 1e6)) return formatNumber(value);
  const [digits, power] = value.toExponential(2).split("e");
  const raised = [...String(Number(power))].map((sign) =>
    sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)],
  );
  return `${digits}·10${raised.join("")}`;
}

/** @param {ArrayLike<number>} numbers */
const measure = (numbers) =>
  Math.sqrt(Array.from(numbers).reduce((sum, x) => sum + x * x, 0) / numbers.length);

/**
 * Return which word is true of the gradients of the weights.
 *
 * @param {number[]} weights
 * @param {number[]} limits
 */
export function chooseWord(weights, [near, far, tiny, huge]) {
  const [low, high] = [Math.min(...weights), Math.max(...weights)];
  const [first, last] = [weights[0], weights[weights.length - 1]];
  if (high < near * low) return high < tiny ? "dead" : low > huge ? "huge" : "level";
  if (first * far < last) return "starved";
  return first > (far * last) / near ? "flooded" : "";
}

beginFigures("three_rows", ({ root, data, start, programs, pictures, set, say }) => {
  const state = readLink(location.hash, root.id, start) ?? { ...start };
  const [examples, width, deepest] = data.sizes;
  const [left, right, share] = data.across;
  const rows = data.rows.map(makeScale);
  /** @type {Map<string, number[][]>} */
  const known = new Map();
  /** @type {{seed: number, numbers: Float64Array}} */
  let drawn = { seed: NaN, numbers: new Float64Array() };

  /** @param {number} scale */
  function drawWeights(scale) {
    const batch = examples * width;
    if (drawn.seed !== state.seed) {
      const count = 2 * batch + deepest * width * width;
      drawn = { seed: state.seed, numbers: drawNumbers(state.seed, count) };
    }
    const { numbers } = drawn;
    const weights = Array.from({ length: state.depth }, (_, k) =>
      numbers
        .subarray(2 * batch + k * width * width, 2 * batch + (k + 1) * width * width)
        .map((w) => (w * scale) / Math.sqrt(width)),
    );
    return {
      first: numbers.subarray(0, batch),
      arrives: numbers.subarray(batch, 2 * batch),
      weights,
    };
  }

  /**
   * @param {number} scale
   * @returns {number[][]} three sizes of each layer
   */
  function sendThrough(scale) {
    const key = [state.act, state.kind, scale, state.depth, state.seed].join();
    const found = known.get(key);
    if (found) return found;
    const { first, arrives, weights } = drawWeights(scale);
    const bend = data.names[state.act];
    const layers = [];
    let a = first;
    for (const W of weights) {
      const z = programs.multiply({}, a, W).result;
      const h = state.kind === NORMALISED ? programs.normalise({}, z).result : z;
      const bent = programs[bend]({}, h).result;
      layers.push({ a, W, z, h });
      const came = a;
      a =
        state.kind === SKIP
          ? bent.map((/** @type {number} */ b, /** @type {number} */ i) => came[i] + b)
          : bent;
    }
    const handed = [...layers.slice(1).map((layer) => layer.a), a];
    let up = arrives;
    /** @type {number[][]} */
    const back = layers
      .reverse()
      .map(({ a, W, z, h }) => {
        const size = measure(up);
        const dh = programs[`${bend}Back`]({ z: h }, up).dz;
        const dz = state.kind === NORMALISED ? programs.normaliseBack({ z }, dh).dz : dh;
        const { dW, da } = programs.multiplyBack({ a, W }, dz);
        const on = up;
        up =
          state.kind === SKIP
            ? da.map((/** @type {number} */ d, /** @type {number} */ i) => on[i] + d)
            : da;
        return [size, measure(dW)];
      })
      .reverse();
    const sizes = [handed.map(measure), back.map(([size]) => size), back.map(([, size]) => size)];
    known.set(key, sizes);
    return sizes;
  }

  /**
   * @param {number[]} sizes
   * @param {number} k the row
   */
  function drawBars(sizes, k) {
    const [low, high] = data.rows[k];
    const room = (right - left) / sizes.length;
    let [bars, cuts] = ["", ""];
    sizes.forEach((size, layer) => {
      const [power, x] = [Math.log10(size), left + (layer + (1 - share) / 2) * room];
      const y = rows[k].at(limit(power, low, high));
      bars += writeBox(x, rows[k].at(0), share * room, y - rows[k].at(0));
      if (power < low || power > high) {
        const at = y + (power > 0 ? 6 : -6);
        cuts += writeCurve([x - 1, x + share * room + 1], [at, at]);
      }
    });
    set(`bars${k}`, { d: bars });
    set(`cuts${k}`, { d: cuts || NOTHING });
  }

  /** @returns {[number, number]} where the handle is */
  function findHandle() {
    const [low, high] = data.rows[1];
    const power = Math.log10(sendThrough(state.scale)[1][0]);
    return [left + (right - left) / state.depth / 2, rows[1].at(limit(power, low, high))];
  }

  /**
   * Return the scale at which the first bar of the second row is nearest to a size.
   *
   * @param {number} power of ten
   */
  function findScale(power) {
    const scales = data.controls[2].values;
    let [low, high] = [0, scales.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (Math.log10(sendThrough(scales[middle])[1][0]) < power) low = middle;
      else high = middle;
    }
    const [below, above] = [low, high].map((k) =>
      Math.abs(Math.log10(sendThrough(scales[k])[1][0]) - power),
    );
    // Where the scale changes nothing, it stays.
    if (Math.abs(below - above) < 1e-9) return state.scale;
    return scales[below < above ? low : high];
  }

  function draw() {
    const sizes = sendThrough(state.scale);
    sizes.forEach(drawBars);
    const [forward, backward, weights] = sizes;
    const word = data.words[chooseWord(weights, data.limits)];
    const numbers = {
      name: data.names[state.act],
      kind: data.kinds[state.kind],
      scale: state.scale.toFixed(2),
      depth: String(state.depth),
      forward: writeNumber(forward[forward.length - 1]),
      backward: writeNumber(backward[0]),
      first: writeNumber(weights[0]),
      last: writeNumber(weights[weights.length - 1]),
      word,
    };
    set("size0", { text: numbers.forward });
    set("size1", { text: numbers.backward });
    set("size2", { text: numbers.first });
    set("last-layer", { text: `layer ${state.depth}` });
    set("note", { text: word, y: data.note[Number(weights[weights.length - 1] > 1)] });
    const [x, y] = findHandle().map(round);
    for (const part of ["pulled", "pulled-ring"]) set(part, { d: `M${x} ${y}h0` });
    set("pulled-arrow", { x, y: round(y + 4) });
    say(fill(data.says, numbers).trim());
    controls.follow();
    follow();
  }

  const controls = connectControls(root, data.controls, state, draw);
  const follow = addHandle(pictures[0], {
    where: findHandle,
    moveTo: (_, y) => {
      state.scale = findScale(rows[1].read(y));
      draw();
    },
  });
  connectButtons(root, {
    "bp-draw-weights": () => {
      state.seed = (state.seed % 99) + 1;
      draw();
    },
    "bp-reset": () => {
      Object.assign(state, start);
      draw();
    },
  });
  state.act = limit(Math.round(state.act), 0, data.names.length - 1);
  state.kind = limit(Math.round(state.kind), 0, data.kinds.length - 1);
  state.scale = controls.nearest("scale", state.scale);
  state.depth = controls.nearest("depth", state.depth);
  state.seed = limit(Math.round(state.seed), 1, 99);
  connectLink(root, () => state);
  draw();
});
