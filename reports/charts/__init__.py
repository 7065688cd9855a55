"""Plotly figures as plain dictionaries: what a browser draws, without plotly in the web process. Pure.

waterfall   the steps from a baseline to the actual, their running totals and the axis these need
bridges     a waterfall, drawn
stills      the same as SVG from the server, until somebody reaches for it
months      columns of actual, budget and forecast by month
paths       month ends as lines with an interval: base and scenario
trends      a ratio by month, as a line
shares      parts of a whole
scatter     two measures of each unit against each other
treemap     amounts as rectangles that fill an area
limits      a line that numbers must not cross, and the zone behind it
ink         what all of them are drawn and lettered with

Colours are names of design tokens, `var(--good-fill)`; the script that draws resolves them in the reader's
theme and lays its template (fonts, axes, hover) under the layout. Marks follow the notation: actual solid,
budget outlined, forecast hatched, variances coloured by effect. The plotly package validates the dictionaries
in tests. Names come from files: what plotly would read as markup is escaped.
"""

from reports.charts.bridges import Bridge, bridge
from reports.charts.limits import Limit
from reports.charts.months import columns
from reports.charts.paths import Path, paths
from reports.charts.scatter import scatter
from reports.charts.shares import stack
from reports.charts.stills import still
from reports.charts.trends import series
from reports.charts.waterfall import BridgeStep, cut, pooled

__all__ = [
    "Bridge",
    "BridgeStep",
    "Limit",
    "Path",
    "bridge",
    "columns",
    "cut",
    "paths",
    "pooled",
    "scatter",
    "series",
    "stack",
    "still",
]
