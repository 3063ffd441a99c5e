// The meaning of a term, while the reader rests on its link: by mouse after a moment, by keyboard at once.
addEventListener("DOMContentLoaded", () => {
  const template = document.querySelector("template.bp-terms");
  if (!(template instanceof HTMLTemplateElement) || !("popover" in HTMLElement.prototype)) return;
  document.body.append(template.content);

  const REST = 250; // ms on a link, or away from it, before anything happens
  const GAP = 6; // px between a link and what it means
  /** @type {{link: HTMLElement, box: HTMLElement} | undefined} */
  let open;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const close = () => {
    clearTimeout(timer);
    if (open?.box.matches(":popover-open")) open.box.hidePopover();
    open = undefined;
  };

  /**
   * Show what a link means, below it, or above where there is no room.
   *
   * @param {HTMLElement} link
   * @param {HTMLElement} box
   */
  const show = (link, box) => {
    if (open?.box === box && open.link === link) return;
    close();
    box.showPopover();
    open = { link, box };
    const [at] = link.getClientRects(); // a link may go on in the next line
    const { width, height } = box.getBoundingClientRect();
    const room = document.documentElement.clientWidth;
    const below = at.bottom + GAP;
    const fits = below + height <= innerHeight || at.top - GAP < height;
    box.style.left = `${Math.max(GAP, Math.min(at.left, room - width - GAP))}px`;
    box.style.top = `${fits ? below : at.top - GAP - height}px`;
  };

  const wait = (/** @type {() => void} */ act) => {
    clearTimeout(timer);
    timer = setTimeout(act, REST);
  };

  for (const link of document.querySelectorAll('a[href*="glossary.html#term-"]')) {
    const term = link.getAttribute("href")?.split("#")[1];
    const box = document.getElementById(`meaning-of-${term}`);
    if (!(link instanceof HTMLElement) || !box) continue;
    link.setAttribute("aria-describedby", box.id);
    link.addEventListener("focus", () => {
      if (link.matches(":focus-visible")) show(link, box);
    });
    link.addEventListener("blur", close);
    // a finger that taps wants to follow the link
    link.addEventListener("pointerenter", ({ pointerType }) => {
      if (pointerType !== "touch") wait(() => show(link, box));
    });
    link.addEventListener("pointerleave", () => wait(close));
    box.addEventListener("pointerenter", () => clearTimeout(timer));
    box.addEventListener("pointerleave", () => wait(close));
  }
  addEventListener("keydown", ({ key }) => {
    if (key === "Escape") close();
  });
  addEventListener("scroll", close, { passive: true });
});
