// Draws the charts of a page from the figures in its JSON elements. Colours in a figure are names of design
// tokens, `var(--good-fill)`, resolved in the reader's theme; a change of theme draws again. Paper is light in every
// theme and has a width of its own.
(() => {
  const TOKEN = /^var\(--([\w-]+)\)$/;
  const CONFIG = { displayModeBar: false, responsive: true };
  const PHONE = matchMedia("(max-width: 599px)");
  const PAPER = 680; // pixels: what A4 and Letter leave between their margins

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

  const draw = (place) => {
    const isPhone = PHONE.matches && !onPaper;
    const id = isPhone && place.dataset.narrow ? place.dataset.narrow : place.dataset.figure;
    const source = document.getElementById(id);
    if (!source || !window.Plotly) return;
    const styles = getComputedStyle(onPaper ? light : document.documentElement);
    const figure = resolved(JSON.parse(source.textContent), styles);
    const layout = { ...figure.layout, template: resolved(TEMPLATE, styles) };
    Object.assign(layout, onPaper ? { autosize: false, width: PAPER } : { autosize: true, height: place.clientHeight });
    if (isPhone && layout.xaxis.nticks) layout.xaxis = { ...layout.xaxis, nticks: 4 };
    window.Plotly.react(place, figure.data, layout, CONFIG);
  };

  const drawAll = (root) => root.querySelectorAll("[data-figure]").forEach(draw);
  const drawPage = () => drawAll(document);

  document.fonts.ready.then(drawPage);
  document.addEventListener("htmx:afterSwap", (event) => drawAll(event.target));
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
