// Search or jump: a dialog with a combobox over every page, opened by Ctrl K, / or any link to the search. htmx asks
// while one types; the arrows move along the answers, Enter goes there. Without script the link leads to the page.
(() => {
  const dialog = document.getElementById("jump");
  const field = document.getElementById("jump-q");
  const list = document.getElementById("jump-found");
  const said = document.getElementById("jump-said");
  if (!dialog?.showModal || !window.htmx) return;

  const hits = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  const choose = (hit) => {
    chosen()?.setAttribute("aria-selected", "false");
    if (!hit) { field.removeAttribute("aria-activedescendant"); return; }
    hit.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", hit.id);
    hit.scrollIntoView({ block: "nearest" });
  };

  const step = (by) => {
    const all = hits();
    if (all.length) choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
  };

  const open = () => {
    if (dialog.open) { dialog.close(); return; }
    if (document.querySelector("dialog[open]")) return;
    document.querySelectorAll("details.pop[open]").forEach((menu) => { menu.open = false; });
    dialog.showModal();
    field.select();
    window.htmx.trigger(field, "ask");
  };

  let wanted = false; // Enter came before the answer did
  const go = () => {
    if (list.getAttribute("aria-busy") === "true") { wanted = true; return; }
    chosen()?.click();
  };

  list.addEventListener("htmx:afterSwap", (event) => {
    choose(hits()[0]);
    if (event.detail.requestConfig.parameters.q !== field.value) return; // the answer to what stands there now comes yet
    list.removeAttribute("aria-busy");
    said.textContent = list.querySelector("[data-said]")?.dataset.said ?? "";
    said.classList.toggle("vh", hits().length > 0);
    if (wanted) { wanted = false; go(); }
  });
  field.addEventListener("input", () => { list.setAttribute("aria-busy", "true"); wanted = false; });
  field.addEventListener("htmx:responseError", () => field.form.submit());
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Enter") go();
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointermove", (event) => {
    const hit = event.target.closest("[role=option]");
    if (hit && hit !== chosen()) choose(hit);
  });

  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-shut]")) dialog.close();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-search]");
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("plumbline:search", open);
})();
