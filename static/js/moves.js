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

  const read = async (address, signal) => {
    const answer = await fetch(address, { signal });
    const isHere = answer.ok && new URL(answer.url).pathname === location.pathname;
    return { url: answer.url, page: isHere && new DOMParser().parseFromString(await answer.text(), "text/html") };
  };

  // A mouse rests on a link for some tenths of a second before it is a click: by then the page has been read. What
  // was read for a click that came much later is not shown: figures may have changed since.
  const SOON = 2000;
  let begun;
  const begin = (address) => {
    if (begun?.address === address && performance.now() - begun.at < SOON) return;
    begun?.way.abort();
    const way = new AbortController();
    begun = { address, way, at: performance.now(), found: read(address, way.signal) };
    begun.found.catch(() => {});
  };
  const asked = (address) => {
    begin(address);
    const { found, way } = begun;
    begun = undefined;
    return { found, way };
  };

  let last; // the way that was taken last: one that was taken before it leads nowhere any more
  const move = async (address, isNew) => {
    last?.abort();
    const { found, way } = asked(address);
    last = way;
    main.setAttribute("aria-busy", "true");
    const late = setTimeout(() => { if (!way.signal.aborted) said.textContent = "Loading …"; }, 400);
    try {
      const { url, page } = await found;
      if (way.signal.aborted) return;
      if (!page || !fits(page)) return location.assign(url);
      if (isNew) {
        history.replaceState(MOVED, "");
        history.pushState(MOVED, "", url);
      }
      replace(page);
    } catch (error) {
      if (error.name !== "AbortError") location.assign(address);
    } finally {
      clearTimeout(late);
    }
  };

  const linkOf = (event) => {
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    return isPlain && !event.defaultPrevented && event.target.closest?.("[data-moves] a[href]:not([data-leaves])");
  };
  document.addEventListener("pointerover", (event) => {
    const link = event.pointerType === "mouse" && event.target.closest?.("[data-moves] a[href]:not([data-leaves])");
    if (link) begin(link.href);
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
