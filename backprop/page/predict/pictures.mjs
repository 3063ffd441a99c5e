// Guesses in a picture: a place that is marked, a curve that is drawn; by hand, or with the sliders
// that are the hand's twins. The truth is drawn beside the guess.

import { find, findAll } from "../dom.mjs";
import { showFixed } from "./distances.mjs";
import { fillPieces, findRoom, listDrawn } from "./places.mjs";

/** @import {Asked} from "./kinds.mjs" */
/** @import {Box} from "./places.mjs" */

const SVG = "http://www.w3.org/2000/svg";
// The height of a flag with its pole, and the flag itself, in pixels of the page.
const [POLE, WIDE, HIGH] = [26, 36, 18];

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {(Element | string)[]} children
 */
function draw(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** @param {number} value @param {[number, number]} ends */
const clamp = (value, [low, high]) => Math.min(Math.max(value, low), high);

/**
 * The way from the coordinates of the axes to the drawing, and back.
 *
 * @param {Asked} asked
 */
function makeScale({ area: [left, top, width, height], x, y }) {
  return {
    /** @param {number} at */
    toX: (at) => left + ((at - x[0]) / (x[1] - x[0])) * width,
    /** @param {number} at */
    toY: (at) => top + ((y[1] - at) / (y[1] - y[0])) * height,
    /** @param {number} right @param {number} down */
    back: (right, down) => [
      clamp(x[0] + ((right - left) / width) * (x[1] - x[0]), x),
      clamp(y[1] - ((down - top) / height) * (y[1] - y[0]), y),
    ],
  };
}

/**
 * Where a flag at a place can fly: up or down, to the right or to the left.
 *
 * @param {number} size of one pixel of the page, in units of the drawing
 * @param {number} x
 * @param {number} y
 */
const listFlags = (size, x, y) =>
  [
    [1, -1],
    [-1, -1],
    [1, 1],
    [-1, 1],
  ].map(([side, up]) => ({
    x: side > 0 ? x : x - size * WIDE,
    y: up < 0 ? y - size * POLE : y + size * (POLE - HIGH),
    width: size * WIDE,
    height: size * HIGH,
    foot: [x, y],
    tip: y + up * size * POLE,
  }));

/**
 * Draw the flag of the reader.
 *
 * @param {Asked} asked
 * @param {ReturnType<typeof listFlags>[number]} flag
 */
function drawFlag({ words }, { x, y, width, height, foot, tip }) {
  return draw(
    "g",
    { class: "bp-mark-you" },
    draw("path", { d: `M${foot[0]} ${foot[1]}V${tip}` }),
    draw("rect", { x, y, width, height, rx: 2 }),
    draw(
      "text",
      { x: x + width / 2, y: y + 0.72 * height, style: `font-size: ${0.72 * height}px` },
      String(words.you),
    ),
    draw("circle", { cx: foot[0], cy: foot[1], r: 4 }),
  );
}

/**
 * How large a pixel of the page is in units of a drawing that a phone makes smaller.
 *
 * @param {Element} marks
 */
function measurePixel(marks) {
  const svg = /** @type {SVGSVGElement} */ (marks.closest("svg"));
  return Math.max(1, 1 / (svg.getScreenCTM()?.a || 1));
}

/** @param {Asked} asked */
const frameOf = ({ area: [x, y, width, height] }) => ({ x, y, width, height });

/**
 * @param {HTMLElement} root
 * @param {Asked} asked
 */
export function startPicture(root, asked) {
  const svg = find(root, ".bp-pictures svg", SVGSVGElement);
  const marks = /** @type {SVGGElement} */ (draw("g", { class: "bp-marks" }));
  const [left, top, width, height] = asked.area;
  const pad = draw("rect", {
    class: `bp-pad bp-pad-${asked.kind}`,
    x: left,
    y: top,
    width,
    height,
  });
  svg.append(marks, pad);
  const twins = findAll(root, ".bp-twins input", HTMLInputElement);
  const fold = find(root, ".bp-twins-fold, form div > .bp-twins");
  fold.hidden = false;
  const hand = asked.kind === "point" ? startPoint : startCurve;
  const { read, show, pull, push, complete } = hand(asked, marks, twins);
  const { back } = makeScale(asked);

  /** @param {PointerEvent} event @param {boolean} begins */
  function take(event, begins) {
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(
      svg.getScreenCTM()?.inverse(),
    );
    pull(back(x, y), begins);
  }
  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(/** @type {PointerEvent} */ (event).pointerId);
    take(/** @type {PointerEvent} */ (event), true);
    event.preventDefault();
  });
  pad.addEventListener("pointermove", (event) => {
    const { pointerId } = /** @type {PointerEvent} */ (event);
    if (pad.hasPointerCapture(pointerId)) take(/** @type {PointerEvent} */ (event), false);
  });
  pad.addEventListener("pointerup", complete);
  twins.forEach((twin, n) => twin.addEventListener("input", () => push(n)));
  return {
    read,
    /** @param {any} guess */
    show(guess) {
      pad.remove();
      fold.hidden = true;
      show(guess);
    },
  };
}

/**
 * @param {HTMLInputElement} twin
 * @param {number} value
 * @param {number} decimals
 */
function setTwin(twin, value, decimals) {
  twin.value = String(value);
  const text = showFixed(value, decimals);
  twin.setAttribute("aria-valuetext", text);
  const output = twin.nextElementSibling;
  if (output) output.textContent = text;
}

