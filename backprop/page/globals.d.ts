// What the scripts of a page share, for the type checker.

import type { Outline } from "./progress/records.mjs";

type Records = import("./progress/records.mjs").Records;

interface Progress {
  asides: () => { key: string; text: string }[];
  count: typeof import("./progress/records.mjs").countChapter;
  erase: () => void;
  isKept: () => boolean;
  load: () => Records;
  merge: (one: Records, other: Records) => Records;
  read: typeof import("./progress/records.mjs").readText;
  readFile: typeof import("./progress/records.mjs").readFile;
  save: (records: Records) => void;
  tell: () => void;
}

interface Library {
  explorer?: (root: HTMLElement | null) => void;
  notebook?: boolean;
  outline?: Outline;
  progress?: Progress;
  quiz?: (root?: HTMLElement) => void;
  steps?: () => void;
}

declare global {
  interface Window {
    backprop?: Library;
  }
}
