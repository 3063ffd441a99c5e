// What the theme leaves undone on every page.

// A box that scrolls must be reachable by keyboard, and say what it is; one that fits must not be one more stop on the way.
(() => {
  const kinds = {
    ".formula": "Formula",
    ".cell_output pre:not(.bp-code pre)": "Output",
    ".bd-article pre": "Code",
    ".pst-scrollable-table-container": "Table",
    ".cell_output > .output:not(:has(.bp-quiz, .bp-exercise, .bp-figure, .bp-explorer))": "Output",
    ".bp-scroll": "Figure",
  };
  /** @type {Map<Element, string>} */
  const known = new Map();
  /**
   * @param {HTMLElement} box
   * @param {boolean} wide
   */
  const update = (box, wide) => {
    if (wide) {
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", known.get(box) ?? "");
    } else if (box.tabIndex === 0) {
      for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
    }
  };
  // All are measured before any is changed: after a change, each measure would lay out the page anew.
  const watcher = new ResizeObserver((entries) => {
    const boxes = entries.map(({ target }) => /** @type {HTMLElement} */ (target));
    const wide = boxes.map((box) => box.scrollWidth > box.clientWidth + 1);
    boxes.forEach((box, n) => update(box, wide[n]));
  });
  /** @type {Record<string, number>} */
  const counts = {};
  /** @param {Document} root */
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
  // A quiz or a figure is no box that scrolls, though the theme may take one for it while it is laid out.
  const release = () => {
    const held = ".cell_output > .output:has(.bp-quiz, .bp-exercise, .bp-figure, .bp-explorer)";
    for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(held))) {
      const drop = () => {
        if (box.tabIndex === 0) box.removeAttribute("tabindex");
      };
      drop();
      new MutationObserver(drop).observe(box, { attributeFilter: ["tabindex"] });
    }
  };
  addEventListener("load", () => {
    watch(document);
    release();
    new MutationObserver(() => watch(document)).observe(document.body, {
      childList: true,
      subtree: true,
    });
  });
})();

// On a phone the sidebars are dialogs. Whoever follows a link within the page wants to see where it leads; whoever
// closes one wants to go on where it was opened.
addEventListener("DOMContentLoaded", () => {
  for (const side of ["primary", "secondary"]) {
    const dialog = document.getElementById(`pst-${side}-sidebar-modal`);
    const toggle = document.querySelector(`.${side}-toggle`);
    if (!(dialog instanceof HTMLDialogElement) || !(toggle instanceof HTMLElement)) continue;
    /** @type {HTMLElement | null} */
    let target = null;
    dialog.addEventListener("click", (event) => {
      const link = /** @type {Element} */ (event.target).closest('a[href^="#"]');
      if (!(link instanceof HTMLAnchorElement)) return;
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

// On a wide screen the same button folds the sidebar away: it says so, and a keyboard stays where it was, which the theme
// forgets at every click.
addEventListener("DOMContentLoaded", () => {
  const toggle = document.querySelector(".primary-toggle");
  const sidebar = document.getElementById("pst-primary-sidebar");
  const wide = matchMedia("(min-width: 992px)");
  if (!(toggle instanceof HTMLElement) || !sidebar) return;
  const tell = () => {
    const isFolded = sidebar.classList.contains("pst-sidebar-hidden");
    if (wide.matches) toggle.setAttribute("aria-expanded", String(!isFolded));
    else toggle.removeAttribute("aria-expanded"); // it opens a dialog
  };
  tell();
  wide.addEventListener("change", tell);
  new MutationObserver(tell).observe(sidebar, { attributeFilter: ["class"] });
  // before the theme, which lets nobody else hear of the click
  addEventListener(
    "click",
    (event) => {
      const byKey = event.detail === 0 && toggle.contains(/** @type {Node} */ (event.target));
      if (byKey && wide.matches) setTimeout(() => toggle.focus({ preventScroll: true }));
    },
    true,
  );
});

// The page's own contents give way to a wide figure that reaches into their place.
addEventListener("DOMContentLoaded", () => {
  const contents = document.getElementById("pst-secondary-sidebar");
  const figures = document.querySelectorAll(".bp-wide");
  if (!contents || !figures.length) return;
  let waiting = 0;
  const update = () => {
    waiting = 0;
    const list = contents.querySelector(".sidebar-secondary-items") ?? contents;
    const { top, bottom, left } = list.getBoundingClientRect();
    const covered = [...figures].some((figure) => {
      const sides = figure.getBoundingClientRect();
      return sides.top < bottom && sides.bottom > top && sides.right > left;
    });
    contents.classList.toggle("bp-away", covered);
  };
  const plan = () => {
    waiting ||= requestAnimationFrame(update);
  };
  addEventListener("scroll", plan, { passive: true });
  addEventListener("resize", plan);
  addEventListener("load", plan);
  plan();
});

// The button that changes the colours says which ones are on.
addEventListener("DOMContentLoaded", () => {
  /** @type {Record<string, string>} */
  const modes = { light: "light", dark: "dark", auto: "as the system" };
  const name = () => {
    for (const button of document.querySelectorAll(".theme-switch-button")) {
      button.setAttribute(
        "aria-label",
        `Color mode: ${modes[document.documentElement.dataset.mode ?? ""] ?? modes.auto}`,
      );
    }
  };
  name();
  new MutationObserver(name).observe(document.documentElement, { attributeFilter: ["data-mode"] });
});

// Paper is always light.
(() => {
  const page = document.documentElement;
  /** @type {string | undefined} */
  let theme;
  addEventListener("beforeprint", () => {
    theme = page.dataset.theme;
    page.dataset.theme = "light";
  });
  addEventListener("afterprint", () => {
    page.dataset.theme = theme ?? "light";
  });
})();

// Search quotes the pages that it finds, which browsers forbid to pages opened from a folder.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

// What search quotes is the text of a page, not the buttons above it; how many pages it found is announced.
addEventListener("DOMContentLoaded", () => {
  if (typeof Search === "undefined") return;
  const textOf = Search.htmlToText;
  Search.htmlToText = (html, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const part of page.querySelectorAll(".bd-header-article, .prev-next-footer"))
      part.remove();
    return textOf(page.documentElement.outerHTML, anchor);
  };
  document.querySelector(".search-summary")?.setAttribute("role", "status");
});

// A menu closes when the reader goes elsewhere.
addEventListener("DOMContentLoaded", () => {
  document.querySelector(".bp-print")?.addEventListener("click", () => print());
  for (const menu of document.querySelectorAll("details.bp-menu")) {
    if (!(menu instanceof HTMLDetailsElement)) continue;
    /** @param {EventTarget | null} place */
    const closeUnlessAt = (place) => {
      if (!menu.contains(/** @type {Node | null} */ (place))) menu.open = false;
    };
    menu.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget) closeUnlessAt(relatedTarget);
    });
    document.addEventListener("click", ({ target }) => closeUnlessAt(target));
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      menu.open = false;
      menu.querySelector("summary")?.focus();
    });
  }
});

