"""Every page with example boards: for tests of the templates, and to look at.

The figures are those of the demonstration company in its third quarter of 2026; the months are made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string

from reports.overviews import PARTS
from tests.reports.gallery.alerts import alerts
from tests.reports.gallery.boards import completeness, metric, metrics
from tests.reports.gallery.control import empty, explanation, record, refusal, upload
from tests.reports.gallery.frame import frame
from tests.reports.gallery.overview import overview, waiting
from tests.reports.gallery.unit import unit


def pages() -> Mapping[str, tuple[str, dict[str, Any]]]:
    """Every page by name: its template and what it prints."""
    board = {"board": overview()}
    parts = {part: render_to_string(f"reports/overview_{part}.html", board) for part in PARTS}
    return {
        "overview": (
            "reports/overview.html",
            {"frame": frame(), "label": overview().picker.label, "parts": parts, "alerts": waiting()},
        ),
        "unit": ("reports/unit.html", {"frame": frame("", unit="U06"), "board": unit()}),
        "alerts": ("alerts/list.html", {"frame": frame("alerts"), "board": alerts()}),
        "alert": ("alerts/detail.html", {"frame": frame("alerts"), "board": alerts()}),
        "completeness": ("reports/completeness.html", {"frame": frame("completeness"), "board": completeness()}),
        "metrics": ("reports/metrics.html", {"frame": frame("", unit="U08"), "board": metrics()}),
        "metric": ("reports/metric.html", {"frame": frame("", unit="U08"), "board": metric()}),
        "explanation": ("reports/explanation.html", {"frame": frame("", unit="U06"), "board": explanation()}),
        "explanation-drawer": ("reports/explanation_drawer.html", {"board": explanation()}),
        "record": ("reports/record.html", {"frame": frame("record"), "board": record()}),
        "upload": ("reports/upload.html", {"frame": frame("imports"), "board": upload()}),
        "empty": ("reports/empty.html", {"frame": frame(), "board": empty()}),
        "no-access": ("403.html", {"frame": frame(""), "board": refusal()}),
        "not-found": ("404.html", {"frame": frame("")}),
        "failed": ("500.html", {"reference": "7f3a"}),
    }
