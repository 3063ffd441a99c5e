// What should change in your drawing? A pad, the pixels that come of it with their slopes, and the
// probabilities that a small network gives the ten digits.

import { connectButtons, connectControls } from "./controls.mjs";
import { makeImage, splitStrokes } from "./drawn_image.mjs";
import { beginFigures } from "./figure.mjs";
import { connectLink, readLink } from "./link.mjs";
import { limit, makeScale, round, writeBox } from "./scales.mjs";
import { fill, formatNumber } from "./sentence.mjs";

const MOST = 1200; // numbers of a drawing: longer ones would make a long address
const NEAR = 1.5; // a point so near to the last one is left out

beginFigures("your_drawing", ({ root, data, start, programs, pictures, set, say }) => {
  const state = readLink(location.hash, root.id, start) ?? structuredClone(start);
  state.ready = Math.round(limit(state.ready, 0, data.ready.length - 1));
  state.target = Math.round(limit(state.target, 0, 9));
  state.steps = Math.round(limit(state.steps, 0, 20));
  const [pad, down, bars] = ["pad", "down", "bars"].map((name) => makeScale(data.scales[name]));
  const weights = data.weights.map((/** @type {number[]} */ row) => Float64Array.from(row));
  const { cell, column, bar } = data;

  /** @param {Float64Array} image */
  const read = (image) => [...programs.read({}, image, ...weights).result];

  /** @param {Float64Array} image */
  function differentiate(image) {
    const target = Float64Array.from({ length: 10 }, (_, k) => Number(k === state.target));
    return programs.lose({ x: image }, ...weights, target);
  }

  /** @param {Float64Array} image */
  function move(image) {
    let moved = image;
    for (let step = 0; step < state.steps; step++) {
      const { dx } = differentiate(moved);
      moved = moved.map((ink, k) => limit(ink - data.rate * dx[k], 0, 1));
    }
    return moved;
  }

  /** @param {number[]} sides in cells */
  function writeSquares(sides) {
    return sides
      .map((share, k) => {
        const [side, x, y] = [
          share * cell,
          4 + ((k % 8) + 0.5) * cell,
          26 + cell * (Math.floor(k / 8) + 0.5),
        ];
        const s = round(side);
        return `M${round(x - side / 2)} ${round(y - side / 2)}h${s}v${s}h${-s}z`;
      })
      .join("");
  }

  /** @param {number[][][]} strokes */
  function drawPen(strokes) {
    const path = strokes.map((stroke) => {
      const points = [...stroke, stroke[stroke.length - 1]];
      return `M${points.map(([x, y]) => `${round(pad.at(x))} ${round(down.at(y))}`).join("L")}`;
    });
    set("pen", { d: path.join("") || "M0 0" });
  }

  /**
   * @param {Float64Array} image
   * @param {number[]} slopes
   */
  function drawPixels(image, slopes) {
    const most = Math.max(...slopes.map(Math.abs));
    const sides = slopes.map((slope) => 0.62 * Math.sqrt(Math.abs(slope) / most));
    set("pixels", { d: writeSquares([...image].map((ink) => 0.94 * Math.sqrt(ink))) });
    set("harms", { d: writeSquares(sides.map((side, k) => (slopes[k] > 0 ? side : 0))) });
    const helps = writeSquares(sides.map((side, k) => (slopes[k] < 0 ? side : 0)));
    for (const name of ["helps-surface", "helps-gradient"]) set(name, { d: helps });
    set("note", { text: `hollow: ink helps the ${state.target}` });
  }

  /** @param {number[]} p */
  function drawBars(p) {
    const floor = bars.at(0);
    p.forEach((share, k) => {
      const [x, top] = [(k + 0.5) * column, bars.at(share)];
      set(`p${k}`, { d: writeBox(x - bar / 2, floor, bar, top - floor) });
      set(`p-number${k}`, { y: round(top - 6), text: formatNumber(share, 2) });
    });
    set("target", { x: round((state.target + 0.5) * column) });
  }

  function draw() {
    const strokes = splitStrokes(state.ready ? data.ready[state.ready] : state.drawn);
    const image = makeImage(strokes);
    const moved = move(image);
    const [p, { loss, dx }] = [read(moved), differentiate(moved)];
    const slopes = [...dx];
    drawPen(strokes);
    drawPixels(moved, slopes);
    drawBars(p);
    const sizes = slopes.map(Math.abs);
    const steepest = sizes.indexOf(Math.max(...sizes));
    const best = p.indexOf(Math.max(...p));
    const moments = best === state.target ? ["target", "arrived"] : ["drawn", "moved"];
    const said = strokes.length ? moments[state.steps ? 1 : 0] : "nothing";
    say(
      fill(data.says[said], {
        read: String(best),
        p: Math.max(...p),
        q: p[state.target],
        target: String(state.target),
        loss,
        more: slopes[steepest] < 0 ? "More" : "Less",
        row: String(Math.floor(steepest / 8) + 1),
        column: String((steepest % 8) + 1),
        steps: String(state.steps),
        change: Math.max(...[...moved].map((ink, k) => Math.abs(ink - image[k]))),
      }),
    );
    controls.follow();
  }

  const controls = connectControls(root, data.controls, state, (name) => {
    if (name === "ready") Object.assign(state, { drawn: [], steps: 0 });
    if (name === "target") state.steps = 0;
    draw();
  });

  /**
   * @param {SVGSVGElement} picture
   * @param {PointerEvent | MouseEvent} event
   */
  function locate(picture, { clientX, clientY }) {
    const [box, { width, height }] = [picture.getBoundingClientRect(), picture.viewBox.baseVal];
    return [
      ((clientX - box.left) / box.width) * width,
      ((clientY - box.top) / box.height) * height,
    ];
  }

  /** @param {PointerEvent} event */
  function addPoint(event) {
    const [x, y] = locate(pictures[0], event);
    const point = [pad.read(x), down.read(y)].map((place) => Math.round(limit(place, 0, 100)));
    const [before, last] = state.drawn.slice(-2);
    const near = before >= 0 && Math.hypot(point[0] - before, point[1] - last) < NEAR;
    if (!near && state.drawn.length < MOST) state.drawn.push(...point);
  }

  pictures[0].classList.add("bp-sheet");
  pictures[0].addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    pictures[0].setPointerCapture(event.pointerId);
    if (state.ready) Object.assign(state, { ready: 0, drawn: [] });
    if (state.drawn.length) state.drawn.push(-1, -1);
    state.steps = 0;
    addPoint(event);
    draw();
  });
  pictures[0].addEventListener("pointermove", (event) => {
    if (!pictures[0].hasPointerCapture(event.pointerId)) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const each of passed.length ? passed : [event]) addPoint(each);
    draw();
  });
  pictures[2].addEventListener("click", (event) => {
    const [x] = locate(pictures[2], event);
    Object.assign(state, { target: limit(Math.floor(x / column), 0, 9), steps: 0 });
    draw();
  });
  connectButtons(root, {
    "bp-move": () => {
      state.steps = Math.min(state.steps + 1, 20);
      draw();
    },
    "bp-clear": () => {
      Object.assign(state, { ready: 0, drawn: [], steps: 0 });
      draw();
    },
    "bp-reset": () => {
      Object.assign(state, structuredClone(start));
      draw();
    },
  });
  connectLink(root, () => state);
  draw();
});
