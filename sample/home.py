"""The home of the demonstration's approver, who follows a few figures and lands there; others land by their role."""

from __future__ import annotations

from datetime import datetime

from people.models import Person
from reports.actions.home import pin, save_view
from sample.people import APPROVER
from units.models import Unit
from units.scope import Scope

PINS = (
    *(("U06", "operating_margin"), ("U06", "cloud_cost"), ("U10", "revenue"), ("U04", "contractor_cost")),
    *(("U08", "dso"), ("U09", "runway"), ("HALDEN", "operating_income"), ("U12", "churn")),
    *(("HALDEN", ""), ("U04", ""), ("U06", ""), ("U10", "")),
)
VIEWS = (
    ("Third quarter against last year", "/overview/?period=2026-09&basis=qtd&against=prior-year"),
    ("Margin of Cloud Hosting", "/units/U06/metrics/operating_margin/?period=2026-09"),
    ("Retail Equipment, year to date", "/units/U10/?period=2026-09&basis=ytd"),
)


def arrange(*, at: datetime) -> None:
    """Pin and save what the approver keeps at home."""
    actor = Scope.of(Person.objects.known_as(APPROVER.name), at=at)
    units = {each.code: each for each in Unit.objects.within(actor)}
    for code, metric in PINS:
        pin(actor=actor, unit=units[code], metric=metric, at=at)
    for name, address in VIEWS:
        save_view(actor=actor, name=name, address=address, at=at)
