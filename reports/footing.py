"""What a page about a unit stands on: the unit, and what holds for the whole company, in one query.

Nobody's scope narrows the latter: the calendar, the group's currency, the mark to read at, the metrics and the chart
of accounts are no secret of any unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404

from ledger.company import root_currency
from ledger.models import Account, Hyperinflation, Rate
from ledger.periods import Declared
from ledger.querysets import as_declared, declarations, with_those_below
from metrics.catalogue import Metric
from metrics.definitions import TERMS, with_added
from metrics.models import MetricVersion
from metrics.querysets import computed_marks
from reports.rows import Rows
from reports.selection import from_the_top
from units.marks import Mark
from units.models import Unit
from units.moments import moment

ACCOUNT = tuple(each.attname for each in Account._meta.concrete_fields)
FLAG = ("currency", "first__ordinal", "last__ordinal")


@dataclass(frozen=True)
class Footing:
    """A unit and what its page knows of the company.

    `mark` is the one to read at, of what was known at the as-of asked for, and `computed_at` its time; metrics, rates
    and the hyperinflationary currencies, with the ordinals of their first and last periods, are those of that mark.
    `beside` are the rows that the page asked for along with the unit, by the name it gave them.
    """

    unit: Unit
    currency: str
    calendars: Declared
    mark: int
    computed_at: datetime | None
    metrics: Mapping[str, Metric]
    has_rates: bool
    has_budget_rates: bool
    inflated: Sequence[tuple[str, int, int | None]]
    beside: Mapping[str, Sequence[Sequence[Any]]]
    _accounts: Sequence[Sequence[Any]]

    @cached_property
    def accounts(self) -> list[Account]:
        """The chart of accounts, in its order."""
        return [Account(**dict(zip(ACCOUNT, row, strict=True))) for row in self._accounts]


def footing(units: QuerySet[Unit], asked: Mapping[str, str], **beside: Rows) -> Footing | None:
    """The first of the units, narrowed to the reader's, with all that its page stands on; None where there is none.

    `asked` is the page's query; an as-of that is no moment is left to whoever selects by it. What is asked for `beside`
    may name columns of the unit, and the mark as `computed`.
    """
    as_of = moment(asked["as_of"]) if asked.get("as_of") else None
    rates = Rate.objects.filter(at_mark())
    found: Any = (
        units.annotate(
            group_currency=Coalesce(Subquery(root_currency()[:1]), Value("")),
            declaration=Subquery(declarations().values("declaration")[:1]),
            start_month=Subquery(declarations().values("start_month")[:1]),
            computed=Coalesce(Subquery(computed_marks(as_of)[:1]), 0),
        )
        .annotate(
            computed_at=Subquery(Mark.objects.filter(pk=OuterRef("computed")).values("at")[:1]),
            added=Rows(MetricVersion.objects.filter(at_mark(), retired=False).order_by("metric_id"), *TERMS),
            accounts=Rows(Account.objects.order_by("position", "pk"), *ACCOUNT),
            has_rates=Exists(rates),
            has_budget_rates=Exists(rates.filter(kind=Rate.Kind.BUDGET)),
            inflated=Rows(Hyperinflation.objects.filter(at_mark()).order_by("currency", "first__ordinal"), *FLAG),
            **beside,
        )
        .first()
    )
    if found is None:
        return None
    return Footing(
        unit=found,
        currency=found.group_currency,
        calendars=with_those_below(as_declared(found.declaration, found.start_month)),
        mark=found.computed,
        computed_at=found.computed_at,
        metrics=with_added(found.added),
        has_rates=found.has_rates,
        has_budget_rates=found.has_budget_rates,
        inflated=[(currency, first, last) for currency, first, last in found.inflated],
        beside={name: getattr(found, name) for name in beside},
        _accounts=found.accounts,
    )


def picked(units: QuerySet[Unit], asked: Mapping[str, str], **beside: Rows) -> Footing | None:
    """The footing of the unit that a query names as `unit`, else of the one that a reader's pages start from.

    None for who sees no unit. Raises Http404 where what is named is not among the units.
    """
    code = asked.get("unit")
    found = footing(units.filter(code=code) if code else from_the_top(units), asked, **beside)
    if code and found is None:
        raise Http404
    return found


def at_mark() -> Q:
    """Rows standing at the mark that the page reads at, in what is asked for beside its unit."""
    until = Q(until_mark__isnull=True) | Q(until_mark__gt=OuterRef("computed"))
    return Q(from_mark__lte=OuterRef("computed")) & until
