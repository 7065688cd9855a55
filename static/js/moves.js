// Another month, stretch or comparator on the same page: htmx asks for the page and puts its content in place of the
// one that stands, so charts are drawn at once. Whatever is not the same page with the same styles and scripts (a
// page of its own, an error, the way to sign in) is gone to. Without script every link is just a link.
(() => {
  const main = document.getElementById("main");
  const said = document.getElementById("moved");
  if (!main || !said) return;

  const stands = (file) => document.querySelector(`link[href="${CSS.escape(file)}"], script[src="${CSS.escape(file)}"]`);
  const needs = (page) => [...page.matchAll(/<(?:link rel="stylesheet" href|script src)="([^"]+)"/g)].map((found) => found[1]);

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.boosted) main.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { boosted, xhr } = event.detail;
    if (!boosted) return;
    const isHere = new URL(xhr.responseURL).pathname === location.pathname;
    if (xhr.status === 200 && isHere && needs(xhr.responseText).every(stands)) return;
    event.detail.shouldSwap = false;
    location.assign(xhr.responseURL);
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (event.detail.boosted) location.assign(event.detail.pathInfo.finalRequestPath);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!event.detail.boosted) return;
    main.removeAttribute("aria-busy");
    said.textContent = document.title;
    if (document.activeElement !== document.body) return;
    const month = document.getElementById("picker-month");
    (month?.offsetParent ? month : main).focus({ preventScroll: true });
  });
})();
