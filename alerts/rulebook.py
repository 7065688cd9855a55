"""The thresholds as stored, read into what the pure half works on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from fractions import Fraction

from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate

from alerts.judging.inheritance import Edition, Spot, Tree, silent
from alerts.judging.manual import Manual, Times
from alerts.judging.units import Court
from alerts.models import ThresholdVersion
from alerts.terms import Terms
from ledger.actions.closing import Closed
from ledger.company import group_currency
from ledger.models import Account, Period, Rate
from ledger.querysets import fiscal_calendar
from metrics.definitions import definitions
from metrics.querysets import sheets
from metrics.roles import Node, terms
from units.marks import standing_at
from units.models import Unit
from units.scope import Scope


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


def court(known: Times, units: Sequence[Unit], standing: Iterable[Edition], *, mark: int | None = None) -> Court:
    """Everything judging needs besides the figures, as known at a mark (None: now).

    `standing` are the editions in force, those that judge nothing any more still among them.
    """
    assert known.newest is not None  # without a finished period nothing is judged
    active = tuple(edition for edition in standing if not silent(edition, at=known.newest))
    book = manual(mark)
    if any(edition.terms.currency for edition in active):
        book = replace(book, rates=_budget_rates(mark))
    return Court(
        book=book,
        times=known,
        through=known.newest,
        currency=group_currency(),
        tree=Tree({unit.pk: spot_of(unit) for unit in units}),
        names={unit.pk: unit.name for unit in units},
        active=active,
    )


def times(scope: Scope, *, at: datetime, mark: int | None = None) -> Times:
    """The periods with actual figures, as seen at a moment; `mark` for what was known by then (None: now)."""
    stood = sheets(scope).known_at(None) if mark is None else sheets(scope).standing_at(mark)
    figures = stood.of_version("actual").of_basis("month").filter(period=OuterRef("pk"))
    periods = {period.ordinal: period for period in Period.objects.filter(Exists(figures))}
    today = localdate(at)
    ended = frozenset(ordinal for ordinal, period in periods.items() if period.ends < today)
    return Times(periods, ended, Closed.among(periods, mark=mark), today)


def manual(mark: int | None = None) -> Manual:
    """The manual of today, or with the metrics that were known at a mark; rates are read where they are needed."""
    accounts = list(Account.objects.select_related("parent").order_by("position"))
    chart = [
        Node(account.code, account.parent.code if account.parent else "", account.kind, account.weight, account.role)
        for account in accounts
    ]
    names = {each.code: each.name for each in accounts}
    return Manual(definitions(mark), terms(chart), names, fiscal_calendar())


def _budget_rates(mark: int | None) -> dict[tuple[str, int], Fraction]:
    found = Rate.objects.filter(standing_at(mark), kind=Rate.Kind.BUDGET)
    rows = found.values_list("currency", "period__ordinal", "rate")
    return {(currency, ordinal): Fraction(rate) for currency, ordinal, rate in rows}