/**
 * @param {Asked} asked
 * @param {SVGGElement} marks
 * @param {HTMLInputElement[]} twins
 */
function startPoint(asked, marks, twins) {
  const { toX, toY } = makeScale(asked);
  /** @type {number[]} */
  let place = [];

  /** @param {number[]} wanted */
  function mark(wanted) {
    place = wanted;
    const flags = listFlags(measurePixel(marks), toX(place[0]), toY(place[1]));
    marks.replaceChildren(drawFlag(asked, findRoom(flags, frameOf(asked), [], [])));
    place.forEach((at, n) => setTwin(twins[n], at, asked.decimals[n]));
  }
  return {
    read: () => place,
    /** @param {number[]} at */
    pull: (at) => mark(at),
    push: () => mark(twins.map(({ value }) => Number(value))),
    complete: () => undefined,
    /** @param {number[] | null} guess */
    show(guess) {
      const [x, y] = asked.truth;
      const dot = draw("circle", { class: "bp-mark-so", cx: toX(x), cy: toY(y), r: 6 });
      if (guess) mark(guess);
      marks.prepend(dot);
    },
  };
}

/**
 * Write beside the true curve what it is.
 *
 * @param {Asked} asked
 * @param {Element} marks
 * @param {number[][]} truth places along it
 * @param {number[][]} points of all lines
 * @param {Box[]} words
 */
function nameCurve(asked, marks, truth, points, words) {
  const name = /** @type {SVGTextElement} */ (
    draw("text", { class: "bp-mark-name" }, asked.called)
  );
  marks.append(name);
  const { y: top, width, height } = name.getBBox();
  const boxes = [4, 10, 18].flatMap((gap) =>
    [...truth]
      .reverse()
      .flatMap(([x, y]) =>
        [y - gap - height, y + gap].map((at) => ({ x: x - width / 2, y: at, width, height })),
      ),
  );
  const room = findRoom(boxes, frameOf(asked), points, words);
  name.setAttribute("x", String(room.x));
  name.setAttribute("y", String(room.y - top));
}

/**
 * @param {Asked} asked
 * @param {SVGGElement} marks
 * @param {HTMLInputElement[]} twins
 */
function startCurve(asked, marks, twins) {
  const { toX, toY } = makeScale(asked);
  const { grid, y } = asked;
  /** @type {(number | undefined)[]} */
  let heights = grid.map(() => undefined);
  /** @type {number[] | null} */
  let last = null;

  /** @param {number[]} xs @param {number[]} ys */
  const path = (xs, ys) => `M${xs.map((at, n) => `${toX(at)} ${toY(ys[n])}`).join("L")}`;

  function show() {
    const known = grid.flatMap((at, n) => (heights[n] === undefined ? [] : [n]));
    const ys = known.map((n) => Number(heights[n]));
    const xs = known.map((n) => grid[n]);
    const dots = xs.map((at, n) => draw("circle", { cx: toX(at), cy: toY(ys[n]), r: 3.5 }));
    const line = draw("path", { d: xs.length ? path(xs, ys) : "" });
    marks.replaceChildren(draw("g", { class: "bp-mark-line" }, line, ...dots));
    known.forEach((n) => setTwin(twins[n], Number(heights[n]), asked.decimals[1]));
  }

  /** What was not drawn goes on level, as far as the next place that was. */
  function complete() {
    const first = heights.findIndex((height) => height !== undefined);
    let height = heights[first];
    heights = heights.map((each) => (height = each ?? height));
    show();
  }

  return {
    read: () => (heights.includes(undefined) ? [] : heights),
    /** @param {number[]} at @param {boolean} begins */
    pull(at, begins) {
      const [from, to] = [begins || !last ? at : last, at].sort((a, b) => a[0] - b[0]);
      const near = grid.map((x) => Math.abs(x - at[0]));
      heights[near.indexOf(Math.min(...near))] = at[1];
      grid.forEach((x, n) => {
        if (x <= from[0] || x >= to[0]) return;
        heights[n] = from[1] + ((to[1] - from[1]) * (x - from[0])) / (to[0] - from[0]);
      });
      last = at;
      show();
    },
    /** @param {number} n */
    push(n) {
      heights[n] = Number(twins[n].value);
      complete();
    },
    complete,
    /** @param {number[] | null} guess */
    show(guess) {
      marks.replaceChildren();
      const svg = /** @type {SVGSVGElement} */ (marks.closest("svg"));
      const { points, words } = listDrawn(svg);
      const fine = asked.drawn.map(
        (_, n) => grid[0] + ((grid[grid.length - 1] - grid[0]) * n) / (asked.drawn.length - 1),
      );
      const truth = fine.map((at, n) => [toX(at), toY(asked.drawn[n])]);
      points.push(...fillPieces(truth));
      if (guess) {
        heights = guess;
        show();
        // At the end of the line, or where its flag is nobody else's.
        const own = grid.map((at, n) => [toX(at), toY(clamp(guess[n], y))]).reverse();
        const flags = own.flatMap(([right, down]) => listFlags(measurePixel(marks), right, down));
        const flag = findRoom(flags, frameOf(asked), [...points, ...fillPieces(own)], words);
        marks.append(drawFlag(asked, flag));
        points.push(...fillPieces(own));
        words.push(flag);
      }
      const so = draw("path", { class: "bp-mark-so", d: path(fine, asked.drawn) });
      marks.prepend(so);
      marks.style.setProperty("--bp-mark", `var(--bp-${asked.ink})`);
      nameCurve(asked, marks, truth, points, words);
    },
  };
}
