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
      viewBox: `-4 -4 ${size + 8} ${size + 8}`,
      role: "img",
      "aria-label": "QR code that holds the code and the contents of this certificate",
      "shape-rendering": "crispEdges",
    },
    draw("path", { d: path }),
  );
}

/** Draw the network of the book: one input, two hidden nodes, one output. */
export function drawEmblem() {
  const nodes = [
    [12, 40],
    [60, 14],
    [60, 66],
    [108, 40],
  ];
  const edges = [
    [0, 1],
    [0, 2],
    [1, 3],
    [2, 3],
  ];
  /**
   * @param {number[]} ends
   * @param {number} shift
   * @param {string} kind
   */
  const line = ([from, to], shift, kind) =>
    draw("line", {
      class: kind,
      x1: nodes[from][0],
      y1: nodes[from][1] + shift,
      x2: nodes[to][0],
      y2: nodes[to][1] + shift,
    });
  return draw(
    "svg",
    { class: "bp-cert-emblem", viewBox: "0 0 120 80", "aria-hidden": "true" },
    ...edges.map((edge) => line(edge, -2, "bp-cert-forward")),
    ...edges.map((edge) => line(edge, 2, "bp-cert-backward")),
    ...nodes.map(([cx, cy]) => draw("circle", { cx, cy, r: 8 })),
  );
}

/** Draw a run of gradient descent on a parabola, as large as the sheet and hardly visible. */
export function drawWatermark() {
  /** @param {number} x */
  const height = (x) => 172 - 150 * ((x - 128.5) / 128.5) ** 2;
  const curve = Array.from(
    { length: 65 },
    (_, n) => `${n ? "L" : "M"}${n * 4} ${height(n * 4).toFixed(1)}`,
  );
  const steps = Array.from({ length: 6 }, (_, n) => 128.5 - 118 * 0.6 ** n);
  return draw(
    "svg",
    {
      class: "bp-cert-watermark",
      viewBox: "0 0 257 182",
      "aria-hidden": "true",
      preserveAspectRatio: "none",
    },
    draw("path", { class: "bp-cert-forward", d: curve.join("") }),
    draw("path", {
      class: "bp-cert-backward",
      d: steps.map((x, n) => `${n ? "L" : "M"}${x.toFixed(1)} ${height(x).toFixed(1)}`).join(""),
    }),
    ...steps.map((cx) => draw("circle", { cx: cx.toFixed(1), cy: height(cx).toFixed(1), r: 1.6 })),
  );
}

/**
 * Find how large a name may be, as a part of its usual size, to fit its box on one line or on several.
 *
 * @param {string} name
 */
export function findSize(name) {
  const [WIDE, HIGH] = [16, 2.6]; // the box, measured in the usual size of the letters
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) return 1;
  pen.font = "100px Georgia, 'Liberation Serif', serif";
  const length = pen.measureText(name).width / 100;
  const sizes = [1, 2, 3, 4, 5, 6, 7, 8].map((lines) =>
    Math.min(1, HIGH / (1.25 * lines), ((lines > 1 ? 0.85 : 0.97) * lines * WIDE) / length),
  );
  return Math.max(...sizes);
}
