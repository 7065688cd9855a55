// Says that something is under way. A press that takes longer than a moment turns its button busy, a screen reader hears
// so where the press was made, and the same press is not taken twice meanwhile. A file is fetched from here, so that its
// end is known. Without script a browser tells of the page it waits for in its own way.
(() => {
  const MOMENT = 400;
  const AGAIN = 10_000; // a way that was stopped by its reader is told to nobody: by then a press counts once more
  const ends = new Set();
  let isOurs = false;

  const nameOf = (button) => (button?.getAttribute("aria-label") ?? button?.textContent ?? "").trim();

  const begin = (of, button, name = nameOf(button)) => {
    const region = document.createElement("span");
    region.className = "vh";
    region.setAttribute("role", "status");
    of.append(region);
    const late = setTimeout(() => {
      button?.classList.add("busy");
      button?.setAttribute("aria-busy", "true");
      region.textContent = `${name ? `${name}: ` : ""}under way …`;
    }, MOMENT);
    const end = (words = "") => {
      clearTimeout(late);
      button?.classList.remove("busy");
      button?.removeAttribute("aria-busy");
      region.textContent = words;
      setTimeout(() => region.remove(), MOMENT * 10);
      ends.delete(end);
    };
    ends.add(end);
    return end;
  };

  // What a page goes on with after an answer that is no file: the way to sign in, a refusal with its reason.
  const passOn = (form, button) => {
    isOurs = true;
    form.requestSubmit(button);
    isOurs = false;
  };
  const handOut = async (form, button) => {
    const address = new URL(button.getAttribute("formaction") ?? form.getAttribute("action"), location.href);
    const end = begin(form, button);
    try {
      const answer = await fetch(address, { method: "POST", body: new URLSearchParams(new FormData(form, button)) });
      const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1];
      if (!answer.ok || !name) { end(); passOn(form, button); return; }
      const href = URL.createObjectURL(await answer.blob());
      Object.assign(document.createElement("a"), { href, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(href), 60_000);
      end(`${name} is saved.`);
    } catch {
      end();
      passOn(form, button);
    }
  };

  const pressed = new WeakMap(); // by form, the button and the time of its last press
  const isAgain = (form, button) => {
    const last = pressed.get(form);
    return last?.button === button && ends.has(last.end) && performance.now() - last.at < AGAIN;
  };
  document.addEventListener("submit", (event) => {
    const { target: form, submitter: button } = event;
    if (event.defaultPrevented || isOurs || form.method === "dialog") return;
    if (isAgain(form, button) || (button?.dataset.file !== undefined && button.getAttribute("aria-busy"))) {
      event.preventDefault();
      return;
    }
    if (button?.dataset.file !== undefined) {
      event.preventDefault();
      handOut(form, button);
      return;
    }
    pressed.set(form, { button, at: performance.now(), end: begin(form, button) });
  });
  // What a script is at: `of` is the button, or what a `name` is given for; `until` a promise.
  document.addEventListener("plumbline:busy", ({ detail: { of, until, name } }) => {
    const end = begin(of.parentElement, name ? null : of, name);
    until.then(() => end(), () => end());
  });
  addEventListener("pageshow", (event) => { if (event.persisted) [...ends].forEach((end) => end()); });
})();
