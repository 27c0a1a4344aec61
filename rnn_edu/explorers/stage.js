// The stage: shows the picture that Python wrote, and tells Python what was touched. It computes and draws nothing.
//
// A picture is HTML text. What can be touched carries data-key="…" or data-unit="…"; data-left, data-right, data-up and
// data-down name the neighbours for the arrow keys. An element with data-step="k" is seen only at step k; one with
// data-time="k" is marked "now" or "future" as the step asks.

const PART = "[data-unit], [data-cell], [data-arrow]";
const keyOf = (part) => part.dataset.unit ?? part.dataset.cell ?? part.dataset.arrow;
const WAYS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

function render({ model, el }) {
  const stage = document.createElement("div");
  stage.className = "rnn-stage";
  stage.setAttribute("role", "group");
  el.replaceChildren(stage);
  let focused = null; // the address of the part that has the keyboard

  const tell = (name, value) => {
    if (model.get(name) === value) return;
    model.set(name, value);
    model.save_changes();
  };
  const find = (key) => [...stage.querySelectorAll(PART)].find((part) => keyOf(part) === key && visible(part));
  const visible = (part) => !part.closest("[data-step]")?.hidden && !part.closest('[data-step][display="none"]');

  function showStep() {
    const step = model.get("step");
    for (const part of stage.querySelectorAll("[data-step]")) {
      if (Number(part.dataset.step) === step) part.removeAttribute("display");
      else part.setAttribute("display", "none");
    }
    for (const part of stage.querySelectorAll("[data-time]")) {
      const time = Number(part.dataset.time);
      part.classList.toggle("rnn-now", time === step);
      part.classList.toggle("rnn-future", model.get("dim_future") && time > step);
    }
    reachable();
  }

  // one part of the whole stage is in the tab order; the arrow keys move on from there
  function reachable() {
    const parts = [...stage.querySelectorAll(PART)].filter((part) => part.hasAttribute("tabindex"));
    for (const part of parts) part.setAttribute("tabindex", "-1");
    const first = find(focused) ?? find(model.get("selected")) ?? parts.find(visible);
    first?.setAttribute("tabindex", "0");
  }

  function showPicture() {
    const had = stage.contains(document.activeElement);
    const { scrollLeft, scrollTop } = stage;
    stage.innerHTML = model.get("picture");
    for (const part of stage.querySelectorAll("[data-unit], [data-focus]")) {
      part.setAttribute("tabindex", "-1");
      part.dataset.lmSuppressShortcuts = "true"; // else the notebook takes the arrow keys
    }
    stage.scrollTo(scrollLeft, scrollTop);
    showStep();
    if (had) (find(focused) ?? stage.querySelector('[tabindex="0"]'))?.focus({ preventScroll: true });
  }

  function showLabel() {
    stage.setAttribute("aria-label", model.get("label"));
  }

  const partAt = (event) => event.target.closest?.(PART);

  function choose(part) {
    tell("selected", keyOf(part));
    model.send({ event: "activate", key: keyOf(part) });
  }

  stage.addEventListener("pointermove", (event) => { // not pointerover: it also comes when the picture changes under a still pointer
    const part = partAt(event);
    if (part) tell("hovered", keyOf(part));
  });
  stage.addEventListener("pointerleave", () => tell("hovered", ""));
  stage.addEventListener("click", (event) => {
    const part = partAt(event);
    if (!part) return;
    focused = keyOf(part);
    if (part.hasAttribute("tabindex")) part.focus({ preventScroll: true });
    choose(part);
  });
  stage.addEventListener("focusin", (event) => {
    const part = partAt(event);
    if (!part) return;
    focused = keyOf(part);
    tell("hovered", focused);
  });
  stage.addEventListener("keydown", (event) => {
    const part = partAt(event);
    if (!part) return;
    if (event.key in WAYS) {
      const next = part.dataset[WAYS[event.key]];
      const target = next && find(next);
      if (target) {
        focused = next;
        reachable();
        target.focus({ preventScroll: true });
      }
    } else if (event.key === "Enter" || event.key === " ") choose(part);
    else if (event.key === "Escape") {
      tell("selected", "");
      model.send({ event: "escape", key: keyOf(part) });
    } else if (event.key === "Delete" || event.key === "Backspace") model.send({ event: "delete", key: keyOf(part) });
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  model.on("change:picture", showPicture);
  model.on("change:step", showStep);
  model.on("change:dim_future", showStep);
  model.on("change:label", showLabel);
  // Python gives the keyboard back, for example after a question elsewhere was answered: `stage.focus()`
  model.on("msg:custom", (message) => {
    if (message.do === "focus") (find(focused) ?? stage.querySelector('[tabindex="0"]'))?.focus({ preventScroll: true });
  });
  showLabel();
  showPicture();
}

export default { render };
