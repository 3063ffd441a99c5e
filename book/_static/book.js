// What the theme leaves undone on every page.

// A box that scrolls must be reachable by keyboard, and say what it is; one that fits must not be one more stop on the way.
(() => {
  const kinds = {
    "mjx-container[display]": "Formula",
    ".cell_output pre:not(.bp-code pre)": "Output",
    ".bd-article pre": "Code",
    ".pst-scrollable-table-container": "Table",
    ".cell_output > .output:not(:has(.bp-quiz, .bp-exercise, .bp-figure, .bp-explorer))": "Output",
    ".bp-scroll": "Figure",
  };
  const known = new Map();
  const update = (box) => {
    if (box.scrollWidth > box.clientWidth + 1) {
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", known.get(box));
    } else if (box.tabIndex === 0) {
      for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
    }
  };
  const watcher = new ResizeObserver((entries) => entries.forEach(({ target }) => update(target)));
  const counts = {};
  const watch = (root) => {
    for (const [boxes, kind] of Object.entries(kinds)) {
      for (const box of root.querySelectorAll(boxes)) {
        if (known.has(box)) continue;
        counts[kind] = (counts[kind] ?? 0) + 1;
        known.set(box, `${kind} ${counts[kind]}, wider than the page`);
        watcher.observe(box);
      }
    }
  };
  addEventListener("load", () => {
    watch(document);
    new MutationObserver(() => watch(document)).observe(document.body, { childList: true, subtree: true });
  });
})();

// On a phone the sidebars are dialogs. Whoever follows a link within the page wants to see where it leads; whoever
// closes one wants to go on where it was opened.
addEventListener("DOMContentLoaded", () => {
  for (const side of ["primary", "secondary"]) {
    const dialog = document.getElementById(`pst-${side}-sidebar-modal`);
    const toggle = document.querySelector(`.${side}-toggle`);
    if (!dialog || !toggle) continue;
    let target = null;
    dialog.addEventListener("click", (event) => {
      const link = event.target.closest('a[href^="#"]');
      if (!link) return;
      target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      const next = target ?? toggle;
      if (target) target.tabIndex = -1;
      target = null;
      setTimeout(() => next.focus({ preventScroll: true })); // after the theme, which forgets where a finger was
    });
  }
});

// The button that changes the colours says which ones are on.
addEventListener("DOMContentLoaded", () => {
  const modes = { light: "light", dark: "dark", auto: "as the system" };
  const name = () => {
    for (const button of document.querySelectorAll(".theme-switch-button")) {
      button.setAttribute("aria-label", `Color mode: ${modes[document.documentElement.dataset.mode] ?? modes.auto}`);
    }
  };
  name();
  new MutationObserver(name).observe(document.documentElement, { attributeFilter: ["data-mode"] });
});

// Paper is always light.
(() => {
  const page = document.documentElement;
  let theme;
  addEventListener("beforeprint", () => {
    theme = page.dataset.theme;
    page.dataset.theme = "light";
  });
  addEventListener("afterprint", () => { page.dataset.theme = theme; });
})();

// Search quotes the pages that it finds, which browsers forbid to pages opened from a folder.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
