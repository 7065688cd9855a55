"""A home as a browser arranges it: pins, saved views, and the board that is shown."""

from __future__ import annotations

from typing import Any

from django.test import Client

from audit.models import Record

SAVED = "/overview/?period=2026-08&basis=ytd&against=prior-year"


def pin(browser: Client, unit: str, metric: str = "", **more: str) -> Any:
    return browser.post("/home/pins/", {"unit": unit, "metric": metric, **more})


def save(browser: Client, name: str, address: str = SAVED) -> Any:
    return browser.post("/home/views/", {"name": name, "address": address})


def board(browser: Client, query: str = "?period=2026-08&basis=month") -> Any:
    answer = browser.get(f"/home/{query}")
    assert answer.status_code == 200
    return answer.context["board"]


def verbs() -> list[str]:
    return [row.verb for row in Record.objects.order_by("pk") if row.verb.startswith(("reports.pin", "reports.view"))]
