// The button that prints a page. Pages are put in place without being loaded anew, so the document listens.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
