"""The past as it was known each time thresholds were judged, read for somebody: the same few queries however much.

Every sheet, forecast, rate and closing stands from mark to mark, so one reading of all that stood at some time of the
window gives every vintage; which rows a vintage sees is told by its mark. Periods before the first judging are assumed:
each is judged when it was over, with the figures as they were first known.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from hashlib import sha256
from typing import Any

from django.db.models import Q, Subquery
from django.utils.timezone import localdate

from alerts.backtest.comparing import Labelled
from alerts.backtest.replaying import Forecasts, History, Vintage
from alerts.judging.book import ACTUAL, BUDGET, Expected, Page, Place, Wanted
from alerts.judging.inheritance import Edition, Tree, in_force
from alerts.judging.manual import Manual, Times
from alerts.judging.units import WINDOW, Court
from alerts.models import Alert, Evaluation
from alerts.observations import read_pages
from alerts.rulebook import editions, manual, spot_of
from alerts.terms import ALL_LEVELS
from ledger.actions.closing import Closed
from ledger.company import with_group_currency
from ledger.models import Period, Rate
from metrics.models import Run
from metrics.outlook import stored_forecasts
from metrics.querysets import sheets
from units.marks import Mark
from units.models import Unit
from units.scope import Scope

ABILITY = "thresholds.read"


class NothingJudged(LookupError):
    """No threshold was ever judged, so there is no past to try one on."""


@dataclass(frozen=True)
class Moment:
    """When something was judged, or is assumed to have been: up to which marks, through which period, on which day."""

    mark: int
    terms_mark: int
    forecasts: int
    through: int
    today: date
    is_assumed: bool = False


@dataclass(frozen=True)
class Ground:
    """What a past stands on and a page has read already: the units in reach, the manual, the group's currency."""

    units: Sequence[Unit]
    book: Manual
    currency: str


def ground(scope: Scope, *, book: Manual | None = None) -> Ground:
    """The ground of a past; the units are those whose thresholds this scope may read. The manual, if not given."""
    reach = Unit.objects.within(scope, ability=ABILITY).exclude(kind=Unit.Kind.ELIMINATION).order_by("left")
    units: list[Any] = list(with_group_currency(reach))
    return Ground(units, book or manual(), units[0].group_currency if units else "")


def name_of(scope: Scope, on: Ground, *, tried: Sequence[Edition], periods: int) -> Hashable:
    """All that the past of these editions is made of: whose it is, what was known last, and what is read for them.

    Limits are no part of it. One query.
    """
    marks, runs = Mark.objects.order_by("-pk"), Run.objects.filter(state=Run.State.DONE).order_by("-pk")
    newest = Evaluation.objects.order_by("-pk").values_list(
        "pk", Subquery(marks.values("pk")[:1]), Subquery(runs.values("pk")[:1])
    )
    reads = tuple((replace(each.terms, **_NO_LIMITS), each.unit_type, each.action) for each in tried)
    reach = tuple((unit.pk, unit.name, unit.left, unit.right, unit.kind, unit.vertical, unit.ends) for unit in on.units)
    spans = tuple(sorted(scope.spans.items()))
    return scope.key, spans, reach, newest.first(), reads, periods, on.currency, _short(repr(on.book))


def _short(text: str) -> str:
    return sha256(text.encode()).hexdigest()


_NO_LIMITS: dict[str, Any] = dict.fromkeys((*ALL_LEVELS, "floor_amount", "floor_percent"), "") | {
    "direction": 0, "periods": 1, "out_of": 0, "exit_periods": 0, "materiality": "both",
}  # fmt: skip
"""What terms say about figures without asking for any."""


def history(
    scope: Scope,
    *,
    tried: Sequence[Edition] | None = None,
    periods: int = 0,
    every: bool = False,
    on: Ground | None = None,
) -> History:
    """What was known at each judging, of the units whose thresholds this scope may read.

    `tried` are the editions that are to be judged (None: all that ever stood). `periods` is how many periods back it
    begins, those before the first judging assumed (0: with the first judging). Of judgings between which no figure
    came in only the first is there, unless `every` one is asked for. Raises NothingJudged.
    """
    rows = {row.ordinal: row for row in Period.objects.all()}
    moments = _moments(rows, periods=periods, every=every)
    on = on or ground(scope)
    units = on.units
    known = editions(scope)
    judged = known if tried is None else tried
    court = _court(on, moments, rows)
    wanted = court.wanted([unit.pk for unit in units], judged)
    currencies = {edition.terms.currency for edition in judged} - {""}
    pages = _pages(scope, wanted, [moment.mark for moment in moments])
    rates = _rates(currencies) if currencies else []
    forecasts = _forecasts(scope, wanted, moments) if wanted.forecast else []
    closed = Closed.at_each({moment.terms_mark for moment in moments}, rows)
    vintages = [
        Vintage(
            mark=moment.mark,
            terms_mark=moment.terms_mark,
            through=moment.through,
            times=_times(moment, rows, closed[moment.terms_mark]),
            standing=in_force([each for each in known if each.from_mark <= moment.terms_mark], at=moment.through),
            changed=changed,
            gone=_gone(units, rows[moment.through].starts),
            rates={key: rate for key, rate, since, until in rates if _stood(moment.mark, since, until)},
            forecasts=_by_key(each for each in forecasts if _stood(moment.mark, each[2], each[3])),
            is_assumed=moment.is_assumed,
        )
        for moment, changed in zip(moments, pages, strict=True)
    ]
    codes = {code: place for place, code in enumerate(wanted.codes)}
    return History(court.book, court.tree, court.names, court.currency, codes, vintages)


