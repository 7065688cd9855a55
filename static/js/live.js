// Keeps the number of waiting alerts, the list where one is shown, and the figures of the page up to date: every half
// minute one question that is answered 304 while nothing changed. Where somebody is at work on the page, new figures
// are offered, not put in her way. Without script the numbers are those of the last load.
(() => {
  const EVERY = 30_000;
  const counts = () => [...document.querySelectorAll("[data-live-count]")];
  const source = counts()[0]?.dataset.liveCount;
  if (!source) return;
  let tag = "";
  let figures;
  let waiting;

  const ask = (url, headers = {}) => fetch(url, {
    headers: { "HX-Trigger-Name": "live", ...headers }, cache: "no-store", redirect: "error",
  });

  const show = (waiting) => counts().forEach((count) => {
    count.textContent = waiting;
    count.hidden = waiting === 0;
  });

  const hear = (waiting) => {
    const words = waiting === 1 ? "1 alert waits for you." : `${waiting || "No"} alerts wait for you.`;
    document.getElementById("moved").textContent = words;
  };

  async function refreshLists() {
    const lists = [...document.querySelectorAll("[data-live]")];
    if (!lists.length || lists.some((list) => list.contains(document.activeElement))) return;
    const answer = await ask(location.href);
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    lists.forEach((list) => {
      const now = fresh.querySelector(`[data-live="${list.dataset.live}"]`);
      if (now) list.replaceChildren(...now.childNodes);
    });
  }

  const tell = (words, offers) => {
    document.querySelector(".changed")?.remove();
    const note = Object.assign(document.createElement("div"), { className: "changed noprint" });
    note.append(Object.assign(document.createElement("span"), { textContent: words }));
    const close = Object.assign(document.createElement("button"), { type: "button", textContent: offers ? "Show them" : "Close" });
    close.addEventListener("click", () => { note.remove(); if (offers) location.reload(); });
    note.append(close);
    document.body.append(note);
    document.getElementById("moved").textContent = words;
  };

  async function refreshFigures() {
    const page = document.querySelector("#main > .page");
    if (!page?.querySelector("a[data-explain]") || new URLSearchParams(location.search).has("as_of")) return;
    const at = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const isBusy = page.contains(document.activeElement) || !getSelection().isCollapsed
      || document.querySelector("dialog[open], details.pop[open], :popover-open");
    if (isBusy) { tell(`Figures changed at ${at}.`, true); return; }
    const answer = await ask(location.href);
    if (!answer.ok) return;
    window.htmx.swap(page, await answer.text(), { swapStyle: "innerHTML" }, { select: "#main > .page > *" });
    tell(`Figures changed at ${at} and are shown.`, false);
  }

  async function look() {
    if (document.hidden) return;
    try {
      const answer = await ask(source, tag ? { "If-None-Match": tag } : {});
      if (answer.status !== 200) return;
      const isFirst = tag === "";
      tag = answer.headers.get("ETag") ?? "";
      const now = await answer.json();
      show(now.waiting);
      if (!isFirst && now.waiting !== waiting) hear(now.waiting);
      waiting = now.waiting;
      const areNew = !isFirst && now.figures !== figures;
      figures = now.figures;
      if (!isFirst) await refreshLists();
      if (areNew) await refreshFigures();
    } catch { /* the next look sees */ }
  }

  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
  look();
})();
