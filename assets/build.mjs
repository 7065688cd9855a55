// Builds static/vendor: the partial plotly bundle, its style sheet as a file (a strict content policy
// allows no inserted one), htmx, the icons as one sprite, their licences, and the list of digests that a
// test compares the files with.
//     npm ci && npm run build
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { runInNewContext } from "node:vm";
import { build } from "esbuild";
import { ICONS } from "./icons.mjs";

const require = createRequire(import.meta.url);
const out = new URL("../static/vendor/", import.meta.url).pathname;
const version = (name) => JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;
const plotly = version("plotly.js");
const htmx = version("htmx.org");
const lucide = version("lucide-static");

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

await build({
  entryPoints: ["entry.js"],
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "PlotlyModule",
  footer: { js: "window.Plotly=PlotlyModule.default||PlotlyModule;" },
  define: { global: "window" },
  legalComments: "none",
  outfile: `${out}plotly-${plotly}.js`,
});

// The file inserts its rules when loaded; only the literal is wanted. It is no public interface, hence the count.
const source = readFileSync(require.resolve("plotly.js/build/plotcss.js"), "utf8");
const rules = runInNewContext(`(${source.slice(source.indexOf("{"), source.indexOf("};") + 1)})`);
const names = Object.keys(rules);
if (names.length < 50 || !("X .main-svg" in rules)) throw new Error(`unexpected style rules: ${names.length}`);
const css = names
  .map((selector) => {
    const full = selector.replace(/X/g, ".js-plotly-plot .plotly").replace(/Y/g, ".plotly-notifier");
    return `${full}{${rules[selector]}}`;
  })
  .join("\n");
writeFileSync(`${out}plotly-${plotly}.css`, `${css}\n`);

copyFileSync(require.resolve("htmx.org/dist/htmx.min.js"), `${out}htmx-${htmx}.js`);

const symbols = ICONS.map((name) => {
  const drawing = readFileSync(require.resolve(`lucide-static/icons/${name}.svg`), "utf8");
  const shapes = drawing.match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1].replace(/\s+/g, " ").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
});
writeFileSync(`${out}lucide-${lucide}.svg`, `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);

const licence = (name) => {
  const folder = new URL(`node_modules/${name}/`, import.meta.url);
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  return `${name} ${version(name)}\n\n${readFileSync(new URL(file, folder), "utf8").trim()}\n`;
};
writeFileSync(`${out}LICENSES.txt`, ["plotly.js", "htmx.org", "lucide-static"].map(licence).join("\n\n"));

const digest = (file) => createHash("sha256").update(readFileSync(out + file)).digest("hex");
const lines = readdirSync(out).sort().map((file) => `${digest(file)}  ${file}`);
writeFileSync(`${out}SHA256SUMS`, `${lines.join("\n")}\n`);
