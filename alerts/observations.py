"""The figures that thresholds are judged by, read: stored levels of some units over some periods, in two queries.

Stored forecasts are read besides where a threshold asks for them, in one more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import F, Max, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from alerts.judging.book import ACTUAL, BUDGET, Book, Expected, Page, Place, Wanted
from metrics.models import Sheet
from metrics.outlook import stored_forecasts
from metrics.querysets import sheets
from units.scope import Scope


def read_book(scope: Scope, wanted: Wanted, *, mark: int, since: int = 0) -> Book:
    """The pages wanted as they stand at a mark, and which numbers replaced one that was known at mark `since`."""
    found = (
        sheets(scope)
        .filter(version__in=(ACTUAL, BUDGET))
        .of_basis(*wanted.bases)
        .of_units(wanted.units)
        .in_periods(range(wanted.first, wanted.last + 1))
    )
    pages = {place: page for place, page, _ in read_pages(found.standing_at(mark), wanted.codes)}
    replaced = found.of_version(ACTUAL).filter(from_mark__lte=since, until_mark__gt=since, until_mark__lte=mark)
    earlier = {
        (place, code)
        for place, page, _ in (read_pages(replaced, wanted.codes) if since else ())
        for at, code in enumerate(wanted.codes)
        if page.numbers[at] is not None
    }
    codes = {code: place for place, code in enumerate(wanted.codes)}
    return Book(codes, pages, frozenset(earlier), _forecasts(scope, wanted, mark) if wanted.forecast else {})


def read_pages(found: QuerySet[Sheet], codes: Sequence[str]) -> Iterator[tuple[Place, Page, int | None]]:
    """Sheets as pages with what they say of these codes: where each lies, and until which mark it stood (None: still).

    What many pages say alike is kept once.
    """
    said: dict[tuple[str | None, ...], Mapping[str, str]] = {}
    count, names = len(codes), (*codes, "*")
    for unit, version, basis, ordinal, since, until, *cells in _cells(found, codes):
        reasons, coverage = tuple(cells[count : 2 * count]), tuple(cells[2 * count :])
        for each in (reasons, coverage):
            if each not in said:
                said[each] = {name: text for name, text in zip(names, each, strict=False) if text is not None}
        yield (unit, version, basis, ordinal), Page(since, tuple(cells[:count]), said[reasons], said[coverage]), until


def _cells(found: QuerySet[Sheet], codes: Sequence[str]) -> Iterator[Any]:
    """Where a sheet lies, from and until which mark, then the numbers, the reasons and the coverage of the codes."""
    numbers = {f"number_{place}": KeyTransform(code, "numbers") for place, code in enumerate(codes)}
    reasons = {f"reason_{place}": KeyTextTransform(code, "reasons") for place, code in enumerate(codes)}
    covered = {f"covered_{place}": KeyTextTransform(code, "coverage") for place, code in enumerate((*codes, "*"))}
    columns: dict[str, Any] = {"ordinal": F("period__ordinal"), **numbers, **reasons, **covered}
    places = ("unit_id", "version", "basis", "ordinal", "from_mark", "until_mark")
    rows = found.annotate(**columns).values_list(*places, *numbers, *reasons, *covered)
    return iter(rows.iterator(chunk_size=2_000))


def _forecasts(scope: Scope, wanted: Wanted, mark: int) -> dict[tuple[int, str, int], list[Expected]]:
    found = stored_forecasts(scope).standing_at(mark).of_units(wanted.units).of_metrics(wanted.forecast)
    found = found.filter(period__ordinal__range=(wanted.first, wanted.last))
    rows = found.values_list(
        "unit_id", "metric", "period__ordinal", "cutoff__ordinal", "number", "low", "high", "from_mark"
    )
    expected: dict[tuple[int, str, int], list[Expected]] = {}
    for unit, metric, ordinal, cutoff, number, low, high, since in rows.iterator(chunk_size=2_000):
        expected.setdefault((unit, metric, ordinal), []).append(Expected(cutoff, number, low, high, since))
    return expected


def units_with_news(scope: Scope, *, since: int) -> set[int]:
    """The units whose sheets changed after a mark."""
    changed = sheets(scope).filter(Q(from_mark__gt=since) | Q(until_mark__gt=since))
    return set(changed.values_list("unit_id", flat=True).distinct())


def newest_forecast(scope: Scope) -> int:
    """The mark of the newest forecast; 0 where nothing was forecast."""
    return stored_forecasts(scope).aggregate(newest=Max("from_mark"))["newest"] or 0
