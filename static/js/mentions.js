// Completes a name behind an @ in a comment, out of the list that stands below it. Without script the list is read.
(() => {
  const names = [...document.querySelectorAll("#askable li")].map((each) => each.textContent.slice(1));
  const field = document.querySelector(".cbox textarea");
  if (!field || !names.length) return;

  const list = document.createElement("ul");
  list.className = "popup menu asks";
  list.id = "asked";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Who can be asked");
  field.closest(".field").append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": "asked", "aria-expanded": "false" })) {
    field.setAttribute(name, value);
  }
  let at = 0;

  const typed = () => /(?:^|[^\w@.+-])@([^\n@]{0,40})$/.exec(field.value.slice(0, field.selectionStart));
  const close = () => {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const point = (to) => {
    at = (to + list.children.length) % list.children.length;
    [...list.children].forEach((each, place) => each.setAttribute("aria-selected", String(place === at)));
    field.setAttribute("aria-activedescendant", list.children[at].id);
  };
  const take = (name) => {
    const begun = typed();
    const start = field.selectionStart - begun[1].length;
    field.setRangeText(`${name} `, start, field.selectionStart, "end");
    close();
    field.focus();
  };
  const offer = () => {
    const begun = typed();
    const found = begun ? names.filter((name) => name.toLowerCase().startsWith(begun[1].toLowerCase())) : [];
    if (!found.length) return close();
    list.replaceChildren(...found.slice(0, 8).map((name, place) => {
      const row = document.createElement("li");
      row.id = `asked-${place}`;
      row.setAttribute("role", "option");
      row.textContent = name;
      row.addEventListener("mousedown", (event) => { event.preventDefault(); take(name); });
      return row;
    }));
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    point(0);
  };

  field.addEventListener("input", offer);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") point(at + 1);
    else if (event.key === "ArrowUp") point(at - 1);
    else if (event.key === "Enter" || event.key === "Tab") take(list.children[at].textContent);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
})();
