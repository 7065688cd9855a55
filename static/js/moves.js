// Another month, stretch or comparator on the same page: the page is asked for, and its content is put in place of the
// one that stands. Whatever is not the same page with the same styles and scripts (a page of its own, an error, the way
// to sign in) is gone to. Without script every link is just a link. htmx has no part in this: it would look through
// thousands of cells for attributes of its own, which takes longer than asking and printing together.
(() => {
  const main = document.getElementById("main");
  const said = document.getElementById("moved");
  if (!main || !said) return;
  const BESIDE = ["rail", "tabbar", "jump-kept"]; // what stands around the content and carries the pick along
  const MOVED = { moved: true };

  const stands = (file) => document.querySelector(`link[href="${CSS.escape(file)}"], script[src="${CSS.escape(file)}"]`);
  const needs = (page) => [...page.querySelectorAll("link[rel=stylesheet][href], script[src]")];
  const fits = (page) =>
    page.querySelector("#main > .page") && needs(page).every((each) => stands(each.getAttribute("href") ?? each.getAttribute("src")));

  const focusBack = (id) => {
    const there = id && document.getElementById(id);
    const month = document.getElementById("picker-month");
    (there || (month?.offsetParent ? month : main)).focus({ preventScroll: true });
  };
  const replace = (page) => {
    const focused = document.activeElement?.id;
    document.title = page.title;
    main.querySelector(".page").replaceWith(page.querySelector("#main > .page"));
    for (const id of BESIDE) {
      const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
      if (old && fresh) old.replaceWith(fresh);
    }
    main.removeAttribute("aria-busy");
    said.textContent = document.title;
    focusBack(focused);
    main.dispatchEvent(new CustomEvent("plumbline:moved", { bubbles: true }));
  };

  // A button of the mouse is down for a tenth of a second before it is a click: by then the answer is on its way.
  const SOON = 1000;
  let begun;
  const begin = (address) => {
    begun = { address, at: performance.now(), answer: fetch(address) };
    begun.answer.catch(() => {});
  };
  const asked = (address, signal) => {
    const isBegun = begun?.address === address && performance.now() - begun.at < SOON;
    const answer = isBegun ? begun.answer : fetch(address, { signal });
    begun = undefined;
    return answer;
  };

  let last; // the way that was taken last: one that was taken before it leads nowhere any more
  const move = async (address, isNew) => {
    last?.abort();
    const way = (last = new AbortController());
    main.setAttribute("aria-busy", "true");
    try {
      const answer = await asked(address, way.signal);
      const isHere = answer.ok && new URL(answer.url).pathname === location.pathname;
      const page = isHere && new DOMParser().parseFromString(await answer.text(), "text/html");
      if (way.signal.aborted) return;
      if (!page || !fits(page)) return location.assign(answer.url);
      if (isNew) {
        history.replaceState(MOVED, "");
        history.pushState(MOVED, "", answer.url);
      }
      replace(page);
    } catch (error) {
      if (error.name !== "AbortError") location.assign(address);
    }
  };

  const linkOf = (event) => {
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    return isPlain && !event.defaultPrevented && event.target.closest?.("[data-moves] a[href]:not([data-leaves])");
  };
  document.addEventListener("pointerdown", (event) => {
    const link = linkOf(event);
    if (link && event.pointerType === "mouse") begin(link.href);
  });
  document.addEventListener("click", (event) => {
    const link = linkOf(event);
    if (!link) return;
    event.preventDefault();
    move(link.href, true);
  });
  addEventListener("popstate", (event) => {
    if (event.state?.moved) move(location.href, false);
  });
})();
