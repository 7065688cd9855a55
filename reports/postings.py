"""Entries as an explanation knows them: whose, from which file and row, brought by whom, and at which rate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Min, QuerySet, Sum, Value, Window
from django.db.models.functions import Abs, RowNumber

from ledger.models import Entry, Layer
from metrics.rates import PLAN, RateTable
from reports.facts import AccountFact, Largest, RowFact

GRAIN = ("unit_id", "account_id", "period_id", "version_id", "currency", "counterparty", "origin_id", "sheet", "layer")
"""What entries of one file agree in that amount to one sum."""
TOLD = (
    "unit__currency", "period__ordinal", "period__code", "period__year", "version__code", "origin__public_id",
    "origin__filename", "origin__actor", "origin__at", "pk", "amount", "row", "text", "segment",
)  # fmt: skip


class When(NamedTuple):
    """A period as far as rates are concerned."""

    ordinal: int
    code: str
    year: int


@dataclass
class Postings:
    """Turns entries into facts.

    `units` are the ids of those the reader may see, by their codes; `names` tells what those are called who brought
    files in.
    """

    units: Mapping[str, int]
    accounts: Mapping[int, AccountFact]
    rates: RateTable
    currency: str
    names: Callable[[Iterable[str]], Mapping[str, str]]
    _pairs: dict[str, int] = field(default_factory=lambda: {"": 0})
    _people: dict[str, str] = field(default_factory=dict)

    def single(self, entries: QuerySet[Entry]) -> list[Any]:
        """Entry by entry, in the order they came. One query."""
        alone = {"rows": Value(1), "last_row": F("row"), "first": F("pk"), "first_row": F("row"), "sum": F("amount")}
        return self._named(entries.annotate(**alone).order_by("pk"), *alone)

    def summed(self, entries: QuerySet[Entry]) -> list[Any]:
        """Sums of the entries that agree in all that decides what they amount to, each told by its largest; in the
        order they came. One query."""

        def over(found: Any, **how: Any) -> Window:
            return Window(found, partition_by=[F(name) for name in GRAIN], **how)

        largest = over(RowNumber(), order_by=[Abs("amount").desc(), F("pk").asc()])
        sums = {
            "rows": over(Count("pk")),
            "last_row": over(Max("row")),
            "first": over(Min("pk")),
            "first_row": over(Min("row")),
            "sum": over(Sum("amount")),
        }
        found = self._named(entries.order_by().annotate(place=largest, **sums).filter(place=1), *sums)
        return sorted(found, key=lambda each: int(each.first))

    def _named(self, entries: QuerySet[Entry], *more: str) -> list[Any]:
        found: list[Any] = list(entries.values_list(*GRAIN, *TOLD, *more, named=True))
        self._people.update(self.names({each.origin__actor for each in found} - self._people.keys()))
        return found

    def fact(self, entry: Any, manner: str) -> RowFact:
        """A row with the rate of its version's manner; None where nobody gave one, which is never 1."""
        other = self.units.get(entry.counterparty)
        currency = entry.currency or entry.unit__currency or self.currency
        period = When(entry.period__ordinal, entry.period__code, entry.period__year)
        account = self.accounts[entry.account_id]
        rate = self.rates.rate(currency, period, account.rate_type if account.is_money else "", manner=manner)
        return RowFact(
            id=entry.first,
            unit=entry.unit_id,
            account=entry.account_id,
            ordinal=period.ordinal,
            period=period.code,
            amount=entry.sum,
            currency=currency,
            rate=None if rate.reason else rate.factor,
            counterparty=other,
            file=entry.origin__filename,
            sheet=entry.sheet,
            row=entry.first_row,
            person=self._people[entry.origin__actor],
            time=entry.origin__at,
            text=entry.text if not entry.counterparty or other is not None else "",
            segment=entry.segment,
            pair=self._pairs.setdefault(entry.counterparty, len(self._pairs)),
            origin=entry.origin_id,
            import_id=entry.origin__public_id,
            rows=entry.rows,
            last_row=entry.last_row,
            largest=Largest(abs(entry.amount), entry.pk, entry.row),
            is_adjustment=entry.layer == Layer.ADJUSTMENT,
            is_plan=manner == PLAN,
            is_inflated=account.is_money and self.rates.is_wholly_at_closing(currency, period, manner=manner),
            reason=rate.reason,
        )
