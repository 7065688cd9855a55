// Lets the back-test follow the hand: each edit of the form asks for the picture anew, and a limit in the drawing can be
// dragged or moved by arrow keys. One question is under way at a time and the newest form is asked next, so an old answer
// never stands last. Without script the form has a button that tries.
(() => {
  const form = document.querySelector("form[data-try]");
  const tried = document.getElementById("tried");
  if (!form || !tried) return;
  const refused = document.getElementById("refused");
  const saving = document.getElementById("saving");
  const PAUSE = 15;
  const CALM = 500;
  const [TOP, BOTTOM, HEIGHT] = [8, 172, 200];
  let isAsking = false;
  let isOld = false;
  let pause = 0;
  let calm = 0;
  let held = null;

  const post = (url) => fetch(url, {
    method: "POST", body: new FormData(form), headers: { "HX-Request": "true" }, redirect: "error",
  });

  async function ask() {
    isAsking = true;
    isOld = false;
    tried.setAttribute("aria-busy", "true");
    const asked = post(form.dataset.try);
    const detail = { of: tried, until: asked, name: "The past of these limits" };
    document.dispatchEvent(new CustomEvent("plumbline:busy", { detail }));
    try {
      const answer = await asked;
      if (answer.ok) {
        show(await answer.text());
      } else if (answer.status === 422) {
        refused.innerHTML = await answer.text();
        tried.classList.add("stale");
      }
    } catch { tried.classList.add("stale"); }
    isAsking = false;
    if (isOld) ask(); else tried.setAttribute("aria-busy", "false");
  }

  function show(text) {
    const at = document.activeElement?.closest?.("#tried .lim")?.dataset.field;
    const across = tried.querySelector(".where .scroll")?.scrollLeft ?? 0;
    tried.innerHTML = text;
    tried.classList.remove("stale");
    refused.replaceChildren();
    arm();
    if (across) tried.querySelector(".where .scroll").scrollLeft = across;
    if (held) move(held.field, held.direction, held.y);
    else if (at) tried.querySelector(`.lim[data-field="${at}"]`)?.focus({ preventScroll: true });
  }

  async function askSaving() {
    try {
      const answer = await post(`${form.dataset.try}?saving`);
      if (!answer.ok) return;
      saving.innerHTML = await answer.text();
      const label = saving.querySelector("[data-label]")?.dataset.label;
      document.querySelectorAll('[name="_save"]').forEach((button) => { button.textContent = label || button.textContent; });
    } catch { /* the answer to saving says it again */ }
  }

  function edited() {
    form.querySelectorAll(".lvl[data-was]").forEach((line) => {
      const value = line.querySelector("input").value.replaceAll(" ", "");
      line.classList.toggle("chg", line.dataset.was !== "" && value !== line.dataset.was.replaceAll(" ", ""));
    });
    document.getElementById("is-draft")?.removeAttribute("hidden");
    clearTimeout(calm);
    calm = setTimeout(askSaving, CALM);
    askSoon();
  }

  function askSoon() {
    clearTimeout(pause);
    pause = setTimeout(() => { if (isAsking) isOld = true; else ask(); }, PAUSE);
  }

  // --- dragging ---------------------------------------------------------------------------------------------
  const drawing = () => tried.querySelector(".trace");
  const bounds = () => {
    const { low, high, step } = drawing().dataset;
    return { low: Number(low), high: Number(high), step: Number(step) };
  };
  const height = (value, { low, high }) => BOTTOM - ((value - low) / (high - low)) * (BOTTOM - TOP);
  const within = (y) => Math.min(Math.max(y, TOP), BOTTOM);

  function write(field, direction, value) {
    const { step } = bounds();
    const isShare = "share" in drawing().dataset;
    const level = Math.round((value * direction) / step) * step;
    const decimals = Math.max(0, -Math.floor(Math.log10(isShare ? step * 100 : step)));
    const text = isShare ? `${(level * 100).toFixed(decimals)} %` : level.toFixed(decimals);
    const input = form.elements[field];
    if (!input || input.value === text) return;
    input.value = text;
    edited();
  }

  function move(field, direction, y) {
    const limit = tried.querySelector(`.lim[data-field="${field}"][data-direction="${direction}"]`);
    limit?.setAttribute("transform", `translate(0 ${y})`);
  }

  function arm() {
    tried.querySelectorAll(".lim[data-field]").forEach((limit) => {
      const { low, high } = bounds();
      limit.setAttribute("role", "slider");
      limit.setAttribute("tabindex", "0");
      limit.setAttribute("aria-orientation", "vertical");
      limit.setAttribute("aria-valuemin", low);
      limit.setAttribute("aria-valuemax", high);
      limit.setAttribute("aria-valuenow", limit.dataset.value);
    });
    tried.querySelectorAll(".with-script").forEach((hint) => hint.removeAttribute("hidden"));
  }

  tried.addEventListener("pointerdown", (event) => {
    const limit = event.target.closest?.(".lim[data-field]");
    if (!limit || event.button !== 0) return;
    event.preventDefault();
    limit.focus({ preventScroll: true });
    held = { field: limit.dataset.field, direction: Number(limit.dataset.direction), y: 0 };
    tried.setPointerCapture(event.pointerId);
    drag(event);
  });
  function drag(event) {
    if (!held || !drawing()) return;
    const box = drawing().getBoundingClientRect();
    held.y = within(((event.clientY - box.top) * HEIGHT) / box.height);
    move(held.field, held.direction, held.y);
    const { low, high } = bounds();
    write(held.field, held.direction, high - ((held.y - TOP) / (BOTTOM - TOP)) * (high - low));
  }
  tried.addEventListener("pointermove", drag);
  const drop = () => {
    if (!held) return;
    const { field } = held;
    held = null;
    tried.querySelector(`.lim[data-field="${field}"]`)?.focus({ preventScroll: true });
  };
  tried.addEventListener("pointerup", drop);
  tried.addEventListener("pointercancel", drop);

  tried.addEventListener("keydown", (event) => {
    const limit = event.target.closest?.(".lim[data-field]");
    const steps = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (!limit || (steps === undefined && event.key !== "Home" && event.key !== "End")) return;
    event.preventDefault();
    const scale = bounds();
    const far = event.shiftKey && Math.abs(steps) === 1 ? 10 : 1;
    const value = event.key === "Home" ? scale.low : event.key === "End" ? scale.high
      : Number(limit.dataset.value) + steps * far * scale.step;
    const kept = Math.min(Math.max(value, scale.low), scale.high);
    limit.dataset.value = kept;
    limit.setAttribute("aria-valuenow", kept);
    limit.setAttribute("transform", `translate(0 ${within(height(kept, scale))})`);
    write(limit.dataset.field, Number(limit.dataset.direction), kept);
  });

  document.querySelectorAll('button[name="months"]').forEach((button, _, all) => button.addEventListener("click", (event) => {
    event.preventDefault();
    form.querySelector('input[name="months"]').value = button.value;
    all.forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
    askSoon();
  }));

  tried.addEventListener("click", (event) => {
    const pick = event.target.closest?.("button.pick");
    if (!pick) return;
    event.preventDefault();
    let at = form.querySelector('input[name="at"]');
    if (!at) {
      at = Object.assign(document.createElement("input"), { type: "hidden", name: "at" });
      form.append(at);
    }
    at.value = pick.value;
    askSoon();
  });

  form.addEventListener("input", edited);
  document.getElementById("try")?.setAttribute("hidden", "");
  arm();
})();
