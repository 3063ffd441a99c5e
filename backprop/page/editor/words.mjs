// What an editor says: before the first check, while Python is loaded, and where nothing was checked.

/** @import {Message} from "../python/python.mjs" */

const STAGES = {
  python: "Python starts",
  numpy: "NumPy is opened",
  book: "The exercises are opened",
};

const HEADLINES = {
  stopped: "Stopped.",
  ended: "Ended.",
  endless: "It did not come to an end.",
  crashed: "Python was ended.",
  unreachable: "Python did not arrive.",
  damaged: "Nothing was started.",
  broken: "Python does not start here.",
};

/** @param {number} bytes */
export const showMegabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/**
 * Say what the first check will do.
 *
 * @param {number} bytes of all files
 */
export const describeFirst = (bytes) =>
  `The first check loads Python from this site (${showMegabytes(bytes)}), which your browser keeps. ` +
  "Your code stays on this device.";

/**
 * Say what running a cell does.
 *
 * @param {number} bytes of all files that it loads first; 0 when they are here
 */
export function describeCell(bytes) {
  const first = `The first run loads Python from this site (${showMegabytes(bytes)}), which your browser keeps. `;
  return (
    `${bytes ? first : ""}What the cell needs from those above, as the book has them, runs before it, each time. ` +
    "Your code stays on this device."
  );
}

/**
 * Say what is not in sight of what was printed; nothing where all of it is.
 *
 * @param {number} lines
 * @param {{isLong: boolean, isCut: boolean}} printed whether its box scrolls, and whether it ends before its end
 */
export function describePrinted(lines, { isLong, isCut }) {
  const scrolls = isLong
    ? `${lines.toLocaleString("en")} lines: scroll in the box to see all. `
    : "";
  return scrolls + (isCut ? "More was printed than is kept here." : "");
}

/**
 * Say how far Python is.
 *
 * @param {Message} message
 */
export function describeProgress({ stage = "files", loaded = 0, total = 0, ...rest }) {
  const { package: name, kept } = rest;
  const keeps = kept === false ? "" : " and stays in your browser";
  if (stage === "package") return `${name} is opened …`;
  if (stage !== "files") return `${STAGES[stage]} …`;
  const far = `${showMegabytes(loaded)} of ${showMegabytes(total)}`;
  return name
    ? `${name}, which your code uses, comes from this site${keeps}: ${far}`
    : `Loading Python: ${far}`;
}

/**
 * Say in a few words why nothing was checked.
 *
 * @param {Message} message
 */
export function describeFailure({ reason = "broken", package: name }) {
  const unused = reason === "unreachable" ? "did not arrive" : "could not be used";
  const isMissing = name && reason !== "stopped" && reason !== "ended";
  return isMissing ? `${name} ${unused}.` : HEADLINES[reason];
}

/**
 * Say which names the code may use without defining them.
 *
 * @param {string[]} lent functions of earlier parts
 */
export function describeNames(lent) {
  const names = ["np", "bp", ...lent].map((name) => `“${name}”`);
  return `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]} are at hand.`;
}
