// Switches between light and dark and keeps the choice with the person, by the form of the account page. Its
// token is fetched when it is needed: a page that carries one would differ from request to request.
(() => {
  const root = document.documentElement;
  const account = document.querySelector("a.me");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  if (!account) return;

  const keep = async (theme) => {
    const answer = await fetch(account.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const form = page.querySelector("form:has([name=theme])");
    if (!form) return;
    const body = new FormData(form);
    body.set("theme", theme);
    await fetch(form.getAttribute("action"), { method: "POST", body, redirect: "manual" });
  };

  document.addEventListener("plumbline:switch-theme", () => {
    const now = root.dataset.theme === "system" ? (dark.matches ? "dark" : "light") : root.dataset.theme;
    root.dataset.theme = now === "dark" ? "light" : "dark";
    document.dispatchEvent(new Event("plumbline:theme"));
    keep(root.dataset.theme);
  });
})();
