// Tables under the keyboard: one tab stop, arrows move by cell, and rows that open and close what is below them.
(() => {
  const reachable = "a[href], button:not([hidden])";
  const stop = (cell) => cell.querySelector(reachable);

  const grids = (root) => root.querySelectorAll("table[data-grid]").forEach((table) => {
    const stops = [...table.querySelectorAll("tbody td, tbody th")].flatMap((cell) => [...cell.querySelectorAll(reachable)]);
    stops.forEach((each, place) => { each.tabIndex = place ? -1 : 0; });
  });

  const step = (cell, across, down) => {
    const row = cell.parentElement;
    const place = [...row.children].indexOf(cell);
    if (down) {
      let next = row;
      do next = down > 0 ? next.nextElementSibling : next.previousElementSibling;
      while (next && (next.hidden || !next.children[place] || !stop(next.children[place])));
      return next && stop(next.children[place]);
    }
    let next = cell;
    do next = across > 0 ? next.nextElementSibling : next.previousElementSibling;
    while (next && (!stop(next) || !next.offsetParent));
    return next && stop(next);
  };

  const MOVES = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.("table[data-grid] tbody :is(td, th)");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const inRow = [...cell.parentElement.children].filter((each) => stop(each) && each.offsetParent);
    const to = event.key === "Home" ? stop(inRow[0])
      : event.key === "End" ? stop(inRow[inRow.length - 1])
      : MOVES[event.key] && step(cell, ...MOVES[event.key]);
    if (!to) return;
    event.preventDefault();
    event.target.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  });

  // A row of a statement opens the deeper rows below it; a deed of the record opens its details.
  const below = (row) => {
    const found = [];
    const level = Number(row.dataset.level ?? -1);
    for (let next = row.nextElementSibling; next; next = next.nextElementSibling) {
      if (row.dataset.level !== undefined && Number(next.dataset.level) <= level) break;
      found.push(next);
    }
    return found;
  };
  const set = (button, isOpen) => {
    button.setAttribute("aria-expanded", String(isOpen));
    below(button.closest("tr")).forEach((row) => {
      row.hidden = !isOpen;
      row.querySelector(".tw")?.setAttribute("aria-expanded", String(isOpen));
    });
  };
  // All lines of a statement or its subtotals alone; what a reader opens one by one is neither.
  const folded = (section) => {
    const open = [...section.querySelectorAll("button.tw")].map((each) => each.getAttribute("aria-expanded") === "true");
    const pressed = open.every(Boolean) ? "all" : open.some(Boolean) ? "" : "subtotals";
    section.querySelectorAll("[data-folds] button").forEach((each) => {
      each.setAttribute("aria-pressed", String(each.value === pressed));
    });
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.tw");
    if (button) set(button, button.getAttribute("aria-expanded") !== "true");
    const fold = event.target.closest("[data-folds] button");
    const section = (button || fold)?.closest("section");
    if (fold) section.querySelectorAll("button.tw").forEach((each) => set(each, fold.value === "all"));
    if (section?.querySelector("[data-folds]")) folded(section);
  });

  // What is wider than its place scrolls, and is then a stop of its own for the keyboard, named as its table is.
  const scrollers = (root) => root.querySelectorAll(".scroll:not([tabindex])").forEach((box) => {
    if (box.scrollWidth <= box.clientWidth) return;
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    const name = box.querySelector("caption")?.textContent;
    if (name) box.setAttribute("aria-label", name);
  });
  addEventListener("resize", () => scrollers(document));
  document.addEventListener("toggle", (event) => scrollers(event.target), true);

  const ready = (root) => {
    scrollers(root);
    root.querySelectorAll("[data-folds]").forEach((each) => { each.hidden = !each.closest("section").querySelector("button.tw"); });
    root.querySelectorAll("button.tw").forEach((button) => {
      button.hidden = false;
      if (button.closest(".deed")) set(button, false);
    });
    grids(root);
  };
  ready(document);
  for (const name of ["htmx:afterSwap", "plumbline:moved"]) document.addEventListener(name, (event) => ready(event.target));
})();
