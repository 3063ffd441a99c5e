// Moves the figures that backprop.show.explorer has drawn: the page holds the frame at the start
// and, in data-payload, what differs in the others.

import { find, findAll, library, whenRead } from "./dom.mjs";
import { readControls } from "./explorer/controls.mjs";
import { readSlot } from "./explorer/frames.mjs";
import { unpack } from "./unpack.mjs";

/** @import {Frames, Slot} from "./explorer/frames.mjs" */

const PLAY_SECONDS = 4; // from one end of the slider to the other
const QUIET = 400; // ms without movement before a description is read aloud
const begun = new WeakSet();
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Return a function that brings one element of a picture into the state of a frame.
 *
 * @param {Element} svg
 * @param {Slot} slot
 */
function bind(svg, slot) {
  const element = find(svg, `[data-i="${slot[0]}"]`, Element);
  const name = slot[1];
  const value = readSlot(slot);
  /** @param {number} frame */
  return (frame) => {
    const text = value(frame);
    if (name === "") element.textContent = text;
    else if (text === null) element.removeAttribute(name);
    else element.setAttribute(name, text);
  };
}

/**
 * @param {HTMLElement} root
 * @param {Frames} data
 */
function begin(root, data) {
  const controls = readControls(root);
  const [say, live] = [find(root, ".bp-say"), find(root, ".bp-live")];
  const description = find(root, "svg desc", Element);
  const setters = findAll(root, ".bp-stage svg", Element).flatMap((svg, i) =>
    data.slots[i].map((slot) => bind(svg, slot)),
  );

  let [shown, waiting] = [-1, 0];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let quiet;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const frame = () =>
    controls.reduce((number, control, i) => number * data.sizes[i] + control.read(), 0);
  const announce = () => {
    live.textContent = say.textContent;
  };

  function update() {
    controls.forEach((control, i) => control.tell(data.texts[i][control.read()]));
    // many events in one refresh of the screen need one drawing
    if (!waiting) waiting = requestAnimationFrame(draw);
  }

  function draw() {
    waiting = 0;
    const number = frame();
    if (number === shown) return;
    const first = shown < 0;
    shown = number;
    for (const set of setters) set(number);
    say.textContent = description.textContent = data.say[number];
    if (first) return;
    clearTimeout(quiet);
    if (!timer) quiet = setTimeout(announce, QUIET);
  }

  // Play, if time is involved. Readers who asked for less motion get one frame a press.
  const play = root.querySelector(".bp-play");
  const moved = controls[data.play];

  function nameButton() {
    if (play) play.textContent = timer ? "Pause" : still.matches ? "Next" : "Play";
  }

  function pause() {
    if (!timer) return;
    clearTimeout(timer);
    // what is announced has to be what is shown
    if (waiting) {
      cancelAnimationFrame(waiting);
      draw();
    }
    timer = undefined;
    nameButton();
    announce();
  }

  const atEnd = () => moved.read() === moved.last;

  function step() {
    moved.moveTo(atEnd() ? 0 : moved.read() + 1);
    update();
  }

  if (play) {
    const pace = Math.max(60, (1000 * PLAY_SECONDS) / data.sizes[data.play]);
    const next = () => {
      step();
      if (atEnd()) pause();
      else timer = setTimeout(next, pace);
    };
    nameButton();
    still.addEventListener("change", () => {
      pause();
      nameButton();
    });
    play.addEventListener("click", () => {
      if (timer) return pause();
      if (still.matches) return step();
      if (atEnd()) step(); // the first frame stays for a moment, too
      timer = setTimeout(next, pace);
      nameButton();
    });
  }

  controls.forEach((control, i) => {
    control.moveTo(data.start[i]); // browsers restore what was there before a reload
    control.listen(() => {
      pause();
      update();
    });
  });

  // A parameter that is also the x axis can be pulled in the picture. A finger that scrolls the page
  // moves nothing: the browser takes its pointer away before it has moved far.
  if (data.pull.length) {
    const [which, places] = data.pull;
    pullIn(find(root, ".bp-pictures"), places, (nearest) => {
      if (controls[which].read() === nearest) return;
      pause();
      controls[which].moveTo(nearest);
      update();
    });
  }

  find(root, ".bp-reset").addEventListener("click", () => {
    pause();
    controls.forEach((control, i) => control.moveTo(data.start[i]));
    update();
  });
  // Notebooks have plans of their own for arrow keys.
  root.addEventListener("keydown", (event) => event.stopPropagation());
  root.classList.add("bp-moves");
  update();
}

/**
 * Let a box of pictures be pulled by mouse, pen or finger.
 *
 * @param {HTMLElement} box
 * @param {number[][]} places in each picture, where each position of the slider lies
 * @param {(position: number) => void} moveTo
 */
function pullIn(box, places, moveTo) {
  const pictures = findAll(box, "svg", Element);

  /** @param {PointerEvent} event */
  function pull({ clientX, clientY }) {
    pictures.forEach((svg, n) => {
      const sides = svg.getBoundingClientRect();
      if (!places[n].length || clientY < sides.top || clientY > sides.bottom) return;
      if (clientX < sides.left - 20 || clientX > sides.right + 20) return;
      const at = (clientX - sides.left) / sides.width;
      const away = places[n].map((place) => Math.abs(place - at));
      moveTo(away.indexOf(Math.min(...away)));
    });
  }

  box.classList.add("bp-pull");
  box.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    box.setPointerCapture(event.pointerId);
    if (event.pointerType !== "touch") pull(event);
  });
  box.addEventListener("pointermove", (event) => {
    if (box.hasPointerCapture(event.pointerId)) pull(event);
  });
  box.addEventListener("pointerup", pull); // a tap
}

if (!library.explorer) {
  library.explorer = (root) => {
    // In browsers from before 2023 figures stay still, as they do without scripts.
    if (!root || begun.has(root) || !("DecompressionStream" in window)) return;
    begun.add(root);
    unpack(root.dataset.payload ?? "").then((/** @type {Frames} */ data) => begin(root, data));
  };
  whenRead(() =>
    findAll(document, ".bp-explorer[data-payload]").forEach((root) => library.explorer?.(root)),
  );
}
