// The stage: shows the pictures that Python wrote, and tells Python what was touched. It computes and draws nothing.
//
// Pictures are HTML text (picture.js). What can be touched carries data-unit="…", data-cell="…" or data-arrow="…"; data-left,
// data-right, data-up and data-down name the neighbours for the arrow keys. An element with data-step="k" is seen only
// at step k; one with data-time="k" is marked "now" or "future" as the step asks.

const PART = "[data-unit], [data-cell], [data-arrow]";
const WAYS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
const keyOf = (part) => part.dataset.unit ?? part.dataset.cell ?? part.dataset.arrow;
const visible = (part) => !part.closest('[data-step][display="none"]');
const focusable = (part) => part.hasAttribute("tabindex");

function render({ model, el }) {
  const stage = document.createElement("div");
  stage.className = "rnn-stage";
  stage.setAttribute("role", "group");
  el.replaceChildren(stage);
  let last = { key: null, place: 0 }; // the part that had the keyboard last, and the number of its picture
  const entrance = new Map(); // number of a picture → the part where Tab enters it
  let restoring = false; // the keyboard is being given back: nobody moved
  const picture = pictureIn(stage, model);
  let scrolled = [0, 0];

  const tell = (name, value) => {
    if (model.get(name) === value) return;
    model.set(name, value);
    model.save_changes();
  };
  const placeOf = (part) => [...stage.querySelectorAll("svg")].indexOf(part.closest("svg"));
  const parts = (place) => [...stage.querySelectorAll(PART)].filter((part) => focusable(part) && placeOf(part) === place);
  const find = (key, place) => parts(place).find((part) => keyOf(part) === key && visible(part));

  function showStep() {
    const step = model.get("step");
    for (const part of stage.querySelectorAll("[data-step]")) {
      put(part, "display", Number(part.dataset.step) === step ? null : "none");
    }
    for (const part of stage.querySelectorAll("[data-time]")) {
      const time = Number(part.dataset.time);
      part.classList.toggle("rnn-now", time === step);
      part.classList.toggle("rnn-future", model.get("dim_future") && time > step);
    }
    if (stage.querySelector("[data-step] [tabindex]")) openAll();
  }

  // One part of each picture is in the tab order; the arrow keys move on from there.
  function openAll() {
    const pictures = new Map();
    for (const part of stage.querySelectorAll(PART)) {
      if (!focusable(part)) continue;
      part.setAttribute("tabindex", "-1");
      const svg = part.closest("svg");
      if (!pictures.has(svg)) pictures.set(svg, []);
      pictures.get(svg).push(part);
    }
    for (const found of pictures.values()) open(found, placeOf(found[0]));
  }

  function open(found, place) {
    const named = (key) => found.find((part) => keyOf(part) === key && visible(part));
    const first = named(entrance.get(place)) ?? named(model.get("selected")) ?? found.find(visible);
    first?.setAttribute("tabindex", "0");
  }

  function showPicture({ asked = false } = {}) {
    const had = stage.contains(document.activeElement);
    const before = scrolled;
    restoring = true;
    const done = picture.show({ asked });
    if (done === "built") prepare(had, before);
    else if (done) showStep();
    restoring = false;
  }

  function prepare(had, [left, top]) {
    for (const part of stage.querySelectorAll("[data-unit], [data-focus], [tabindex]")) {
      part.setAttribute("tabindex", "-1");
      part.dataset.lmSuppressShortcuts = "true"; // else the notebook takes the arrow keys
    }
    openAll();
    showStep();
    if (had) giveKeyboard();
    if (left || top) stage.scrollTo(left, top); // not asked of the page here, since each question costs a layout
  }

  function giveKeyboard() {
    const part = find(last.key, last.place) ?? stage.querySelector('[tabindex="0"]');
    part?.focus({ preventScroll: true });
  }

  const showLabel = () => stage.setAttribute("aria-label", model.get("label"));
  const partAt = (event) => event.target.closest?.(PART);

  function choose(part) {
    tell("selected", keyOf(part));
    model.send({ event: "activate", key: keyOf(part) });
  }

  // not pointerover, which also comes when the picture changes under a still pointer
  stage.addEventListener("pointermove", (event) => {
    if (partAt(event)) tell("hovered", keyOf(partAt(event)));
  });
  stage.addEventListener("scroll", () => (scrolled = [stage.scrollLeft, stage.scrollTop]));
  stage.addEventListener("pointerleave", () => tell("hovered", ""));
  stage.addEventListener("click", (event) => {
    const part = partAt(event);
    if (!part) return tell("selected", ""); // beside everything: let go
    if (focusable(part)) part.focus({ preventScroll: true });
    choose(part);
  });
  stage.addEventListener("focusin", (event) => {
    const part = partAt(event);
    if (!part || restoring) return;
    const place = placeOf(part);
    last = { key: keyOf(part), place };
    entrance.set(place, last.key);
    for (const other of parts(place)) other.setAttribute("tabindex", "-1");
    part.setAttribute("tabindex", "0");
    tell("hovered", last.key);
  });
  stage.addEventListener("focusout", (event) => {
    if (!restoring && !stage.contains(event.relatedTarget)) tell("hovered", "");
  });
  stage.addEventListener("keydown", (event) => {
    const part = partAt(event);
    if (!part) return;
    if (event.key in WAYS) find(part.dataset[WAYS[event.key]], placeOf(part))?.focus();
    else if (event.key === "Enter" || event.key === " ") choose(part);
    else if (event.key === "Escape") {
      tell("selected", "");
      model.send({ event: "escape", key: keyOf(part) });
    } else if (event.key === "Delete" || event.key === "Backspace") model.send({ event: "delete", key: keyOf(part) });
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  for (const name of ["edition", "take", "changes"]) model.on(`change:${name}`, () => showPicture());
  model.on("change:at", () => showPicture({ asked: true }));
  for (const name of ["step", "dim_future"]) model.on(`change:${name}`, showStep);
  model.on("change:label", showLabel);
  // Python gives the keyboard back, for example after a question elsewhere was answered: `stage.focus()`
  model.on("msg:custom", (message) => {
    message.do === "focus" ? giveKeyboard() : picture.keep(message);
  });
  showLabel();
  showPicture();
}

export default { render };
