// The pictures of a certificate.

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {NonNullable<typeof globalThis.qrcode>} QrCode */

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {Node[]} children
 */
function draw(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/**
 * Draw the QR code of a text.
 *
 * @param {string} text
 * @param {QrCode} qrcode
 */
export function drawQrCode(text, qrcode) {
  qrcode.stringToBytes = qrcode.stringToBytesFuncs["UTF-8"];
  const code = qrcode(0, "L");
  code.addData(text, "Byte");
  code.make();
  const size = code.getModuleCount();
  let path = "";
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      if (code.isDark(row, column)) path += `M${column} ${row}h1v1h-1z`;
    }
  }
  return draw(
    "svg",
    {
      class: "bp-cert-qr",
      viewBox: `-2 -2 ${size + 4} ${size + 4}`,
      role: "img",
      "aria-label": "QR code that holds the code and the contents of this certificate",
      "shape-rendering": "crispEdges",
    },
    draw("path", { d: path }),
  );
}

/**
 * Draw a valley of the loss, and gradient descent to its floor, as large as the sheet; its unit is
 * the millimetre, and what stands on paper is drawn by the same rule.
 */
export function drawValley() {
  const [x, y] = [148.5, 83];
  const rings = Array.from({ length: 12 }, (_, n) =>
    draw("ellipse", {
      cx: x,
      cy: y,
      rx: 13 * (n + 1),
      ry: 5.6 * (n + 1),
      opacity: (0.07 + (0.09 * (n + 1)) / 13).toFixed(3),
    }),
  );
  const path = [[-116, -50]];
  for (;;) {
    const [across, down] = path[path.length - 1];
    if (Math.hypot(across, down) <= 1) break;
    path.push([across * (1 - 0.285), down * (1 - (0.285 * 13 ** 2) / 5.6 ** 2)]);
  }
  const spots = path.map(([across, down]) => [(x + across).toFixed(2), (y + down).toFixed(2)]);
  return draw(
    "svg",
    { class: "bp-cert-valley", viewBox: "0 0 297 210", "aria-hidden": "true" },
    draw("g", { class: "bp-cert-rings" }, ...rings),
    draw(
      "g",
      { class: "bp-cert-descent" },
      draw("polyline", { points: spots.map((spot) => spot.join(" ")).join(" ") }),
      ...spots.map(([cx, cy]) => draw("circle", { cx, cy, r: 0.9 })),
    ),
  );
}

/**
 * Find how large a name may be, as a part of its usual size, to fit its box on one line or on several.
 *
 * @param {string} name
 */
export function findSize(name) {
  const [WIDE, HIGH] = [15.5, 1.68]; // the box, measured in the usual size of the letters
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) return 1;
  pen.font = "100px STIXGeneral, 'Times New Roman', 'Liberation Serif', serif";
  const length = pen.measureText(name).width / 100;
  const sizes = [1, 2, 3, 4, 5, 6, 7, 8].map((lines) =>
    Math.min(
      lines > 1 ? 24 / 42 : 1,
      HIGH / (1.3 * lines),
      ((lines > 1 ? 0.85 : 0.97) * lines * WIDE) / length,
    ),
  );
  return Math.max(...sizes);
}
