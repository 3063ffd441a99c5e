// What the scripts of a page share, for the type checker.


interface Library {
  explorer?: (root: HTMLElement | null) => void;
  steps?: () => void;
}

declare global {
  interface Window {
    backprop: Library;
  }
}

export {};
