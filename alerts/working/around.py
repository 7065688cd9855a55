"""The people around an alert, and the days on which nobody works where it stands: what its steps are asked with."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from alerts.models import Alert
from alerts.telling.owners import Owners, in_owners, owners_of
from alerts.together import Asked, Found, together
from ledger.querysets import holidays_over
from people.models import Person
from units.roles import ABILITIES


@dataclass(frozen=True)
class Around:
    """Who may see an alert, by their ids in the order of their names, with whoever else is named on its page."""

    names: Mapping[int, str]
    owners: Owners
    holidays: frozenset[date]

    def who_may(self, ability: str) -> list[tuple[int, str]]:
        """The people who may do something about it, by name."""
        able = {each.person for each in self.owners.holdings if ability in ABILITIES[each.role]}
        return [(person, name) for person, name in self.names.items() if person in able]


def around(alert: Alert, *, at: datetime) -> Around:
    """What stands around an alert; one query."""
    return around_of(together(**in_around(alert, at=at)))


def in_around(alert: Alert, *, at: datetime, named: Collection[int] = ()) -> dict[str, Asked]:
    """What it is made of, to be read together with what else a page asks for; `named` are people whom it names."""
    asked = in_owners(alert.unit, at=at)
    grants, _ = asked["grants"]
    people = Person.objects.filter(Q(pk__in=grants.order_by().values("person")) | Q(pk__in=named))
    return asked | {"people": (people, ("pk", "name")), "holidays": (holidays_over(alert.unit), ("day",))}


def around_of(found: Found) -> Around:
    """What stands around an alert, of what `in_around` asks for."""
    return Around(
        names={each[0]: each[1] for each in sorted(found["people"], key=lambda each: str(each[1]).casefold())},
        owners=owners_of(found),
        holidays=frozenset(date.fromisoformat(day) for (day,) in found["holidays"]),
    )
