// Strokes become an image of 8 × 8, as backprop/show/live/drawn_image.py makes it: of one size, one
// pen and no slant, then counted in blocks of 4 × 4.

const [DOTS, BLOCK, WIDTH, INK, WIDEN] = [32, 4, 20, 330, 2.5];
const [THIN, THICK, HALVINGS] = [0.8, 7, 7];

/** @typedef {number[][][]} Strokes each a list of points, x and y */

/**
 * Split one row of numbers into strokes: x and y of each point, −1 and −1 behind a stroke.
 *
 * @param {number[]} drawn
 * @returns {Strokes}
 */
export function splitStrokes(drawn) {
  /** @type {Strokes} */
  const strokes = [[]];
  for (let k = 0; k + 1 < drawn.length; k += 2) {
    if (drawn[k] < 0) strokes.push([]);
    else strokes[strokes.length - 1].push([drawn[k], drawn[k + 1]]);
  }
  return strokes.filter((stroke) => stroke.length);
}

/**
 * Draw strokes of a size and place that fit, with a pen of some radius: 1 for each dot of ink.
 *
 * @param {Strokes} strokes
 * @param {number} pen
 */
function drawDots(strokes, pen) {
  const [xs, ys] = [0, 1].map((k) => strokes.flat().map((point) => point[k]));
  const [left, right, top, bottom] = [
    Math.min(...xs),
    Math.max(...xs),
    Math.min(...ys),
    Math.max(...ys),
  ];
  const width = right - left;
  const tall = Math.max(bottom - top, 0.15 * width) || 1;
  const room = Math.max(Math.min(WIDTH, (WIDEN * width * DOTS) / tall) - 2 * pen, 0);
  const [across, down] = [room / (width || 1), (DOTS - 2 * pen) / tall];
  const dots = new Uint8Array(DOTS * DOTS);
  for (const stroke of strokes) {
    const placed = stroke.map(([x, y]) => [
      (x - (left + right) / 2) * across + DOTS / 2,
      (y - (top + bottom) / 2) * down + DOTS / 2,
    ]);
    placed.forEach((begin, k) => drawPiece(dots, begin, placed[k + 1] ?? begin, pen));
  }
  return dots;
}

/**
 * Mark each dot that is no further from a straight piece than the pen reaches.
 *
 * @param {Uint8Array} dots changed in place
 * @param {number[]} begin
 * @param {number[]} end
 * @param {number} pen
 */
function drawPiece(dots, [x, y], end, pen) {
  const [across, down] = [end[0] - x, end[1] - y];
  const length = across ** 2 + down ** 2 || 1;
  const lowest = Math.max(0, Math.floor(Math.min(y, end[1]) - pen - 1));
  const highest = Math.min(DOTS - 1, Math.ceil(Math.max(y, end[1]) + pen));
  for (let row = lowest; row <= highest; row++) {
    for (let column = 0; column < DOTS; column++) {
      const [right, below] = [column + 0.5 - x, row + 0.5 - y];
      const along = Math.min(1, Math.max(0, (right * across + below * down) / length));
      const away = (right - along * across) ** 2 + (below - along * down) ** 2;
      if (away <= pen ** 2) dots[row * DOTS + column] = 1;
    }
  }
}

/**
 * Shift rows until the leftmost dots of the first and the last are one above the other.
 *
 * @param {Uint8Array} dots
 */
function straighten(dots) {
  const rows = Array.from({ length: DOTS }, (_, k) => dots.subarray(k * DOTS, (k + 1) * DOTS));
  const inked = rows.filter((row) => row.includes(1));
  const straight = new Uint8Array(DOTS * DOTS);
  if (!inked.length) return straight;
  const lean = (inked[inked.length - 1].indexOf(1) - inked[0].indexOf(1)) / (DOTS - 1);
  rows.forEach((row, k) => {
    const shift = Math.floor(-lean * (k - (DOTS - 1) / 2) + 0.5);
    row.forEach((dot, column) => {
      const moved = column + shift;
      if (dot && moved >= 0 && moved < DOTS) straight[k * DOTS + moved] = 1;
    });
  });
  return straight;
}

/**
 * Make of strokes an image of 8 × 8 pixels, from 0, paper, to 1, ink.
 *
 * @param {Strokes} strokes
 * @returns {Float64Array}
 */
export function makeImage(strokes) {
  const side = DOTS / BLOCK;
  const image = new Float64Array(side * side);
  if (!strokes.length) return image;
  let [low, high] = [THIN, THICK];
  for (let k = 0; k < HALVINGS; k++) {
    const pen = (low + high) / 2;
    const ink = drawDots(strokes, pen).reduce((sum, dot) => sum + dot, 0);
    if (ink < INK) low = pen;
    else high = pen;
  }
  straighten(drawDots(strokes, (low + high) / 2)).forEach((dot, k) => {
    const [row, column] = [Math.floor(k / DOTS / BLOCK), Math.floor((k % DOTS) / BLOCK)];
    image[row * side + column] += dot / BLOCK ** 2;
  });
  return image;
}
