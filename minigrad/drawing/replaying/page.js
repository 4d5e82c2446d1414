"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const by = (id) => document.getElementById(id);
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const state = { step: 0, order: "true", quiz: false, timer: 0, moved: false };
  const answered = new Map(); // "pass/frame/gradient" -> right at the first try?

  const passNumber = () =>
    data.passes.findIndex((one) => one.order === state.order && (state.order === "wrong" || one.scene === 0));
  const pass = () => data.passes[passNumber()];
  const last = () => pass().frames.length - 1;
  const clamp = (step) => Math.min(Math.max(step, 0), last());

  function hash() {
    const parts = [`step=${state.step}`];
    if (state.order === "wrong") parts.push("order=wrong");
    if (state.quiz) parts.push("quiz=1");
    return "#" + parts.join("&");
  }

  function readHash() {
    const given = new URLSearchParams(location.hash.slice(1));
    state.order = given.get("order") === "wrong" ? "wrong" : "true";
    state.quiz = given.get("quiz") === "1";
    state.step = clamp(Number.parseInt(given.get("step"), 10) || 0);
  }

  // --- showing ---------------------------------------------------------------------------------

  function show() {
    state.step = clamp(state.step);
    const number = passNumber(), { scene, frames } = pass(), frame = frames[state.step];
    for (const one of all(".pass")) one.classList.toggle("now", Number(one.dataset.pass) === number);
    for (const one of all(".frame"))
      one.classList.toggle(
        "now", Number(one.dataset.frame) === state.step && Number(one.parentNode.dataset.pass) === number);
    for (const one of all(".picture")) one.classList.toggle("now", Number(one.dataset.scene) === scene);
    by("lesson").hidden = scene === 0;
    document.body.classList.toggle("quizzing", state.quiz);
    colour(scene, frames, frame);
    by("slider").max = last();
    by("slider").value = state.step;
    by("slider").setAttribute("aria-valuetext", frame.title);
    by("back").disabled = by("first").disabled = state.step === 0;
    by("forward").disabled = by("last").disabled = state.step === last();
    by("wrong").setAttribute("aria-pressed", state.order === "wrong");
    by("quiz").setAttribute("aria-pressed", state.quiz);
    by("status").textContent = frame.title;
    by("link").href = hash();
    score();
    state.moved = true; // from now on the picture glides
    if (location.hash !== hash()) history.replaceState(null, "", hash());
  }

  function colour(scene, frames, frame) {
    const node = (id) => by(`s${scene}n${id}`);
    for (const one of all(".graph .node, .graph .edge")) one.classList.remove("now", "waiting", "done", "flows");
    for (const one of all(".graph .turn")) one.textContent = "";
    const mark = (id, kind, words) => {
      node(id).classList.add(kind);
      node(id).querySelector(".turn").textContent = words;
    };
    for (const earlier of frames.slice(1, state.step)) mark(earlier.node, "done", "done");
    frame.queue.forEach((id, place) => mark(id, "waiting", place ? `waits, ${place + 1}` : "next"));
    for (const edge of frame.edges) by(`s${scene}e${edge}`).classList.add("flows");
    if (frame.node === null) return;
    if (state.step) {
      node(frame.node).classList.remove("waiting");
      mark(frame.node, "now", "now");
    }
    const picture = node(frame.node).closest(".picture");
    const box = node(frame.node).getBoundingClientRect(), frameBox = picture.getBoundingClientRect();
    picture.scrollBy({
      left: box.left + box.width / 2 - frameBox.left - frameBox.width / 2,
      top: box.top + box.height / 2 - frameBox.top - frameBox.height / 2,
      behavior: still.matches || !state.moved ? "auto" : "smooth",
    });
  }

  // --- quiz ------------------------------------------------------------------------------------

  function numbersIn(words) {
    const parts = words.replace(/[\[\](),;]/g, " ").trim().split(/\s+/).filter(Boolean);
    const numbers = parts.map(Number);
    return numbers.some(Number.isNaN) ? null : numbers;
  }

  function agrees(given, asked) {
    if (asked.shape) return given.length === asked.shape.length && given.every((n, i) => n === asked.shape[i]);
    const scale = Math.max(...asked.numbers.map(Math.abs));
    return given.length === asked.numbers.length && given.every((n, i) => {
      const right = asked.numbers[i]; // three digits are enough
      return Math.abs(n - right) <= Math.max(0.006 * Math.abs(right), 1e-6 * scale, 1e-12);
    });
  }

  function asked(section) {
    const frame = section.closest(".frame"), number = Number(frame.parentNode.dataset.pass);
    const facts = data.passes[number].frames[Number(frame.dataset.frame)];
    const which = Number(section.dataset.sent);
    return [facts.asked[which], `${number}/${frame.dataset.frame}/${which}`];
  }

  function check(form) {
    const section = form.closest(".sent"), [wanted, key] = asked(section);
    const said = form.querySelector("[role=status]"), given = numbersIn(form.querySelector("input").value);
    const count = wanted.shape ? wanted.shape.length : wanted.numbers.length;
    if (given === null || given.length !== count) {
      said.className = "";
      said.textContent = given === null ? "Only numbers, with spaces or commas between them."
        : `${count} number${count === 1 ? "" : "s"} asked for, ${given.length} given.`;
      return;
    }
    const right = agrees(given, wanted);
    if (!answered.has(key)) answered.set(key, right);
    said.className = right ? "right" : "wrong";
    said.textContent = right ? "✓ Right." : "✗ Not this. Try again, or show it.";
    if (right) section.classList.add("open");
    score();
  }

  function score() {
    const right = [...answered.values()].filter(Boolean).length;
    by("score").textContent = state.quiz ? `${right} of ${answered.size} right at the first try` : "";
  }

  for (const form of all(".quiz")) {
    form.addEventListener("submit", (event) => { event.preventDefault(); check(form); });
    form.querySelector("button[type=button]").addEventListener("click", () => {
      const key = asked(form.closest(".sent"))[1];
      if (!answered.has(key)) answered.set(key, false);
      form.closest(".sent").classList.add("open");
      score();
    });
  }

  // --- moving ----------------------------------------------------------------------------------

  function stop() {
    clearInterval(state.timer);
    state.timer = 0;
    by("play").textContent = "Play";
    by("play").setAttribute("aria-pressed", "false");
  }

  function go(step) {
    stop();
    state.step = step;
    show();
  }

  function play() {
    if (state.timer) return stop();
    if (state.step === last()) state.step = 0;
    show();
    by("play").textContent = "Pause";
    by("play").setAttribute("aria-pressed", "true");
    state.timer = setInterval(() => {
      state.step += 1;
      show();
      if (state.step === last()) stop();
    }, 1800);
  }

  function toggle(what) {
    if (what === "quiz") state.quiz = !state.quiz;
    else state.order = state.order === "wrong" ? "true" : "wrong";
    go(state.step);
  }

  const actions = {
    first: () => go(0), back: () => go(state.step - 1), forward: () => go(state.step + 1),
    last: () => go(last()), play, wrong: () => toggle("order"), quiz: () => toggle("quiz"),
  };
  for (const [id, action] of Object.entries(actions)) by(id).addEventListener("click", action);
  by("slider").addEventListener("input", (event) => go(Number(event.target.value)));
  const keys = {
    ArrowLeft: "back", ArrowRight: "forward", Home: "first", End: "last", " ": "play", w: "wrong", q: "quiz",
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input")) return;
    if (event.key === " " && event.target.closest("button, a")) return;
    const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    actions[action]();
  });
  addEventListener("hashchange", () => { stop(); readHash(); show(); });

  document.body.classList.add("scripted");
  for (const one of all(".controls")) one.hidden = false;
  readHash();
  show();
})();
