"""Questions to the sheets, for everybody who shows or exports figures. No arithmetic, nothing heavy to import.

    sheets(scope).known_at(as_of).of_version("actual").of_basis("ytd").in_periods([ordinal])

Readers stay at the mark of the last run that was *done* by the moment they ask for: while a run stores its sheets
one slice after the other, everybody still reads the ones before it, and two queries of one page agree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Self

from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce

from ledger.models import Hyperinflation, Rate
from metrics.arrangement import plain, reported_first
from metrics.models import Run, Sheet
from metrics.rates import RateTable
from metrics.veils import lift
from units.guard import GuardedQuerySet
from units.marks import Mark, marks_until, standing_at
from units.scope import Scope

NO_FIGURES = "not_applicable: no figures"
NO_ACCOUNT = "not_applicable: no account"
RATES = ("currency", "period__ordinal", "period__year", "kind", "rate")
Number = int | float | str | None
Key = tuple[int, int, str, str]


def computed_mark(moment: datetime | None = None) -> int:
    """The mark readers read at: that of the newest run that was done, of what was known at a moment.

    0 where nothing was computed yet. Keep it for all queries of one answer.
    """
    return computed_marks(moment).first() or 0


def computed_marks(moment: datetime | None = None) -> QuerySet[Run, int]:
    """The marks of the runs that were done of what was known at a moment, the newest first."""
    done = Run.objects.filter(state=Run.State.DONE)
    if moment is not None:
        done = done.filter(mark__lte=Coalesce(Subquery(marks_until(moment).values("pk")[:1]), 0))
    return done.order_by("-mark").values_list("mark", flat=True)


class SheetQuerySet(GuardedQuerySet[Sheet]):
    """Chainable questions; like every guarded queryset it answers only `within` a scope.

    Whole sheets come with what this scope may read behind their veils; picked columns come as they are stored.
    """

    reader: Scope | None = None

    def within(self, scope: Scope, *, ability: str | None = None) -> Self:
        narrowed = super().within(scope, ability=ability)
        narrowed.reader = scope
        return narrowed

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]  # Django's own way to hand attributes on
        clone.reader = self.reader
        return clone

    def _fetch_all(self) -> None:
        is_fresh = self._result_cache is None
        super()._fetch_all()
        if is_fresh and self.reader is not None:
            lift((each for each in self._result_cache or () if isinstance(each, Sheet)), self.reader)

    def standing_at(self, mark: int) -> Self:
        """Sheets as they stood at a mark of `computed_mark`."""
        return self.filter(standing_at(mark))

    def known_at(self, moment: datetime | None) -> Self:
        """Sheets as they were known at a moment; None for now."""
        return self.standing_at(computed_mark(moment))

    def of_version(self, version: str) -> Self:
        return self.filter(version=version)

    def of_basis(self, *bases: str) -> Self:
        return self.filter(basis__in=bases)

    def in_periods(self, ordinals: Collection[int]) -> Self:
        """Sheets of these periods; a range is asked for by its ends."""
        if isinstance(ordinals, range) and ordinals.step == 1 and len(ordinals):
            return self.filter(period__ordinal__range=(ordinals.start, ordinals.stop - 1))
        return self.filter(period__ordinal__in=list(ordinals))

    def of_units(self, units: Collection[int]) -> Self:
        """Sheets of these units, by id."""
        return self.filter(unit_id__in=list(units))

    def selected(
        self,
        *,
        mark: int,
        versions: Collection[str] = ("actual",),
        bases: Collection[str] = ("month",),
        ordinals: Collection[int] | None = None,
        units: Collection[int] | None = None,
    ) -> Self:
        """Everything a page wants of its sheets, with their units and periods, in one query."""
        found = self.standing_at(mark).filter(version__in=versions).of_basis(*bases)
        if ordinals is not None:
            found = found.in_periods(ordinals)
        if units is not None:
            found = found.of_units(units)
        return found.select_related("unit", "period")

    def in_order(self) -> Self:
        """The tree from the top, then time, then basis and version."""
        return self.order_by("unit__left", "period__ordinal", "basis", "version")


def sheets(scope: Scope) -> SheetQuerySet:
    """The sheets this scope may read."""
    return SheetQuerySet(Sheet).within(scope)


@dataclass(frozen=True)
class Reading:
    """One number of a sheet as stored, or why there is none, and how complete it is."""

    number: Number
    reason: str
    coverage: str


def reading(sheet: Sheet, code: str) -> Reading:
    """A metric or `account:CODE` on a sheet.

    What goes without saying is not stored: a metric that a sheet does not mention is carried by no account, an
    account it does not mention has no figures there.
    """
    number = sheet.numbers.get(code)
    unsaid = NO_FIGURES if code.startswith("account:") else NO_ACCOUNT
    reason = "" if number is not None else sheet.reasons.get(code, unsaid)
    return Reading(number, reason, sheet.coverage.get(code, sheet.coverage.get("*", "")))


def at_constant_rates(found: Iterable[Sheet], name: str) -> list[Sheet]:
    """Of sheets of a version and of that version in constant currency (`name`) those that say it in constant currency.

    Where constant rates make no difference nothing is kept, and the reported sheet says the same.
    """
    listed = list(found)
    kept = {key_of(sheet)[:3]: sheet for sheet in listed if sheet.version == name}
    return [kept.get(key_of(sheet)[:3], sheet) for sheet in listed if sheet.version != name]


def on_todays_tree(found: Iterable[Sheet]) -> list[Sheet]:
    """Of sheets of versions and of what is kept of them as is now those to read, in the order of the tree and of time.

    Where the tree of today makes no difference nothing is kept, and the reported sheet says the same.
    """
    kept = {
        (*key_of(sheet)[:3], plain(sheet.version)): sheet
        for sheet in sorted(found, key=lambda sheet: reported_first(sheet.version))
    }
    return sorted(kept.values(), key=lambda sheet: (sheet.unit.left, sheet.period.ordinal))


def has_budget_rates(mark: int) -> bool:
    """Whether any rate is one of a budget: constant currency at budget rates begins with the first."""
    return Rate.objects.filter(standing_at(mark), kind=Rate.Kind.BUDGET).exists()


def rate_table(mark: int, *, group: str, periods_in_year: int) -> RateTable:
    """Exact rates by currency, ordinal and kind as they stood at a mark, and which currencies are hyperinflationary."""
    rows = Rate.objects.filter(standing_at(mark)).values_list(*RATES)
    return rates_of(rows, group=group, periods_in_year=periods_in_year, inflated=inflated(mark))


def rates_of(
    rows: Iterable[Sequence[Any]],
    *,
    group: str,
    periods_in_year: int,
    inflated: Iterable[tuple[str, int, int | None]],
) -> RateTable:
    """The same of rows with the columns RATES that were read already."""
    exact = ((currency, ordinal, year, kind, Fraction(rate)) for currency, ordinal, year, kind, rate in rows)
    return RateTable.of(exact, group=group, periods_in_year=periods_in_year, inflated=inflated)


def inflated(mark: int) -> list[tuple[str, int, int | None]]:
    """Currencies flagged as hyperinflationary at a mark, with the ordinals of their first and last periods."""
    flags = Hyperinflation.objects.filter(standing_at(mark)).order_by("currency", "first__ordinal")
    return list(flags.values_list("currency", "first__ordinal", "last__ordinal"))


def key_of(sheet: Sheet) -> Key:
    return sheet.unit_id, sheet.period_id, sheet.basis, sheet.version


def standing_since(
    found: Iterable[Sheet], history: Iterable[Sheet], codes: Collection[str]
) -> dict[tuple[Key, str], int]:
    """Since which mark each number stands: a sheet may be replaced many times while this one stays.

    `history` holds earlier sheets of the same units, periods, bases and versions, in any order. A number
    that was there before, went and came back stands since it came back.
    """
    earlier: dict[Key, list[Sheet]] = {}
    for sheet in history:
        earlier.setdefault(key_of(sheet), []).append(sheet)
    since = {}
    for sheet in found:
        before = sorted(earlier.get(key_of(sheet), []), key=lambda each: (each.from_mark, each.pk), reverse=True)
        for code in codes:
            since[key_of(sheet), code] = _since(sheet, before, code)
    return since


def _since(sheet: Sheet, before: Iterable[Sheet], code: str) -> int:
    mark, now = sheet.from_mark, reading(sheet, code)
    for each in before:
        if each.from_mark == each.until_mark:
            continue  # replaced before anybody could read it
        was = reading(each, code)
        if each.until_mark != mark or (was.number, was.reason) != (now.number, now.reason):
            break
        mark = each.from_mark
    return mark


def times_of(marks: Collection[int]) -> Mapping[int, datetime]:
    """The moments of marks."""
    return dict(Mark.objects.filter(pk__in=set(marks)).values_list("pk", "at"))
