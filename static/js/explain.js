// Opens the explanation of a figure in a drawer over the page. Without script the link leads to its own page.
(() => {
  const drawer = document.getElementById("drawer");
  if (!drawer || !drawer.showModal) return;
  let opener = null;
  let asked = 0;

  const show = async (link) => {
    opener = link;
    const turn = (asked += 1);
    drawer.innerHTML = '<p class="wait" role="status">Reading where this number comes from …</p>';
    if (!drawer.open) drawer.showModal();
    try {
      const answer = await fetch(link.href, { headers: { "HX-Request": "true", "HX-Target": "drawer" } });
      if (turn !== asked || !drawer.open) return;
      if (!answer.ok || answer.redirected) { location.assign(link.href); return; }
      drawer.innerHTML = await answer.text();
      if (window.htmx) window.htmx.process(drawer);
      drawer.querySelector("[data-close]")?.focus();
    } catch {
      location.assign(link.href);
    }
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-explain]");
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    show(link);
  });

  drawer.addEventListener("click", (event) => {
    if (event.target === drawer || event.target.closest("[data-close]")) drawer.close();
  });
  drawer.addEventListener("close", () => {
    asked += 1;
    drawer.innerHTML = "";
    opener?.focus({ preventScroll: true });
  });

  document.addEventListener("plumbline:explain", () => {
    const at = document.activeElement;
    const link = at?.matches?.("a[data-explain]") ? at : at?.closest?.("td, th, .kpi, .met, figure")?.querySelector("a[data-explain]");
    if (link) show(link);
  });
})();
