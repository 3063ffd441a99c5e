// What of a figure stays in sight on a phone, where its picture, its sentence and its controls stand
// below each other: as much as the window has room for.

import { find, findAll, whenRead } from "./dom.mjs";

const BAR = 60; // px of the window that the page's own bar takes
const GAPS = 24; // px between picture, sentence and controls
const LEAST = 240; // px of a picture too high for the window that stay in sight

/**
 * Choose what sticks to the lower edge of a window.
 *
 * @param {number} room the window's height, in px, as the others
 * @param {number} picture
 * @param {number} sentence
 * @param {number} hands
 * @param {boolean} isWhole whether all of the picture is worth more than the sentence
 * @returns {"panel" | "hands" | ""} sentence and controls, controls alone, or nothing
 */
export function chooseSticky(room, picture, sentence, hands, isWhole) {
  const above = room - BAR - GAPS - hands;
  if (above - sentence >= picture) return "panel";
  if (isWhole && above >= picture) return "hands";
  if (above - sentence >= LEAST) return "panel";
  return above >= picture ? "hands" : "";
}

/**
 * Let sentence and controls of a figure stick to the window, if the picture above can be seen.
 *
 * @param {HTMLElement} root
 */
function watch(root) {
  const stage = find(root, ".bp-stage");
  const parts = [
    find(stage, ":scope > :first-child"),
    find(stage, ".bp-say"),
    find(stage, ".bp-hands"),
  ];
  const isWhole = root.matches(
    "[data-live]:not([data-live=microscope], [data-live=three_writings])",
  );
  const measure = () => {
    const [picture, sentence, hands] = parts.map((part) => part.offsetHeight);
    root.dataset.sticks = chooseSticky(innerHeight, picture, sentence, hands, isWhole);
  };
  const observer = new ResizeObserver(measure);
  for (const part of parts) observer.observe(part);
  addEventListener("resize", measure);
}

// Two arrange their parts in ways of their own. Notebooks, which phones do not open, do without it.
const ARRANGED = "[data-live=whole_machine], [data-live=map_of_starts]";
whenRead(() => findAll(document, `.bp-explorer:has(.bp-say):not(${ARRANGED})`).forEach(watch));
