"""A forecast explained: what it is the sum of, down to the lines of units that were forecast themselves.

A subtotal opens to its lines, a line of a group to the units below it and what is the group's own, a unit's own line
is a leaf: it says which method made it, from how many months, and how wrong that was. Every node is what it adds to
the one above, so the leaves sum to the forecast exactly. Where a unit is known further than its group, its actual
stands in the group's month.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from metrics.accuracy import Accuracy
from metrics.catalogue import METRICS
from metrics.models import Forecast
from metrics.outlook import ACTUAL, Made, accuracy_of, came_due, numbers_of, places_of, stored_forecasts
from metrics.statement import CLOUD_BELOW, LINES, SUBTOTALS, weights
from reports.derivation import Branch
from reports.evidence import Evidence

NO_FORECAST = "not_applicable: no forecast"
OWN = "Own figures and eliminations"
KNOWN = "actual, known further than the whole"
CLOUD = "Cloud below gross profit"
Place = tuple[int, str]
"""A unit and a metric."""


@dataclass
class Foresight:
    """The forecasts in force of a unit and everything below it, read once for the metrics and months asked for."""

    evidence: Evidence
    metric: str
    _ahead: dict[Place, dict[int, Forecast]] = field(default_factory=dict)
    _known: Mapping[tuple[int, str, int], int] = field(default_factory=dict)
    _due: Sequence[Made] = ()

    def __post_init__(self) -> None:
        evidence, metrics = self.evidence, [self.metric, *self._lines(self.metric)]
        units = evidence.company.below(evidence.unit)
        kept = stored_forecasts(evidence.scope).standing_at(evidence.mark)
        ahead = kept.newest(evidence.scope, evidence.mark).of_units(units).of_metrics(metrics)
        found = ahead | kept.of_units([evidence.unit]).of_metrics([self.metric])
        rows = list(found.select_related("unit", "period", "cutoff").in_order())
        newest: dict[int, int] = {}
        for row in rows:
            newest[row.unit_id] = max(row.cutoff.ordinal, newest.get(row.unit_id, 0))
        for row in rows:
            if row.cutoff.ordinal == newest[row.unit_id]:
                self._ahead.setdefault((row.unit_id, row.metric), {})[row.period.ordinal] = row
        own = [row for row in rows if (row.unit_id, row.metric) == (evidence.unit, self.metric)]
        self._due = came_due((row.metric, *places_of(row), row.number, row.naive) for row in own)
        periods = {row.period.ordinal for row in rows}
        self._known = numbers_of(evidence.scope, units, metrics, periods, version=ACTUAL, mark=evidence.mark)

    def past_errors(self) -> dict[int, Accuracy]:
        """How right the stored forecasts of the unit's metric were, by how many months ahead they looked."""
        unit = self.evidence.unit
        return accuracy_of(
            self._due, {(code, at): number for (each, code, at), number in self._known.items() if each == unit}
        )

    def rows(self, metric: str = "") -> list[Forecast]:
        """The months ahead of the unit itself, in order."""
        found = self._ahead.get((self.evidence.unit, metric or self.metric), {})
        return [found[ordinal] for ordinal in sorted(found)]

    def first(self, place: Place) -> Forecast | None:
        """The forecast of the first month ahead of a part; none where it is known further than the whole."""
        found = self._ahead.get(place, {})
        return found[min(found)] if found else None

    def tree(self, ordinals: Collection[int]) -> Branch:
        """What the forecast of some months together is the sum of."""
        label = METRICS[self.metric].label
        if self._number((self.evidence.unit, self.metric), ordinals) is None:
            return Branch(label, None, reason=NO_FORECAST)
        return self._branch((self.evidence.unit, self.metric), ordinals, label=label)

    def below(self, place: Place, ordinals: Collection[int]) -> list[tuple[Place, int]]:
        """The parts right below that have a number, with their sign: lines of a subtotal, units of a sum."""
        unit, metric = place
        if metric in SUBTOTALS:
            found = [((unit, line), weight) for line, weight in weights()[metric].items() if line != CLOUD_BELOW]
        else:
            found = [((below, metric), 1) for below in self.evidence.company.children(unit)]
        return [each for each in found if self._number(each[0], ordinals) is not None]

    def _branch(self, place: Place, ordinals: Collection[int], *, label: str, weight: int = 1) -> Branch:
        number, is_subtotal = weight * (self._number(place, ordinals) or 0), place[1] in SUBTOTALS
        children = [
            self._branch(part, ordinals, label=self._named(part, is_subtotal), weight=weight * sign)
            for part, sign in self.below(place, ordinals)
        ]
        rest = number - sum(int(child.value or 0) for child in children)
        if children and rest:
            children.append(Branch(CLOUD if is_subtotal else OWN, rest))
        note = "" if children else self._how(place, ordinals)
        return Branch(label, number, children=tuple(children), note=note)

    def _named(self, part: Place, is_line: bool) -> str:
        unit = self.evidence.company.units[part[0]]
        return METRICS[part[1]].label if is_line else f"{unit.code} {unit.name}"

    def _number(self, place: Place, ordinals: Collection[int]) -> int | None:
        """What a unit adds in some months: forecast, or actual where it is known already; None where it is in none."""
        parts = [self._month(place, ordinal) for ordinal in ordinals]
        known = [part for part in parts if part is not None]
        return sum(known) if known else None

    def _month(self, place: Place, ordinal: int) -> int | None:
        found = self._ahead.get(place, {}).get(ordinal)
        return self._known.get((*place, ordinal)) if found is None else found.number

    def _how(self, place: Place, ordinals: Collection[int]) -> str:
        """How a leaf came about, in words."""
        made = [row for ordinal in ordinals if (row := self._ahead.get(place, {}).get(ordinal))]
        return told(made[0]) if made else KNOWN

    @staticmethod
    def _lines(metric: str) -> Sequence[str]:
        return LINES if metric in SUBTOTALS else ()


def told(row: Forecast) -> str:
    """The method, what it was made from, and its own past error."""
    made = f"{row.method}, from {row.months} months up to {row.cutoff.code}"
    return f"{made}, wrong by {row.wape:.1%} before" if row.wape is not None else f"{made}, never tried"
