// What the theme leaves undone on every page.

// A box that scrolls must be reachable by keyboard; one that fits must not be one more stop on the way.
(() => {
  const boxes = "mjx-container[display], .bd-article pre, .cell_output > .output, .pst-scrollable-table-container, .bp-scroll";
  const update = (box) => {
    if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    else if (box.tabIndex === 0) box.removeAttribute("tabindex");
  };
  const watcher = new ResizeObserver((entries) => entries.forEach(({ target }) => update(target)));
  const watch = (root) => root.querySelectorAll(boxes).forEach((box) => watcher.observe(box));
  addEventListener("load", () => {
    watch(document);
    new MutationObserver(() => watch(document)).observe(document.body, { childList: true, subtree: true });
  });
})();

// Search quotes the pages that it finds, which browsers forbid to pages opened from a folder.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
