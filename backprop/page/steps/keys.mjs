// What steps through a graph carry: the names of what they change, and their phase.

/**
 * List the names of the boxes and lines that a step changes.
 *
 * @param {HTMLElement} step
 */
export const keysOf = (step) => (step.dataset.at ?? "").split(" ").filter(Boolean);

/**
 * Name the phase of a step.
 *
 * @param {HTMLElement} root
 * @param {number} number
 */
export const phaseOf = (root, number) =>
  number < Number(root.dataset.turn) ? "forward" : "backward";
