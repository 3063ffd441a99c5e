// One pass, three writings: a line is chosen, and its twins in the other columns are lit.

import { find } from "../dom.mjs";
import { connectButtons, connectControls } from "./controls.mjs";
import { beginFigures } from "./figure.mjs";
import { readLink } from "./link.mjs";
import { writeArrow, writeBox } from "./scales.mjs";

beginFigures("three_writings", ({ root, data, start, pictures, set, say }) => {
  const state = readLink(location.hash, root.id, start) ?? { ...start };
  const [width, top, row] = data.row;

  /** @param {any} part */
  function drawLines(part) {
    const fill = data.inks[part.name.startsWith("d") ? "gradient" : "value"];
    part.spans.forEach((/** @type {number[][]} */ spans, /** @type {number} */ column) => {
      spans.forEach(([first, count], k) => {
        const d = writeBox(0, top + first * row, count ? width : 0, count * row);
        set(`${data.columns[column]}${k}`, { d, fill });
      });
    });
  }

  /** @param {any} part */
  function drawChain(part) {
    const back = part.name.startsWith("d");
    const ink = data.inks[back ? "gradient" : "value"];
    const [x, y, wide, high] = part.box;
    set("meant", { d: writeBox(x, y, wide, high), fill: ink, stroke: ink });
    const [begin, end] = part.arrow;
    const d = writeArrow(begin, end, 2.5, 7, [0.8, 0.2]);
    set("arrow", { d, display: back ? "inline" : "none" });
    set("part", { text: `${part.name} =` });
    part.numbers.forEach((/** @type {string} */ text, /** @type {number} */ k) => {
      set(`number${k}`, { text, fill: ink });
    });
  }

  function draw() {
    const part = data.parts[state.part];
    drawLines(part);
    drawChain(part);
    root.dataset.writing = String(state.writing);
    say(part.says);
    controls.follow();
  }

  const controls = connectControls(root, data.controls, state, draw);
  const stage = find(root, ".bp-stage .bp-pictures");

  /**
   * Return the part to which the line at a pointer belongs.
   *
   * @param {MouseEvent} event
   */
  function locate({ clientX, clientY }) {
    for (let column = 0; column < data.lines.length; column++) {
      const box = pictures[column].getBoundingClientRect();
      if (clientX < box.left || clientX > box.right) continue;
      if (clientY < box.top || clientY > box.bottom) continue;
      const { height } = pictures[column].viewBox.baseVal;
      const y = ((clientY - box.top) / box.height) * height;
      return data.lines[column][Math.floor((y - top) / row)];
    }
  }
  stage.addEventListener("pointermove", (event) => {
    stage.style.cursor = locate(event) === undefined ? "" : "pointer";
  });
  stage.addEventListener("click", (event) => {
    const part = locate(event);
    if (part === undefined) return;
    state.part = part;
    draw();
  });
  connectButtons(root, {
    "bp-next": () => {
      state.part = (state.part + 1) % data.parts.length;
      draw();
    },
    "bp-reset": () => {
      Object.assign(state, start);
      draw();
    },
  });
  for (const name of ["part", "writing"]) state[name] = controls.nearest(name, state[name]);
  draw();
});
