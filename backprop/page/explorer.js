/* Moves the figures that backprop.show.explorer has drawn: the page holds the frame at the start
   and, in data-payload, what differs in the others (backprop/show/explorers/frames.py). */
(function () {
  "use strict";
  var library = (window.backprop = window.backprop || {});
  if (library.explorer) return;

  var POINTS = { M: 1, L: 1, Q: 2, C: 3, Z: 0, o: 1 };
  var PLAY_SECONDS = 4; // from one end of the slider to the other
  var QUIET = 400; // ms without movement before a description is read aloud
  var begun = new WeakSet();
  var still = window.matchMedia("(prefers-reduced-motion: reduce)");

  /* Promises what was packed: JSON, deflated, in base64. In browsers from before 2023 figures stay
     still, as they do without scripts. */
  function unpacked(payload) {
    var bytes = Uint8Array.from(atob(payload), function (c) { return c.charCodeAt(0); });
    var inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(inflated).json();
  }

  function sums(steps) {
    var total = 0;
    return steps.map(function (step) { return (total += step); });
  }

  /* Rows of coordinates, written as differences to the row before, where that is as long, and then
     to their neighbours. */
  function rows(written) {
    var previous = [];
    return written.map(function (steps) {
      var row = sums(steps);
      if (previous.length === row.length) {
        row = row.map(function (value, i) { return value + previous[i]; });
      }
      return (previous = row);
    });
  }

  function path(commands, xs, ys) {
    var out = "", i = 0;
    for (var c = 0; c < commands.length; c++) {
      var command = commands[c];
      out += command === "o" ? "M" : command;
      for (var end = i + POINTS[command]; i < end; i++) out += xs[i] / 10 + " " + ys[i] / 10 + " ";
      if (command === "o") out += "h0";
    }
    return out;
  }

  /* One difference as a function from the frame's number to the element's new state. */
  function slot(svg, description) {
    var element = svg.querySelector('[data-i="' + description[0] + '"]');
    var name = description[1];
    function reader(values, use) {
      var used = sums(use);
      return function (frame) { return values[use.length ? used[frame] : 0]; };
    }
    if (name === "d") {
      var commands = reader(description[2], description[3]);
      var xs = reader(rows(description[4]), description[5]);
      var ys = reader(rows(description[6]), description[7]);
      return function (frame) {
        element.setAttribute("d", path(commands(frame), xs(frame), ys(frame)));
      };
    }
    var value = reader(description[2], description[3]);
    if (name === "") return function (frame) { element.textContent = value(frame); };
    return function (frame) {
      var text = value(frame);
      if (text === null) element.removeAttribute(name);
      else element.setAttribute(name, text);
    };
  }

  library.explorer = function (root) {
    if (!root || begun.has(root) || !window.DecompressionStream) return;
    begun.add(root);
    unpacked(root.dataset.payload).then(function (data) { begin(root, data); });
  };

  function begin(root, data) {
    function find(selector) { return root.querySelector(selector); }
    var sliders = Array.from(root.querySelectorAll("input[type=range]"));
    var outputs = Array.from(root.querySelectorAll("output"));
    var say = find(".bp-say"), live = find(".bp-live"), description = find("svg desc");
    var slots = [];
    root.querySelectorAll("svg").forEach(function (svg, i) {
      data.slots[i].forEach(function (one) { slots.push(slot(svg, one)); });
    });

    var shown = -1, waiting = 0, quiet = 0;

    function frame() {
      return sliders.reduce(function (number, slider, i) {
        return number * data.sizes[i] + +slider.value;
      }, 0);
    }

    function announce() { live.textContent = say.textContent; }

    function update() {
      sliders.forEach(function (slider, i) {
        var text = data.texts[i][+slider.value];
        outputs[i].textContent = text;
        slider.setAttribute("aria-valuetext", text);
        slider.style.setProperty("--bp-at", (100 * slider.value) / slider.max + "%");
      });
      // many events in one refresh of the screen need one drawing
      if (!waiting) waiting = requestAnimationFrame(draw);
    }

    function draw() {
      waiting = 0;
      var number = frame();
      if (number === shown) return;
      var first = shown < 0;
      shown = number;
      slots.forEach(function (set) { set(number); });
      say.textContent = description.textContent = data.say[number];
      if (first) return;
      clearTimeout(quiet);
      if (!timer) quiet = setTimeout(announce, QUIET);
    }

    /* Play, if time is involved. Readers who asked for less motion get one frame a press. */
    var play = find(".bp-play"), moved = sliders[data.play], timer = 0;

    function name() {
      play.textContent = timer ? "Pause" : still.matches ? "Next" : "Play";
    }

    function pause() {
      if (!timer) return;
      clearTimeout(timer);
      if (waiting) { // what is announced has to be what is shown
        cancelAnimationFrame(waiting);
        draw();
      }
      timer = 0;
      name();
      announce();
    }

    function atEnd() { return +moved.value === +moved.max; }

    function step() {
      moved.value = atEnd() ? 0 : +moved.value + 1;
      update();
    }

    function next() {
      step();
      if (atEnd()) pause();
      else timer = setTimeout(next, pace);
    }

    if (play) {
      var pace = Math.max(60, (1000 * PLAY_SECONDS) / data.sizes[data.play]);
      name();
      still.addEventListener("change", function () { pause(); name(); });
      play.addEventListener("click", function () {
        if (timer) return pause();
        if (still.matches) return step();
        if (atEnd()) step(); // the first frame stays for a moment, too
        timer = setTimeout(next, pace);
        name();
      });
    }

    sliders.forEach(function (slider, i) {
      slider.value = data.start[i]; // browsers restore what was there before a reload
      slider.addEventListener("input", function () {
        pause();
        update();
      });
    });
    /* A parameter that is also the x axis can be pulled in the picture. A finger that scrolls the
       page moves nothing: the browser takes its pointer away before it has moved far. */
    function pull(moved, pictures, event) {
      var x = event.clientX, y = event.clientY;
      pictures.forEach(function (picture) {
        var sides = picture.svg.getBoundingClientRect();
        if (!picture.places.length || y < sides.top || y > sides.bottom) return;
        if (x < sides.left - 20 || x > sides.right + 20) return;
        var at = (x - sides.left) / sides.width, nearest = 0;
        picture.places.forEach(function (place, i) {
          if (Math.abs(place - at) < Math.abs(picture.places[nearest] - at)) nearest = i;
        });
        if (+moved.value === nearest) return;
        pause();
        moved.value = nearest;
        update();
      });
    }

    if (data.pull.length) {
      var box = find(".bp-pictures");
      var pulled = Array.from(box.querySelectorAll("svg")).map(function (svg, i) {
        return { svg: svg, places: data.pull[1][i] };
      });
      var pulling = pull.bind(null, sliders[data.pull[0]], pulled);
      box.classList.add("bp-pull");
      box.addEventListener("pointerdown", function (event) {
        if (event.button) return;
        box.setPointerCapture(event.pointerId);
        if (event.pointerType !== "touch") pulling(event);
      });
      box.addEventListener("pointermove", function (event) {
        if (box.hasPointerCapture(event.pointerId)) pulling(event);
      });
      box.addEventListener("pointerup", pulling); // a tap
    }

    find(".bp-reset").addEventListener("click", function () {
      pause();
      sliders.forEach(function (slider, i) { slider.value = data.start[i]; });
      update();
    });
    root.classList.add("bp-moves");
    update();
  }

  function all() { document.querySelectorAll(".bp-explorer[data-payload]").forEach(library.explorer); }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", all);
  else all();
})();
