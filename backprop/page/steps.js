/* Steps through a graph that backprop.show.backward_steps has drawn: the page holds the complete
   picture, with the steps between which each part is there, and the list of steps in words. */
(function () {
  "use strict";
  var library = (window.backprop = window.backprop || {});
  if (library.steps) return;

  var QUIET = 400; // ms without movement before a step is read aloud
  var READING = 32; // ms that reading one character of a step takes, when playing
  var still = window.matchMedia("(prefers-reduced-motion: reduce)");

  function begin(root) {
    if (root.classList.contains("bp-moves")) return;
    function find(selector) { return root.querySelector(selector); }
    function every(selector) { return Array.from(root.querySelectorAll(selector)); }
    var steps = every("li[data-at]"), last = steps.length - 1;
    var slider = find("input"), output = find("output"), play = find(".bp-play");
    var back = find(".bp-step-back"), next = find(".bp-step-next");
    var say = find(".bp-say"), live = find(".bp-live"), box = find(".bp-graph");
    var over = find(".bp-over"), frame = find(".bp-sight");
    var timed = every("[data-from]").map(function (part) {
      return [part, +part.dataset.from, "to" in part.dataset ? +part.dataset.to : last];
    });
    var shown = -1, quiet = 0, timer = 0;

    function phase(number) { return number < +root.dataset.turn ? "forward" : "backward"; }

    function words(step) { return step.lastElementChild.textContent; }

    /* Keys name boxes (n) and lines (e), the box that the upstream gradient comes from (u), and
       those whose values the local derivative is made of (v). */
    var MARKS = { n: "bp-now", e: "bp-now", u: "bp-up", v: "bp-used" };
    function mark(step) {
      return step.dataset.at.split(" ").filter(Boolean).reduce(function (found, key) {
        var kind = key[0] === "e" ? "edge" : "node", name = MARKS[key[0]];
        var named = every("[data-" + kind + '="' + key.slice(1) + '"]');
        named.forEach(function (part) { part.classList.add(name); });
        if (key[0] === "v") return found; // wherever they are: the line comes first
        return found.concat(named.filter(function (part) { return box.contains(part); }));
      }, []);
    }

    /* Wide graphs scroll in their box: what happens stays in sight. */
    function follow(now) {
      var frame = box.getBoundingClientRect();
      var sides = now.map(function (part) { return part.getBoundingClientRect(); })
        .filter(function (side) { return side.width; }); // what is hidden has none
      if (!sides.length || box.scrollWidth <= box.clientWidth) return;
      var left = Math.min.apply(null, sides.map(function (side) { return side.left; }));
      var right = Math.max.apply(null, sides.map(function (side) { return side.right; }));
      if (right - left > frame.width) { // the box that gets a number comes first
        if (root.dataset.phase === "forward") left = right - frame.width;
        else right = left + frame.width;
      }
      box.scrollTo({
        left: box.scrollLeft + (left + right - frame.left - frame.right) / 2,
        behavior: still.matches ? "auto" : "smooth",
      });
    }

    function show(number) {
      number = Math.max(0, Math.min(last, number));
      if (number === shown) return;
      var step = steps[number], first = shown < 0;
      shown = number;
      timed.forEach(function (part) {
        part[0].classList.toggle("bp-off", number < part[1] || number > part[2]);
      });
      every(".bp-now, .bp-up, .bp-used").forEach(function (part) {
        part.classList.remove("bp-now", "bp-up", "bp-used");
      });
      var now = mark(step);
      root.dataset.phase = phase(number);
      say.innerHTML = step.innerHTML;
      say.querySelectorAll("p").forEach(function (equation) { equation.hidden = false; });
      output.textContent = number + 1 + " of " + (last + 1);
      slider.value = number;
      slider.setAttribute("aria-valuetext", output.textContent + ", " + phase(number));
      slider.style.setProperty("--bp-at", number / last);
      back.setAttribute("aria-disabled", number === 0);
      next.setAttribute("aria-disabled", number === last);
      if (first) return;
      follow(number ? now : timed.slice(0, 1).map(function (part) { return part[0]; }));
      clearTimeout(quiet);
      quiet = setTimeout(function () { live.textContent = words(step); }, QUIET);
    }

    function pause() {
      clearTimeout(timer);
      timer = 0;
      play.textContent = "Play";
    }

    function go(number) {
      pause();
      show(number);
    }

    /* As long as a step takes to be read, the next one waits. */
    function run() {
      show(shown === last ? 0 : shown + 1);
      if (shown === last) return pause();
      timer = setTimeout(run, Math.max(1200, READING * words(steps[shown]).length));
      play.textContent = "Pause";
    }

    /* A box or a line leads to the step in which it gets its number. */
    function moment(part) {
      var node = part.dataset.node, wanted = node ? phase(shown) : "backward", found = -1;
      var key = node ? "n" + node : "e" + part.dataset.edge;
      steps.forEach(function (step, number) {
        var there = step.dataset.at.split(" ").indexOf(key) >= 0;
        if (there && phase(number) === wanted) found = number;
      });
      return found;
    }

    box.addEventListener("click", function (event) {
      var part = event.target.closest("[data-node], [data-edge]");
      var number = part ? moment(part) : -1;
      if (number >= 0) go(number);
    });
    /* The overview: its frame follows what is in sight, and the other way round. */
    function sight() {
      if (!box.scrollWidth) return; // nothing is shown yet
      var part = over.viewBox.baseVal.width / box.scrollWidth;
      frame.setAttribute("x", box.scrollLeft * part);
      frame.setAttribute("width", box.clientWidth * part);
    }

    function look(event) {
      var sides = over.getBoundingClientRect();
      var at = (event.clientX - sides.left) / sides.width;
      box.scrollTo({ left: at * box.scrollWidth - box.clientWidth / 2 });
    }

    box.addEventListener("scroll", sight, { passive: true });
    new ResizeObserver(sight).observe(box);
    over.addEventListener("pointerdown", function (event) {
      over.setPointerCapture(event.pointerId);
      look(event);
    });
    over.addEventListener("pointermove", function (event) {
      if (over.hasPointerCapture(event.pointerId)) look(event);
    });

    slider.addEventListener("input", function () { go(+slider.value); });
    back.addEventListener("click", function () { go(shown - 1); });
    next.addEventListener("click", function () { go(shown + 1); });
    find(".bp-reset").addEventListener("click", function () { go(0); });
    play.addEventListener("click", function () { timer ? pause() : run(); });
    root.addEventListener("keydown", function (event) {
      event.stopPropagation(); // notebooks and themes have plans of their own for these keys
      var by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by || event.target === slider || !event.target.closest(".bp-buttons")) return;
      event.preventDefault();
      go(shown + by);
    });
    root.classList.add("bp-moves");
    show(0);
  }

  library.steps = function () { document.querySelectorAll(".bp-steps").forEach(begin); };
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", library.steps);
  } else {
    library.steps();
  }
})();
