// Says what a word of finance means where it stands: by a click, by Enter, or by resting on it with a mouse.
// Without script the link leads to the page of the term.
(() => {
  if (!("popover" in HTMLElement.prototype)) return;
  const known = new Map();
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.popover = "auto";
  tip.tabIndex = -1;
  tip.setAttribute("role", "dialog");
  let opener = null;
  let isPinned = false;
  let soon = 0;

  const meaning = async (href) => {
    if (!known.has(href)) {
      const answer = await fetch(href, { headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
      known.set(href, await answer.text());
    }
    return known.get(href);
  };

  // Where it stands is the style sheet's: beside the word that carries this class.
  const mark = (link) => {
    document.querySelector(".asked")?.classList.remove("asked");
    link?.classList.add("asked");
  };

  const show = async (link, pins) => {
    clearTimeout(soon);
    opener = link;
    isPinned = pins;
    try {
      const text = await meaning(link.href);
      if (opener !== link || !link.isConnected) return;
      if (tip.matches(":popover-open")) tip.hidePopover();
      tip.innerHTML = text;
      tip.setAttribute("aria-label", tip.querySelector(".tm-n")?.textContent ?? "");
      link.after(tip);
      mark(link);
      tip.showPopover();
      opener = link;
      isPinned = pins;
      if (pins) tip.focus({ preventScroll: true });
    } catch {
      isPinned = false;
      if (pins) location.assign(link.href);
    }
  };

  const hide = () => { if (tip.matches(":popover-open")) tip.hidePopover(); };
  const word = (event) => event.target.closest?.("a[data-term]");

  document.addEventListener("click", (event) => {
    const link = word(event);
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    show(link, true);
  });

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse" || isPinned) return;
    const link = word(event);
    clearTimeout(soon);
    if (link) soon = setTimeout(() => show(link, false), link === opener ? 0 : 350);
    else if (!tip.contains(event.target)) soon = setTimeout(hide, 200);
  });

  tip.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    isPinned = false;
    opener = null;
    mark(null);
  });
  tip.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !tip.contains(event.relatedTarget)) hide();
  });
})();
