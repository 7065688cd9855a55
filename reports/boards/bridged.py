"""A bridge as a chart: drawn by the server, the figure that takes its place when reached for, and its table."""

from __future__ import annotations

from reports import charts
from reports.figures import Chart, ChartTable


def bridged(name: str, message: str, bridge: charts.Bridge, table: ChartTable) -> Chart:
    """The chart of that id; a phone gets the small steps pooled."""
    narrow = bridge.narrow
    return Chart(
        id=name,
        message=message,
        spec=charts.bridge(bridge),
        narrow=charts.bridge(narrow),
        table=table,
        still=charts.still(bridge),
        narrow_still=charts.still(narrow),
    )
