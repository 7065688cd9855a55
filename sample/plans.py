"""The scenario of the demonstration: what the executive would do about Units 4, 6, 7, 8 and 10 in the year to come.

It is laid on what is forecast, so that is made before. It goes in through the verbs, and is shown to finance.
"""

from __future__ import annotations

from datetime import datetime

from metrics.forecasting import make_forecasts
from metrics.studying import make_studies
from people.models import Person
from reports.actions import scenarios
from reports.boards.scenarios.seen import ground_for
from sample.company import GROUP
from sample.people import CAST, FINANCE
from units.models import Unit
from units.roles import EXECUTIVE
from units.scope import Scope

NAME = "Reallocate to Unit 7, fix Unit 6"
DRIVERS = (
    ("U07", "selling_hires", "3", "", ""),
    ("U06", "cloud_price", "-14", "2027-02", "5310"),
    ("U06", "price", "6", "2027-01", "4200"),
    ("U10", "volume", "6", "", ""),
    ("U04", "converted", "3", "", ""),
    (GROUP, "pay", "1", "2027-04", ""),
    ("U08", "collection", "-14", "", ""),
)
"""Unit, driver, value in its measure, the first month where it is not the first to come, and the account it acts on
where that is not all of its line: committed capacity is compute, and only usage is billed at the new price."""


def plan(*, at: datetime) -> None:
    """Look ahead, and keep the scenario in the executive's name."""
    system = Scope.system("demonstration")
    make_forecasts(actor=system, at=at)
    make_studies(actor=system, at=at)
    executive = next(part for part in CAST if part.role == EXECUTIVE)
    scope = Scope.of(Person.objects.known_as(executive.name), at=at)
    unit = Unit.objects.within(scope).get(code=GROUP)
    drivers = [dict(zip(("unit", "kind", "value", "first", "part"), each, strict=True)) for each in DRIVERS]
    ground = ground_for(scope, unit, {each["unit"] for each in drivers})
    begun = scenarios.begin(actor=scope, unit=unit, name=NAME, drivers=drivers, ground=ground, at=at)
    finance = Person.objects.known_as(FINANCE.name)
    scenarios.share(actor=scope, scenario=begun, person=finance.pk, may_edit=True, at=at)
