"""The thresholds as stored, read into what the pure half works on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Coalesce
from django.utils.timezone import localdate

from alerts.judging.inheritance import Edition, Spot, Tree, silent
from alerts.judging.manual import Manual, Times
from alerts.judging.units import Court
from alerts.models import ThresholdVersion
from alerts.terms import Terms
from alerts.together import Asked, Found, together
from ledger.actions.closing import Closed
from ledger.company import group_currency
from ledger.models import Account, Period, Rate
from ledger.querysets import as_declared, declarations
from metrics.definitions import TERMS, with_added
from metrics.models import MetricVersion
from metrics.querysets import computed_marks, sheets
from metrics.roles import Node, terms
from units.marks import standing_at
from units.models import Unit
from units.scope import Scope

PERIOD = ("pk", "code", "ordinal", "year", "quarter", "number", "starts", "ends", "has_figures")
"""What is read of a period that stands beside other rows."""


def terms_of(version: ThresholdVersion) -> Terms:
    """A version's terms as the rules read them."""
    return Terms(**{each.name: getattr(version, each.name) for each in fields(Terms)})


def editions(scope: Scope, *, mark: int | None = None) -> list[Edition]:
    """All versions of all thresholds within a scope, with where in the tree they stand.

    `mark` leaves out what was set later: the thresholds as they were known then.
    """
    versions = ThresholdVersion.objects.within(scope).select_related("threshold__unit", "valid_from", "valid_until")
    if mark is not None:
        versions = versions.filter(from_mark__lte=mark)
    return [edition_of(version) for version in versions.order_by("from_mark")]


def edition_of(version: ThresholdVersion) -> Edition:
    """One version as the rules read it."""
    return Edition(
        version=version.pk,
        threshold=version.threshold_id,
        unit=spot_of(version.threshold.unit),
        terms=terms_of(version),
        inherits=version.inherits,
        since=version.valid_from.ordinal if version.valid_from else None,
        until=version.valid_until.ordinal if version.valid_until else None,
        retired=version.retired,
        from_mark=version.from_mark,
        label=version.label,
        action=version.action,
        owner=version.owner_id,
        unit_type=version.unit_type,
    )


def spot_of(unit: Unit) -> Spot:
    """A unit's place in the tree of today."""
    return Spot(unit.pk, unit.left, unit.right, unit.kind, unit.vertical)


def court(
    known: Times,
    units: Sequence[Unit],
    standing: Iterable[Edition],
    *,
    mark: int | None = None,
    book: Manual | None = None,
    currency: str = "",
) -> Court:
    """Everything judging needs besides the figures, as known at a mark (None: now).

    `standing` are the editions in force, those that judge nothing any more still among them. The manual and the
    currency of the group are read where they are not given.
    """
    assert known.newest is not None  # without a finished period nothing is judged
    active = tuple(edition for edition in standing if not silent(edition, at=known.newest))
    book = book or manual(mark)
    if any(edition.terms.currency for edition in active):
        book = replace(book, rates=_budget_rates(mark))
    return Court(
        book=book,
        times=known,
        through=known.newest,
        currency=currency or group_currency(),
        tree=Tree({unit.pk: spot_of(unit) for unit in units}),
        names={unit.pk: unit.name for unit in units},
        active=active,
    )


def times(scope: Scope, *, at: datetime, mark: int | None = None) -> Times:
    """The periods with actual figures, as seen at a moment; `mark` for what was known by then (None: now)."""
    return times_among(all_periods(scope, mark=mark), at=at, mark=mark)


def all_periods(scope: Scope, *, mark: int | None = None) -> list[Any]:
    """Every period, the earliest first; `has_figures` where actual figures were known at a mark (None: now)."""
    return list(periods_at(scope, mark=newest_mark() if mark is None else mark).order_by("ordinal"))


def periods_at(scope: Scope, *, mark: Any) -> QuerySet[Period]:
    """The same, to be read with what else a page asks for; the mark may be a part of the query."""
    actual = sheets(scope).standing_at(mark).of_version("actual").of_basis("month")
    return Period.objects.annotate(has_figures=Exists(actual.filter(period=OuterRef("pk"))))


def newest_mark() -> Any:
    """The mark readers read at, as a part of the query that reads."""
    return Coalesce(Subquery(computed_marks()[:1]), 0)


def times_among(rows: Iterable[Any], *, at: datetime, mark: int | None = None, closed: Closed | None = None) -> Times:
    """The same of all periods where these were read; one query, none where it is known what is closed."""
    periods = {period.ordinal: period for period in rows if period.has_figures}
    today = localdate(at)
    ended = frozenset(ordinal for ordinal, period in periods.items() if period.ends < today)
    return Times(periods, ended, closed or Closed.among(periods, mark=mark), today)


def in_times(scope: Scope, *, mark: Any) -> dict[str, Asked]:
    """What the periods and what closes them are made of, to be read together with what else a page asks for."""
    return {"periods": (periods_at(scope, mark=mark), PERIOD), "closings": Closed.asked(mark)}


def times_of(found: Found, *, at: datetime) -> Times:
    """The periods with actual figures, of what `in_times` asks for."""
    return times_among(map(period_of, found["periods"]), at=at, closed=Closed.of(found["closings"]))


def period_of(row: Sequence[Any]) -> Period:
    """A period of these columns; `has_figures` says whether actual figures of it were known."""
    *columns, has_figures = row
    found = dict(zip(PERIOD[:-1], columns, strict=True))
    starts, ends = (date.fromisoformat(found.pop(name)) for name in ("starts", "ends"))
    period = Period(starts=starts, ends=ends, **found)
    period.has_figures = bool(has_figures)  # type: ignore[attr-defined]  # as an annotation would be
    return period


def manual(mark: int | None = None) -> Manual:
    """The manual of today, or with the metrics that were known at a mark; rates are read where they are needed."""
    return manual_of(together(**in_manual(mark)))


def in_manual(mark: Any = None) -> dict[str, Asked]:
    """What the manual is made of, to be read together with what else a page asks for, the mark being a part of it."""
    added = MetricVersion.objects.filter(standing_at(mark), retired=False)
    chart = ("position", "pk", "code", "name", "parent__code", "kind", "weight", "role", "unit_of_measure")
    return {
        "accounts": (Account.objects.all(), chart),
        "metrics": (added, ("metric_id", *TERMS)),
        "calendar": (declarations(), ("pk", Cast("declaration", TextField()), "start_month")),
    }


def manual_of(found: Found) -> Manual:
    """The manual, of what `in_manual` asks for."""
    chart = sorted(found["accounts"])
    nodes = [Node(code, parent or "", kind, weight, role) for _, _, code, _, parent, kind, weight, role, _ in chart]
    names = {code: name for _, _, code, name, *_ in chart}
    metrics = with_added(terms for _, *terms in sorted(found["metrics"]))
    stated: list[Any] = min(found["calendar"], default=[0, None, None])
    calendar = as_declared(json.loads(stated[1]) if stated[1] else None, stated[2]).calendar
    return Manual(metrics, terms(nodes), names, calendar)


def _budget_rates(mark: int | None) -> dict[tuple[str, int], Fraction]:
    found = Rate.objects.filter(standing_at(mark), kind=Rate.Kind.BUDGET)
    rows = found.values_list("currency", "period__ordinal", "rate")
    return {(currency, ordinal): Fraction(rate) for currency, ordinal, rate in rows}
