"""Addresses that may be saved: pages of figures with what was picked on them, and nothing else of an address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.urls import Resolver404, resolve

PAGES = {
    "overview": "Overview",
    "unit": "Unit",
    "unit-metrics": "All metrics of a unit",
    "unit-metric": "Metric",
    "explain": "Explanation",
    "forecast": "Forecast",
    "completeness": "Completeness",
    "commentary": "Commentary",
    "alerts:list": "Alerts",
}
"""The pages of which views are kept, by the names of their routes."""
LONGEST_PATH, LONGEST_QUERY = 200, 500
LEFT_OUT = frozenset({"page"})
"""What of an address is where a reader stood and no choice of his."""


@dataclass(frozen=True)
class Saved:
    """An address in its parts: the page's path, the query as it is sent, and the code of the unit it is of."""

    path: str
    query: str
    unit: str
    page: str


def read_address(text: str) -> Saved | None:
    """An address of this site in its parts; None where it is no page that is saved, or longer than any of these."""
    path, _, rest = text.partition("#")[0].partition("?")
    if not path.startswith("/") or len(path) > LONGEST_PATH:
        return None
    try:
        match = resolve(path)
    except Resolver404:
        return None
    parts = [(name, value) for name, value in parse_qsl(rest) if name not in LEFT_OUT]
    query = urlencode(parts)
    if match.view_name not in PAGES or len(query) > LONGEST_QUERY:
        return None
    unit = match.kwargs.get("code") or dict(parts).get("unit", "")
    return Saved(path, query, unit, PAGES[match.view_name])
