// Keeps the number of waiting alerts, and the list where one is shown, up to date: every half minute one question that
// is answered 304 while nothing changed. Without script the numbers are those of the last load.
(() => {
  const EVERY = 30_000;
  const counts = () => [...document.querySelectorAll("[data-live-count]")];
  const source = counts()[0]?.dataset.liveCount;
  if (!source) return;
  let tag = "";

  const ask = (url, headers = {}) => fetch(url, {
    headers: { "HX-Trigger-Name": "live", ...headers }, cache: "no-store", redirect: "error",
  });

  const show = (waiting) => counts().forEach((count) => {
    count.textContent = waiting;
    count.hidden = waiting === 0;
  });

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

  async function look() {
    if (document.hidden) return;
    try {
      const answer = await ask(source, tag ? { "If-None-Match": tag } : {});
      if (answer.status !== 200) return;
      const isFirst = tag === "";
      tag = answer.headers.get("ETag") ?? "";
      show((await answer.json()).waiting);
      if (!isFirst) await refreshLists();
    } catch { /* the next look sees */ }
  }

  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
  look();
})();
