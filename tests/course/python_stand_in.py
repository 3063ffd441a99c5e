"""A stand-in for the Python of the pages, which takes seconds to start."""

# Answers when the test says so, through `settle`; `tell` is told what Python would tell.
STAND_IN = """
window.asked = []; window.opened = 0;
window.backprop = {
  python: {bytes: 9758643, files: []},
  openPython: ({onprogress}) => {
    opened += 1;
    window.tell = onprogress;
    const answer = (...order) => new Promise((settle) => {
      asked.push(order);
      window.settle = settle;
    });
    return {
      check: answer,
      run: answer,
      stop: () => settle({state: "failed", reason: "stopped", message: "Your code is kept."}),
    };
  },
};
"""
