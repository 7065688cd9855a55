// Sliders of a scenario: each follows its field and its field follows it. The form itself asks for the picture (htmx),
// one question at a time and the newest last. Without script there are the fields and a button that shows.
(() => {
  const form = document.getElementById("drivers");
  const picture = document.getElementById("picture");
  if (!form || !picture) return;
  const MINUS = "\u2212";

  const number = (text) => Number(text.replace(MINUS, "-").replace("+", "").replace(",", ".").replace(/[^\d.-]/g, ""));
  const written = (value, isSigned) => {
    const sign = value < 0 ? MINUS : value > 0 && isSigned ? "+" : "";
    return `${sign}${Math.abs(value)}`;
  };
  const share = (slider, value) => {
    const [low, high] = [Number(slider.min), Number(slider.max)];
    return high > low ? ((Math.min(Math.max(value, low), high) - low) / (high - low)) * 100 : 0;
  };
  const sheet = new CSSStyleSheet(); // the page's policy lets no element carry a style of its own
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const painted = new Map();
  const paint = (slider) => {
    const [at, zero] = [share(slider, Number(slider.value)), share(slider, 0)];
    const [from, to] = [Math.min(at, zero), Math.max(at, zero)];
    painted.set(slider.id, `#${slider.id} { --from: ${from}%; --to: ${to}%; --zero: ${zero}%; }`);
    sheet.replaceSync([...painted.values()].join(" "));
  };

  form.querySelectorAll("[data-driver]").forEach((driver, place) => {
    const slider = driver.querySelector(".range");
    slider.id = `slider-${place}`;
    const field = driver.querySelector("input[name=value]");
    slider.hidden = false;
    paint(slider);
    slider.addEventListener("input", () => {
      field.value = written(Number(slider.value), Number(slider.min) < 0);
      paint(slider);
    });
    field.addEventListener("input", () => {
      const value = number(field.value);
      if (Number.isNaN(value)) return;
      slider.value = value;
      paint(slider);
    });
  });

  const stale = () => picture.classList.add("stale");
  form.addEventListener("htmx:beforeRequest", () => {
    picture.setAttribute("aria-busy", "true");
    const until = new Promise((done) => form.addEventListener("htmx:afterRequest", done, { once: true }));
    document.dispatchEvent(new CustomEvent("plumbline:busy", { detail: { of: picture, until, name: "The scenario" } }));
  });
  form.addEventListener("htmx:afterRequest", () => picture.setAttribute("aria-busy", "false"));
  form.addEventListener("htmx:responseError", stale);
  form.addEventListener("htmx:sendError", stale);
  picture.addEventListener("htmx:afterSwap", () => {
    picture.classList.remove("stale");
    form.querySelectorAll("[data-driver]").forEach((driver) => {
      const field = driver.querySelector("input[name=value]");
      const isWrong = driver.querySelector(".error").textContent.trim() !== "";
      if (isWrong) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    });
  });
})();