// From page to page: Shift and an arrow, unless the arrows are busy with something else.
addEventListener("keydown", (event) => {
  /** @type {Record<string, string>} */
  const ways = { ArrowLeft: ".left-prev", ArrowRight: ".right-next" };
  const link = ways[event.key] && document.querySelector(ways[event.key]);
  const at = document.activeElement;
  const busy =
    at && at !== document.body && !at.matches("a, button, summary, section, article, main");
  if (
    !(link instanceof HTMLElement) ||
    !event.shiftKey ||
    event.ctrlKey ||
    event.altKey ||
    event.metaKey
  )
    return;
  if (event.defaultPrevented || busy || !getSelection()?.isCollapsed) return;
  event.preventDefault();
  link.click();
});

// The list of the page's contents is right after jumps and reloads, too: the theme marks headings as they pass by.
addEventListener("DOMContentLoaded", () => {
  /** @type {HTMLAnchorElement[]} */
  const links = [...document.querySelectorAll('#pst-page-toc-nav a[href^="#"]')].filter(
    (link) => link instanceof HTMLAnchorElement,
  );
  if (!links.length) return;
  const entries = document.querySelectorAll("#pst-page-toc-nav .toc-entry");
  /** @param {HTMLAnchorElement} link */
  const measureTop = (link) => {
    const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const heading = section?.querySelector("h1, h2, h3, h4") ?? section;
    return heading?.getBoundingClientRect().top ?? Infinity;
  };
  const update = () => {
    const marked = links.find((link) => link.matches("[aria-current]"));
    const page = document.documentElement;
    const isAtEnd = scrollY + innerHeight > page.scrollHeight - 2;
    // The last sections cannot reach the top: there the theme marks the link that was followed.
    if (isAtEnd && marked && measureTop(marked) > 0 && measureTop(marked) < innerHeight) return;
    const here = links.filter((link) => measureTop(link) < 0.3 * innerHeight).pop() ?? links[0];
    if (here === marked) return;
    for (const link of links) {
      link.classList.toggle("active", link === here);
      if (link === here) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    for (const entry of entries) entry.classList.toggle("active", entry.contains(here));
  };
  let waiting = 0;
  const plan = () => {
    clearTimeout(waiting);
    waiting = setTimeout(update, 150); // behind the theme
  };
  addEventListener("scroll", plan, { passive: true });
  addEventListener("load", plan);
});
