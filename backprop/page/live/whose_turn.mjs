// Whose turn: the reader chooses which node of a graph sends next; one that sends before all had
// come sends a sum that lacks a part, and what is made of it is hatched.

import { find } from "../dom.mjs";
import { connectButtons, connectControls } from "./controls.mjs";
import { beginFigures } from "./figure.mjs";
import { readLink } from "./link.mjs";
import { NOTHING } from "./marks.mjs";
import { lineWidth } from "./scales.mjs";
import { fill } from "./sentence.mjs";

/**
 * What has happened when some nodes have sent.
 *
 * @typedef {object} Walk
 * @property {Record<string, number>} arrived what is kept at each node
 * @property {Record<string, number>} sums what each node that has sent has passed on
 * @property {Record<string, number>} shares by the place of the edge
 * @property {Record<string, string[]>} early who had not sent yet when a node sent
 */

beginFigures("whose_turn", ({ root, data, start, programs, pictures, set, say }) => {
  const state = readLink(location.hash, root.id, start) ?? structuredClone(start);
  /** @type {Record<string, string[]>} */
  const senders = data.senders;
  const names = Object.keys(senders);
  const edges = names.flatMap((name) => senders[name].map((argument) => [name, argument]));
  const slope = programs.graph(data.leaves).da;
  const [wide, high] = data.half;

  /** @param {string} name */
  const sendersTo = (name) => names.filter((node) => senders[node].includes(name));
  const readOrder = () => (state.rule ? data.orders[state.rule - 1] : state.order);

  /** @returns {Walk} */
  function walk() {
    /** @type {Walk} */
    const done = { arrived: { y: 1 }, sums: {}, shares: {}, early: {} };
    for (const place of readOrder().slice(0, state.sent)) {
      const name = names[place];
      done.early[name] = sendersTo(name).filter((other) => !(other in done.sums));
      const sum = done.arrived[name] ?? 0;
      done.sums[name] = sum;
      edges.forEach(([from, to], k) => {
        if (from !== name) return;
        done.shares[k] = data.local[k] * sum;
        const before = state.adds ? (done.arrived[to] ?? 0) : 0;
        done.arrived[to] = before + done.shares[k];
      });
    }
    return done;
  }

  /**
   * @param {Walk} done
   * @param {string} name
   */
  const isRight = (done, name) => done.sums[name] === data.slopes[name];

  /**
   * @param {Walk} done
   * @param {string} name
   */
  function judgeSender(done, name) {
    if (isRight(done, name)) return "whole";
    if (done.early[name].length) return done.sums[name] ? "early" : "empty";
    return "lost";
  }

  /**
   * @param {Walk} done
   * @param {string} name
   */
  function writeMark(done, name) {
    const truth = data.slopes[name];
    if (name in done.sums) return isRight(done, name) ? "sent" : `✗ had ${done.sums[name]}`;
    // Whose turn it is, the reader is to find.
    if (!(name in done.arrived) || name in senders) return "";
    const waits = sendersTo(name).filter((other) => !(other in done.sums));
    if (waits.length) return `waits for ${waits.join(", ")}`;
    return done.arrived[name] === truth ? "has all" : `✗ lacks ${truth - done.arrived[name]}`;
  }

  /**
   * @param {Walk} done
   * @param {boolean} wrong
   */
  function chooseNote(done, wrong) {
    const sent = Object.keys(done.sums);
    if (state.adds && sent.length === 2 && "y" in done.sums && "m" in done.sums) return "open";
    if (Object.values(done.early).some((waited) => waited.length)) return "early";
    if (wrong) return "lost";
    return sent.length ? "right" : "begin";
  }

  /** @param {Walk} done */
  function describe(done) {
    const sent = Object.keys(done.sums);
    if (!sent.length) return data.sentences.none;
    // The first that sent something wrong is what matters.
    const who = sent.find((name) => !isRight(done, name)) ?? sent[sent.length - 1];
    const left = names.filter((name) => !(name in done.sums));
    const a = done.arrived.a ?? 0;
    const last = a === slope ? "right" : "wrong";
    const kinds = [judgeSender(done, who), left.length ? "next" : last];
    return fill(kinds.map((kind) => data.sentences[kind]).join(" "), {
      who,
      sum: `${done.sums[who]}`,
      truth: `${data.slopes[who]}`,
      rest: done.early[who].join(" and "),
      names: left.sort().join(" and "),
      a: `${a}`,
      slope: `${slope}`,
    });
  }

  /** @param {Walk} done */
  function drawEdges(done) {
    edges.forEach(([from], k) => {
      const sent = k in done.shares;
      const share = done.shares[k];
      set(`flow${k}`, { "stroke-width": sent ? lineWidth(share / 6) : 0 });
      set(`hatch${k}`, { d: sent && !isRight(done, from) ? data.hatches[k] : NOTHING });
      set(`share${k}`, { text: sent ? share : "" });
    });
  }

  function draw() {
    const done = walk();
    drawEdges(done);
    const marks = Object.keys(data.places).map((name) => {
      const mark = writeMark(done, name);
      set(`sum-${name}`, { text: done.arrived[name] ?? "?" });
      set(`mark-${name}`, { text: mark });
      set(`box-${name}`, { d: mark.startsWith("✗") ? data.boxes[name] : NOTHING });
      return mark;
    });
    const wrong = marks.some((mark) => mark.startsWith("✗"));
    set("note", { text: data.notes[chooseNote(done, wrong)] });
    for (const name of names) {
      const button = find(root, `.bp-send-${name}`, HTMLButtonElement);
      // A button that has the focus keeps it, so it is not taken away but does nothing.
      button.setAttribute("aria-disabled", String(name in done.sums));
    }
    say(describe(done));
    controls.follow();
  }

  /** @param {string} name */
  function send(name) {
    const sent = readOrder().slice(0, state.sent);
    const place = names.indexOf(name);
    if (sent.includes(place)) return;
    const rest = [0, 1, 2, 3].filter((other) => other !== place && !sent.includes(other));
    state.order = [...sent, place, ...rest];
    state.sent = sent.length + 1;
    state.rule = 0;
    draw();
  }

  /** @param {MouseEvent} event */
  function findSender({ clientX, clientY }) {
    const box = pictures[0].getBoundingClientRect();
    const { width, height } = pictures[0].viewBox.baseVal;
    const across = ((clientX - box.left) / box.width) * width;
    const down = ((clientY - box.top) / box.height) * height;
    return names.find((name) => {
      const [x, y] = data.places[name];
      return Math.abs(across - x) <= wide && Math.abs(down - y) <= high;
    });
  }

  const controls = connectControls(root, data.controls, state, (name) => {
    // A rule shows at once where it leads; the slider goes back from there.
    if (name === "rule" && state.rule) state.sent = names.length;
    draw();
  });
  const stage = pictures[0].parentElement;
  stage?.addEventListener("click", (event) => {
    const name = findSender(event);
    if (name) send(name);
  });
  stage?.addEventListener("mousemove", (event) => {
    stage.style.cursor = findSender(event) ? "pointer" : "";
  });
  connectButtons(root, {
    ...Object.fromEntries(names.map((name) => [`bp-send-${name}`, () => send(name)])),
    "bp-reset": () => {
      Object.assign(state, structuredClone(start));
      draw();
    },
  });
  for (const name of ["rule", "adds", "sent"]) state[name] = controls.nearest(name, state[name]);
  const known = [...state.order].sort().join() === "0,1,2,3";
  if (!known) state.order = [...start.order];
  draw();
});
