// The traces the pages draw, and nothing else: a third of the whole bundle.
import Plotly from "plotly.js/lib/core";
import scatter from "plotly.js/lib/scatter";
import bar from "plotly.js/lib/bar";
import heatmap from "plotly.js/lib/heatmap";
import treemap from "plotly.js/lib/treemap";

Plotly.register([scatter, bar, heatmap, treemap]);

export default Plotly;
