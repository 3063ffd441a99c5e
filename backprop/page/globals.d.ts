// What the scripts of a page share, for the type checker.

import type { Outline } from "./progress/records.mjs";

type Records = import("./progress/records.mjs").Records;

interface Progress {
  asides: () => { key: string; text: string }[];
  count: typeof import("./progress/counts.mjs").countChapter;
  erase: () => void;
  isKept: () => boolean;
  load: () => Records;
  merge: (one: Records, other: Records) => Records;
  read: (text: string) => ReturnType<typeof import("./progress/records.mjs").readText>;
  readFile: (bytes: Uint8Array) => ReturnType<typeof import("./progress/records.mjs").readFile>;
  save: (records: Records) => void;
  tell: () => void;
}

interface Certificate {
  codeOf: (text: string) => string;
  contents: (name: string, date: string, records: Records) => string;
  wrongWith: (name: string) => string;
}

/** What takes the answers of one chapter to the kernel that has shown its quiz. */
interface Recorder {
  chapter: string;
  send: (answer: object) => void;
}

/** How an output in Colab calls a function of its kernel. */
interface Colab {
  invokeFunction: (
    name: string,
    args: unknown[],
    options: object,
  ) => Promise<{ data: Record<string, { kept?: number }> }>;
}

interface Library {
  carriesAnswers?: boolean;
  certificate?: Certificate;
  edit?: () => void;
  explorer?: (root: HTMLElement | null) => void;
  openPython?: typeof import("./python/python.mjs").openPython;
  outline?: Outline;
  predict?: () => void;
  predictInPicture?: typeof import("./predict/pictures.mjs").startPicture;
  progress?: Progress;
  python?: import("./python/files.mjs").Manifest;
  recorders?: Set<Recorder>;
  quiz?: (root?: HTMLElement) => void;
  steps?: () => void;
  stepOverview?: typeof import("./steps_long.mjs").overview;
  stepTries?: typeof import("./steps_tries.mjs").startTries;
  stepUnits?: typeof import("./steps_units.mjs").startUnits;
}

/** What Pyodide offers, as far as the worker uses it. */
interface Pyodide {
  loadPackage: (names: string[], options: object) => Promise<unknown>;
  unpackArchive: (content: ArrayBuffer, format: string, options: object) => void;
  pyimport: {
    (name: "backprop.course.interpreter"): {
      check_as_json: (name: string, source: string, line: string) => string;
      run_as_json: (cell: string, source: string, setup: string) => string;
      watch_limits: (watcher: (seconds: number) => void) => void;
      watch_prints: (listener: (text: string) => void) => void;
      offer_modules: (name: string, ...modules: string[]) => void;
      draw_figures_by: (draw: unknown, show: unknown) => void;
    };
    (name: string): { open_page: () => void; draw_figures: unknown; show_figures: unknown };
  };
  _module: { HEAP8: Int8Array };
}

declare global {
  // Files of Python as scripts, for pages that are opened from a folder.
  var backpropFiles: Record<string, string> | undefined;
  // In a worker.
  var importScripts: (address: string) => void;
  var loadPyodide: (options: object) => Promise<Pyodide>;
  // Libraries of others: js-sha256, qrcode-generator, and what the theme brings.
  var sha256: (content: string | ArrayBuffer) => string;
  var qrcode: {
    (type: number, correction: string): {
      addData(text: string, mode: string): void;
      make(): void;
      getModuleCount(): number;
      isDark(row: number, column: number): boolean;
    };
    stringToBytes: (text: string) => number[];
    stringToBytesFuncs: Record<string, (text: string) => number[]>;
  };
  var DOCUMENTATION_OPTIONS: { SHOW_SEARCH_SUMMARY: boolean };
  var Search: { htmlToText: (html: string, anchor?: string) => string } | undefined;

  interface Window {
    backprop?: Library;
    google?: { colab?: { kernel?: Colab } };
    sha256: typeof sha256;
    qrcode: typeof qrcode;
  }
}