def labelled(scope: Scope, threshold: int) -> list[Labelled]:
    """The alerts of a threshold that have a verdict, of the units whose alerts this scope may read."""
    found = Alert.objects.within(scope).told().filter(threshold=threshold).exclude(verdict="").order_by("pk")
    columns = ("pk", "unit_id", "kind", "verdict", "began__ordinal", "period__ordinal")
    return [Labelled(*row) for row in found.values_list(*columns)]


def _moments(rows: Mapping[int, Any], *, periods: int, every: bool) -> list[Moment]:
    """The judgings, the oldest first, and before them the ends of periods that are assumed."""
    found = [
        Moment(each.mark, each.terms_mark, each.forecasts, each.through, localdate(each.at))
        for each in Evaluation.objects.order_by("pk")
        if each.through is not None
    ]
    if not found:
        raise NothingJudged("No threshold was judged yet.")
    begins = found[-1].through - periods + 1
    if not every:
        found = [now for before, now in zip([None, *found[:-1]], found, strict=True) if _has_news(before, now)]
    if not periods:
        return found
    first = found[0]
    assumed = [
        replace(first, through=ordinal, today=rows[ordinal].ends + timedelta(days=1), is_assumed=True)
        for ordinal in range(begins, first.through)
        if ordinal in rows
    ]
    return [*assumed, *_since(found, begins)]


def _has_news(before: Moment | None, now: Moment) -> bool:
    return before is None or (before.mark, before.through, before.forecasts) != (now.mark, now.through, now.forecasts)


def _since(found: Sequence[Moment], begins: int) -> Sequence[Moment]:
    """The judgings of a window, with the newest before it: what stood when the window began."""
    inside = [place for place, moment in enumerate(found) if moment.through >= begins]
    return found[max(0, inside[0] - 1) :]


def _court(on: Ground, moments: Sequence[Moment], rows: Mapping[int, Any]) -> Court:
    """A court whose window is all periods that any of the judgings looked at: it says what there is to read."""
    through = moments[-1].through
    return Court(
        book=on.book,
        times=Times(rows, frozenset(), Closed({}), moments[-1].today),
        through=through,
        currency=on.currency,
        tree=Tree({unit.pk: spot_of(unit) for unit in on.units}),
        names={unit.pk: unit.name for unit in on.units},
        window=through - moments[0].through + WINDOW,
    )


def _times(moment: Moment, rows: Mapping[int, Any], closed: Closed) -> Times:
    ended = frozenset(ordinal for ordinal, row in rows.items() if row.ends < moment.today)
    return Times(rows, ended, closed, moment.today)


def _gone(units: Sequence[Unit], began: date) -> frozenset[int]:
    return frozenset(unit.pk for unit in units if unit.ends is not None and unit.ends < began)


def _pages(scope: Scope, wanted: Wanted, marks: Sequence[int]) -> list[dict[Place, Page | None]]:
    """By vintage the pages that differ from the vintage before (None: no page stands there any more).

    A database hands out each unit, name, ordinal and mark anew with every row: of those alike one is kept.
    """
    one: dict[Any, Any] = {}
    found = (
        sheets(scope)
        .filter(version__in=(ACTUAL, BUDGET))
        .of_basis(*wanted.bases)
        .of_units(wanted.units)
        .in_periods(range(wanted.first, wanted.last + 1))
        .filter(_stood_between(marks[0], marks[-1]))
    )
    changed: list[dict[Place, Page | None]] = [{} for _ in marks]
    for place, page, until in read_pages(found, wanted.codes):
        place = tuple(one.setdefault(part, part) for part in place)
        page = page._replace(mark=one.setdefault(page.mark, page.mark))
        enters = bisect_left(marks, page.mark)
        leaves = len(marks) if until is None else bisect_left(marks, until)
        if enters < leaves:
            changed[enters][place] = page
            if leaves < len(marks):
                changed[leaves].setdefault(place, None)
    return changed


def _rates(currencies: Collection[str]) -> list[tuple[tuple[str, int], Fraction, int, int | None]]:
    """Budget rates of all times: of which currency and ordinal, and from and until which mark."""
    found = Rate.objects.filter(kind=Rate.Kind.BUDGET, currency__in=list(currencies))
    columns = found.values_list("currency", "period__ordinal", "rate", "from_mark", "until_mark")
    return [((currency, ordinal), Fraction(rate), since, until) for currency, ordinal, rate, since, until in columns]


Forecast = tuple[tuple[int, str, int], Expected, int, int | None]
"""Of which unit, metric and period, what was expected, and from and until which mark."""


def _forecasts(scope: Scope, wanted: Wanted, moments: Sequence[Moment]) -> list[Forecast]:
    found = stored_forecasts(scope).of_units(wanted.units).of_metrics(wanted.forecast)
    found = found.filter(_stood_between(moments[0].mark, moments[-1].mark))
    found = found.filter(period__ordinal__range=(wanted.first, wanted.last))
    columns = ("unit_id", "metric", "period__ordinal", "cutoff__ordinal", "number", "low", "high")
    return [
        ((unit, metric, ordinal), Expected(cutoff, number, low, high, since), since, until)
        for unit, metric, ordinal, cutoff, number, low, high, since, until in found.values_list(
            *columns, "from_mark", "until_mark"
        )
    ]


def _by_key(found: Iterable[Forecast]) -> Forecasts:
    forecasts: dict[tuple[int, str, int], list[Expected]] = {}
    for key, expected, _, _ in found:
        forecasts.setdefault(key, []).append(expected)
    return forecasts


def _stood(mark: int, since: int, until: int | None) -> bool:
    return since <= mark and (until is None or mark < until)


def _stood_between(first: int, last: int) -> Q:
    """Rows that stood at some mark from one to another."""
    return Q(from_mark__lte=last) & (Q(until_mark__isnull=True) | Q(until_mark__gt=first))
