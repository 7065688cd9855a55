// Keyboard shortcuts. Single letters work only outside fields, and can be turned off for this browser.
(() => {
  const KEPT = "plumbline.single-keys";
  const sheet = document.getElementById("shortcuts");
  const box = sheet?.querySelector("[data-single-keys]");
  const isOn = () => localStorage.getItem(KEPT) !== "off";
  if (box) {
    box.checked = isOn();
    box.addEventListener("change", () => localStorage.setItem(KEPT, box.checked ? "on" : "off"));
  }

  const PLACES = { o: "overview", a: "alerts", r: "resources", s: "scenarios", p: "planning", i: "imports", t: "record", h: "own-home" };
  let waiting = 0;

  const press = (key) => {
    const target = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((each) => each.offsetParent);
    if (!target) return false;
    if (target.matches("summary")) target.parentElement.open = true;
    else target.click();
    if (target.matches("summary")) target.parentElement.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    return true;
  };

  const move = (by) => {
    const rows = [...document.querySelectorAll(".lst .it a.t, table[data-grid] tbody th a, .pu")].filter((each) => each.offsetParent);
    if (!rows.length) return false;
    const chosen = rows.indexOf(document.activeElement);
    const at = chosen >= 0 ? chosen : rows.findIndex((each) => each.getAttribute("aria-current"));
    rows[Math.min(Math.max(at + by, 0), rows.length - 1)].focus();
    return true;
  };

  const tell = (name) => { document.dispatchEvent(new Event(`plumbline:${name}`)); return true; };

  const act = (event) => {
    const key = event.key.toLowerCase();
    if (waiting > Date.now()) {
      waiting = 0;
      const link = document.querySelector(`[data-place="${PLACES[key] ?? ""}"]`);
      if (link) { link.click(); return true; }
    }
    if (event.key === "/") return tell("search");
    if (event.key === "?") { sheet?.showModal(); return true; }
    if (event.shiftKey && key === "e") return press("E");
    if (event.shiftKey) return false;
    if (key === "g") { waiting = Date.now() + 1500; return true; }
    if (key === "e") return tell("explain");
    if (key === "t") return tell("switch-theme");
    if (key === "j") return move(1);
    if (key === "k") return move(-1);
    if (key === "c") { const field = document.querySelector(".cbox textarea, .cbox input:not([type=hidden])"); field?.focus(); return Boolean(field); }
    return press(key);
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !isOn()) return;
    if (event.target.closest?.("input, select, textarea, [contenteditable]") || document.querySelector("dialog[open]")) return;
    if (event.key.length === 1 && act(event)) event.preventDefault();
  });
})();
