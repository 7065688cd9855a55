// Draws the charts of a page from the figures in its JSON elements. Colours in a figure are names of design
// tokens, `var(--good-fill)`, resolved in the reader's theme; a change of theme draws again. Paper is light in every
// theme and has a width of its own. A chart that the server drew stands until somebody reaches for it: only then is
// plotly needed, and fetched where the page did not ask for it.
(() => {
  const TOKEN = /^var\(--([\w-]+)\)$/;
  const CONFIG = { displayModeBar: false, responsive: true };
  const PHONE = matchMedia("(max-width: 599px)");

  const light = document.createElement("i");
  light.hidden = true;
  light.dataset.theme = "light";
  document.body.append(light);
  let onPaper = false;

  const resolved = (value, styles) => {
    if (typeof value === "string") {
      const name = TOKEN.exec(value);
      return name ? styles.getPropertyValue(`--${name[1]}`).trim() : value;
    }
    if (Array.isArray(value)) return value.map((each) => resolved(each, styles));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each, styles)]));
    }
    return value;
  };

  const font = { family: '"Inter var", Inter, system-ui, sans-serif', size: 12 };
  const axis = {
    showgrid: false, zeroline: false, showline: false, ticks: "", automargin: true, fixedrange: true,
    tickfont: { size: 11, color: "var(--ink-3)" },
  };
  const TEMPLATE = {
    layout: {
      font: { ...font, color: "var(--ink-2)" },
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      margin: { l: 8, r: 8, t: 8, b: 8, pad: 4 },
      showlegend: false, bargap: 0.44, dragmode: false, separators: ".,", hovermode: "closest",
      hoverlabel: { bgcolor: "var(--raised)", bordercolor: "var(--line-2)", font: { ...font, color: "var(--ink)" } },
      xaxis: axis,
      yaxis: {
        ...axis, showgrid: true, gridcolor: "var(--d-grid)", gridwidth: 1,
        zeroline: true, zerolinecolor: "var(--d-axis)", zerolinewidth: 1,
      },
    },
  };

  const source = document.currentScript.dataset.plotly;
  let fetched;
  const plotly = () => {
    if (window.Plotly) return Promise.resolve();
    fetched ??= new Promise((done, failed) => {
      document.head.append(Object.assign(document.createElement("script"), { src: source, onload: done, onerror: failed }));
    });
    return fetched;
  };

  // How wide a chart is on paper, and what share of its height it has there, stands with the styles of its place: before
  // a page is printed nothing has the width of the sheet yet.
  const paper = (place, what) => Number(getComputedStyle(place).getPropertyValue(`--paper-${what}`));
  const onSheet = (place, height) => ({
    autosize: false, width: paper(place, "wide"), height: Math.round(height * paper(place, "share")),
  });
  const figureOf = (place) => {
    const isNarrow = onPaper ? paper(place, "wide") < 360 : PHONE.matches;
    const id = isNarrow && place.dataset.narrow ? place.dataset.narrow : place.dataset.figure;
    const found = document.getElementById(id);
    return found && JSON.parse(found.textContent);
  };
  const dressed = (figure, root) => {
    const styles = getComputedStyle(root);
    const { data, layout } = resolved(figure, styles);
    return { data, layout: { ...layout, template: resolved(TEMPLATE, styles) } };
  };
  const left = new WeakMap(); // by place, the names of what the reader took out of it

  const draw = (place) => (window.Plotly ? plot(place) : plotly().then(() => plot(place)));
  const plot = (place) => {
    const figure = place.isConnected && figureOf(place);
    if (!figure) return;
    const isPhone = PHONE.matches && !onPaper;
    const { data, layout } = dressed(figure, onPaper ? light : document.documentElement);
    Object.assign(layout, onPaper ? onSheet(place, layout.height) : { autosize: true, height: place.clientHeight });
    if ((isPhone || layout.width < 600) && layout.xaxis.nticks) layout.xaxis = { ...layout.xaxis, nticks: 4 };
    for (const trace of data) if (left.get(place)?.has(trace.name)) trace.visible = false;
    place.querySelectorAll(".still").forEach((each) => each.parentElement.remove());
    const isNew = !place.classList.contains("js-plotly-plot");
    window.Plotly.react(place, data, layout, CONFIG);
    if (isNew) drillable(place);
  };

  // A mark that leads somewhere is followed by a click; the table beside the chart holds the same links.
  const target = (event) => event.points[0].data.meta?.[event.points[0].pointNumber];
  const drillable = (place) => {
    place.on("plotly_hover", (event) => place.classList.toggle("drills", Boolean(target(event))));
    place.on("plotly_unhover", () => place.classList.remove("drills"));
    place.on("plotly_click", (event) => {
      const address = target(event);
      if (address) location.assign(address);
    });
  };

  const button = (text, pressed, onclick) => {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: text, onclick });
    made.className = "quiet";
    if (pressed !== null) made.setAttribute("aria-pressed", pressed);
    return made;
  };
  const toggle = (place, name) =>
    button(name, true, async (event) => {
      const out = left.get(place) ?? new Set();
      left.set(place, out);
      if (!out.delete(name)) out.add(name);
      event.target.setAttribute("aria-pressed", !out.has(name));
      draw(place);
    });
  // An image has none of our fonts, is light whatever the theme, and carries the chart's message above it.
  const LETTER = 7.2;
  const wrapped = (text, width) =>
    text.split(" ").reduce((lines, word) => {
      const last = `${lines.at(-1)} ${word}`.trim();
      return last.length * LETTER < width ? [...lines.slice(0, -1), last] : [...lines, word];
    }, [""]);
  const save = async (place) => {
    await plotly();
    const message = place.getAttribute("aria-label");
    const { data, layout } = dressed(figureOf(place), light);
    const width = place.clientWidth + 24;
    const lines = wrapped(message, width - 24);
    const top = 20 * lines.length + 16;
    const height = place.clientHeight + top + 12;
    const text = lines.map((line) => line.replace(/&/g, "&amp;").replace(/</g, "&lt;")).join("<br>");
    const ink = getComputedStyle(light);
    Object.assign(layout, {
      width, height,
      title: { text, x: 12 / width, xref: "container", xanchor: "left", y: 1 - 20 / height, yanchor: "top", font: { size: 14, color: ink.getPropertyValue("--ink").trim() } },
      margin: { ...layout.margin, t: (layout.margin?.t ?? 0) + top, l: (layout.margin?.l ?? 0) + 12, r: (layout.margin?.r ?? 0) + 12, b: (layout.margin?.b ?? 0) + 12 },
      paper_bgcolor: ink.getPropertyValue("--surface").trim(),
      font: { ...font, family: "system-ui, sans-serif" },
    });
    const shown = data.filter((trace) => !left.get(place)?.has(trace.name));
    const href = await window.Plotly.toImage({ data: shown, layout }, { format: "png", scale: 2, width, height });
    const download = `${message.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 80)}.png`;
    Object.assign(document.createElement("a"), { href, download }).click();
  };
  const equip = (under) => {
    const place = under.previousElementSibling;
    if (under.firstChild || !place) return;
    const figure = figureOf(place);
    const names = [...new Set(figure?.data.map((trace) => trace.name).filter(Boolean))];
    if (names.length > 1) under.append(...names.map((name) => toggle(place, name)));
    const saving = ({ target }) =>
      document.dispatchEvent(new CustomEvent("plumbline:busy", { detail: { of: target, until: save(place) } }));
    under.append(button("Save image", null, saving));
  };

  const isDrawn = (place) => !place.querySelector(".still");
  const drawAll = (root) => {
    root.querySelectorAll("[data-figure]").forEach((place) => isDrawn(place) && draw(place));
    root.querySelectorAll(".under").forEach(equip);
  };
  const drawPage = () => drawAll(document);

  document.addEventListener("pointerover", (event) => {
    const place = event.target.closest?.("[data-figure]");
    if (place && !isDrawn(place)) draw(place);
  });
  document.fonts.ready.then(drawPage);
  for (const name of ["htmx:afterSwap", "plumbline:moved"]) document.addEventListener(name, (event) => drawAll(event.target));
  document.addEventListener("plumbline:theme", drawPage);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawPage);
  PHONE.addEventListener("change", drawPage);
  const turn = (isPaper) => {
    onPaper = isPaper;
    drawPage();
  };
  addEventListener("beforeprint", () => turn(true));
  addEventListener("afterprint", () => turn(false));
})();
