// Takes answers from a notebook to its kernel, and back what was kept: the browser's half of the
// recorder (backprop/course/progress/clicks.py). It is the module of a widget that is never shown,
// which runs as soon as the kernel has made the widget, so that no output refers to it.

/**
 * @typedef {object} Model
 * @property {(name: "chapter") => string} get
 * @property {(message: object) => void} send
 * @property {(event: string, react: (message: { kept?: number }) => void) => void} on
 */

/** @param {{ model: Model }} widget */
function initialize({ model }) {
  const recorders = ((window.backprop ??= {}).recorders ??= new Set());
  const recorder = { chapter: model.get("chapter"), send: model.send };
  const close = () => recorders.delete(recorder);
  recorders.add(recorder);
  model.on("msg:custom", ({ kept }) => {
    document.dispatchEvent(new CustomEvent("backprop:kept", { detail: kept }));
  });
  model.on("comm_live_update", close); // the kernel is gone, or was started again
  return close;
}

export default { initialize };
