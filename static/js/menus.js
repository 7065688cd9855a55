// Menus are <details>: this closes them by Escape and by a click elsewhere, and gives the focus back.
(() => {
  const open = () => document.querySelectorAll("details.pop[open]");

  document.addEventListener("click", (event) => {
    open().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open().forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
})();
