"""What a reader has picked: a unit, a period and a basis, what to compare with, and as known when.

The address carries it all, so a link shows the same numbers to whoever may see them. Nothing foreign is
told apart from nothing at all: a unit outside the scope and a unit that never was answer alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.timezone import localdate

from ledger.models import Period
from ledger.periods import NO_HOLIDAYS, Calendar, Declared, Months, rolling
from ledger.querysets import closings_over, company_calendars, holidays_of
from metrics.arrangement import AS_IS_NOW, SUFFIX, stored_names
from metrics.comparisons import MODES, Comparison, comparison
from metrics.models import Sheet
from metrics.querysets import computed_mark, has_budget_rates
from metrics.rates import AT_BUDGET, AT_PRIOR_YEAR, CONSTANT, CONSTANT_OF, IN_WORDS, at_rates
from reports.baselines import BASELINES, BUDGET
from reports.recalled import Recall, afresh
from reports.versions import Moment, dated, moments
from units.marks import standing_at
from units.models import FormerParent, PlannedParent, Unit
from units.moments import moment
from units.scope import Scope

if TYPE_CHECKING:
    from reports.footing import Footing

BASES = {"month": "Month", "qtd": "QTD", "ytd": "YTD", "ltm": "LTM"}
OWN_BASES = {"own_qtd": "QTD, own year", "own_ytd": "YTD, own year"}
"""For a unit whose year ends in another month than the company's; the company's own stand beside them."""
MANNERS = {AT_BUDGET: "differs_at_budget_rates", AT_PRIOR_YEAR: "differs_at_prior_year_rates"}
"""By the manner of constant currency what a period is annotated with: whether figures are others in it."""
QUARTERS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


@dataclass(frozen=True)
class Selection:
    """A validated pick. `mark` pins every read of the page; `as_of` is set where it is not the newest.

    `like` is how a period that is not over is compared, one of `metrics.comparisons.MODES`, as of the end of the
    day `through`, in working days without the unit's `holidays`. `tree` is AS_IS_NOW where every period is read on the
    tree of today; `has_moves` says that units came to the unit or left it. `against` is what a gap is attributed to,
    one of `reports.baselines.BASELINES`.
    `rates` is the manner of constant currency that actuals are read in, of `metrics.rates.CONSTANT`; `manners` are
    those in which the unit's figures of the period are others than reported. `beside` are parts of the page's own
    address that its links to itself keep.
    """

    unit: Unit
    period: Period
    basis: str
    mark: int
    periods: tuple[Period, ...]
    as_of: datetime | None = None
    calendars: Declared = field(default_factory=lambda: Declared(Months(1)))
    like: str = ""
    through: date | None = None
    holidays: frozenset[date] = NO_HOLIDAYS
    is_closed: bool = False
    tree: str = ""
    has_moves: bool = False
    against: str = BUDGET
    rates: str = ""
    manners: tuple[str, ...] = ()
    beside: tuple[tuple[str, str], ...] = ()

    @property
    def version(self) -> str:
        """The version that actuals are read of: as reported, or at other rates."""
        return at_rates(CONSTANT_OF, self.rates) if self.rates else CONSTANT_OF

    @property
    def may_compare(self) -> bool:
        """Whether there is more than the budget to compare with: of whole periods as reported that sheets hold."""
        return self.basis in BASES and not self.like and not self.rates

    @property
    def baseline(self) -> str:
        """What figures are read against, one of `reports.baselines.BASELINES`."""
        return self.against if self.may_compare else BUDGET

    @property
    def is_now(self) -> bool:
        """Whether every period is read on the tree of today."""
        return self.tree == AS_IS_NOW

    @property
    def facts(self) -> tuple[object, ...]:
        """All that a page says of the pick itself, for the name of a part that is kept."""
        unit = (self.unit.pk, self.unit.code, self.unit.name)
        counted = (self.calendar, self.comparison)
        periods = tuple((period.pk, period.code) for period in self.periods)
        return (*unit, *counted, self.query(), self.mark, periods, self.moments)

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """The moments that figures may be asked for as known on, by name, the newest first."""
        return moments(self.periods, self.period)

    @property
    def is_own(self) -> bool:
        """Whether quarters and years are those of the unit's own calendar."""
        return self.basis in OWN_BASES

    @property
    def calendar(self) -> Calendar:
        """The calendar the stretch of time is counted in."""
        return self.calendars.of(self.unit.code) if self.is_own else self.calendars.calendar

    @property
    def container(self) -> str:
        """The basis without whose it is: month, qtd, ytd, ltm or rolling:N."""
        return self.basis.removeprefix("own_")

    @property
    def bases(self) -> dict[str, str]:
        """The bases to choose from, with their labels; the one picked is among them."""
        own = OWN_BASES if self.unit.code in self.calendars.units else {}
        number = rolling(self.basis)
        return {**BASES, **own, **({self.basis: f"Last {number}"} if number else {})}

    @cached_property
    def comparison(self) -> Comparison:
        """What the figures are compared with, and what there is to say about that."""
        return comparison(
            self.calendar,
            self.period.ordinal,
            basis=self.container,
            mode=self.like,
            through=self.through,
            is_closed=self.is_closed,
            holidays=self.holidays,
        )

    @property
    def is_open(self) -> bool:
        """Whether the period is not over yet."""
        return self.through is not None and self.through < self.period.ends and not self.is_closed

    @property
    def label(self) -> str:
        """The stretch as it stands in the period picker, and at whose rates: `Sep 2026`, `Q3 2026, at budget rates`."""
        return f"{self._stretch}, {IN_WORDS[self.rates]}" if self.rates else self._stretch

    @property
    def _stretch(self) -> str:
        month = self._named(f"{self.period.ends:%b %Y}")
        if self.basis == "month":
            return month
        own = ", own year" if self.is_own else ""
        if self.container == "qtd":
            fiscal = self.calendar.at(self.period.ordinal)
            return (f"Q{fiscal.quarter} {fiscal.year}" if self.closes_quarter else f"QTD {month}") + own
        return f"{BASES.get(self.container) or self.bases[self.basis]} {month}{own}"

    @property
    def in_words(self) -> str:
        """The stretch of time as a sentence names it, and the tree or rates it is read by where they are others."""
        if self.rates:
            return f"{self._stretch_in_words}, {IN_WORDS[self.rates]}"
        return f"{self._stretch_in_words}, units as they hang today" if self.is_now else self._stretch_in_words

    @property
    def in_months(self) -> str:
        """The same with the months of a whole quarter: `Third quarter 2026, July to September`."""
        if self.container != "qtd" or not self.closes_quarter or self._noun != "months":
            return self.in_words
        quarter, first = self.calendar.quarter, self.period.ordinal
        number = self.calendar.year_and_number(first)[1]
        while number > 1 and quarter(number - 1) == quarter(number):
            number, first = number - 1, first - 1
        return f"{self.in_words}, {self.calendar.at(first).ends:%B} to {self.period.ends:%B}"

    @property
    def _stretch_in_words(self) -> str:
        month = self._named(f"{self.period.ends:%B %Y}")
        fiscal = self.calendar.at(self.period.ordinal)
        own = ", by its own year" if self.is_own else ""
        if self.basis == "month":
            return month
        if self.container == "qtd":
            quarter = f"{QUARTERS[fiscal.quarter - 1]} quarter {fiscal.year}".capitalize()
            return (quarter if self.closes_quarter else f"{quarter} to {month}") + own
        if self.container == "ytd":
            return f"Fiscal year {fiscal.year} to {month}{own}"
        if number := rolling(self.basis):
            return f"Last {number} {self._noun} to {month}"
        return f"Twelve months to {month}" if self._noun == "months" else f"Last year of periods to {month}"

    @property
    def closes_quarter(self) -> bool:
        calendar = self.calendar
        year, number = calendar.year_and_number(self.period.ordinal)
        return number == calendar.size(year) or calendar.quarter(number + 1) != calendar.quarter(number)

    def _named(self, month: str) -> str:
        return month if self._noun == "months" else self.period.code

    @property
    def _noun(self) -> str:
        return "periods" if "-P" in self.period.code else "months"

    def query(self, **changes: Any) -> str:
        """The query string of this pick with some of it changed; None drops a part."""
        return "?" + urlencode(self.parts(**changes))

    def parts(self, **changes: Any) -> dict[str, Any]:
        """The parts of the address of this pick with some of them changed; None drops one."""
        parts: dict[str, Any] = {"period": self.period.code, "basis": self.basis}
        if self.like:
            parts["like"] = self.like
        if self.tree:
            parts["tree"] = self.tree
        if self.rates:
            parts["rates"] = self.rates
        if self.against != BUDGET:
            parts["against"] = self.against
        if self.as_of is not None:
            parts["as_of"] = self.as_of.isoformat()
        parts.update(self.beside)
        parts.update(changes)
        return {key: value for key, value in parts.items() if value is not None}

    def over(self, basis: str) -> Selection:
        """The same pick over another basis."""
        return replace(self, basis=basis)


class NothingYet(LookupError):
    """There are no figures to select from: the page shows the empty state."""


class NotKnownThen(LookupError):
    """A period of the company's of which the unit had no figures on the day they were asked as of.

    `as_of` is None where it has none today either: it came later, left, or has not reported. A reader who goes from
    unit to unit takes his period along, so that is no mistake of his. `newest` is the last period that was known then;
    None where none was.
    """

    def __init__(self, as_of: datetime | None, code: str, newest: Period | None) -> None:
        self.as_of, self.code, self.newest = as_of, code, newest
        super().__init__(f"{code or 'No period'} was not known as of {as_of.isoformat() if as_of else 'today'}.")


def select(
    asked: Any,
    *,
    scope: Scope,
    unit: Unit,
    basis: str,
    today: date | None = None,
    on: Footing | None = None,
    recall: Recall = afresh,
) -> Selection:
    """Read a selection from a query dictionary, for a unit the caller has read within the scope.

    `basis` is the page's own where none is asked for; a unit with another year-end then shows its own quarter or
    year. `today` (or the as-of) decides which period is not over. A period, an as-of or a comparison that does
    not exist is a 404, like any other address that names nothing. Raises NothingYet while the unit has no actuals,
    and NotKnownThen where it has no figures of one of the company's periods, or had none as of the time asked.
    `on` is what the unit was read with; what it does not hold is read here, or recalled.
    """
    calendars = on.calendars if on else company_calendars()
    basis = _basis(asked.get("basis"), basis, is_own=unit.code in calendars.units)
    as_of, like, tree, against = _how(asked)
    mark = on.mark if on else computed_mark(as_of)
    rates = _rates(asked.get("rates") or "", mark, is_now=bool(tree))
    periods = recall(("periods", unit.pk, mark), lambda: _known(scope, unit, mark))
    period = _one(periods, asked.get("period") or "", scope=scope, unit=unit, as_of=as_of)
    through = localdate(as_of) if as_of else today
    is_over = through is None or through >= period.ends
    return Selection(
        unit=unit,
        period=period,
        basis=basis,
        mark=mark,
        periods=periods,
        as_of=as_of,
        calendars=calendars,
        like=like,
        through=through,
        holidays=holidays_of([unit], mark=mark)[unit.pk] if like else NO_HOLIDAYS,
        is_closed=is_over or getattr(period, "is_shut", False),
        tree=tree,
        has_moves=getattr(period, "has_moves", False),
        against=against,
        rates=rates,
        manners=tuple(manner for manner, name in MANNERS.items() if getattr(period, name, False)),
    )


def _one(periods: tuple[Period, ...], code: str, *, scope: Scope, unit: Unit, as_of: datetime | None) -> Period:
    """The period of a code, the newest without one; what a reader cannot be shown is told as what it is."""
    code = code or (periods[-1].code if periods else "")
    for period in periods:
        if period.code == code:
            return period
    raise _unknown(scope, unit, code, as_of=as_of, known=periods)


def _how(asked: Any) -> tuple[datetime | None, str, str, str]:
    """As known when, how an open period is compared, on which tree, against what; a word that is none is a 404."""
    as_of = moment(asked["as_of"]) if asked.get("as_of") else None
    like, tree, against = asked.get("like") or "", asked.get("tree") or "", asked.get("against") or BUDGET
    known = like in ("", *MODES) and tree in ("", AS_IS_NOW) and against in BASELINES
    if (asked.get("as_of") and as_of is None) or not known:
        raise Http404
    return as_of, like, tree, against


def _rates(asked: str, mark: int, *, is_now: bool) -> str:
    """The manner asked for; what nobody keeps is a 404: the tree of today at other rates, rates of no budget."""
    if asked and (asked not in CONSTANT or is_now or (asked == AT_BUDGET and not has_budget_rates(mark))):
        raise Http404
    return asked


def _known(scope: Scope, unit: Unit, mark: int) -> tuple[Period, ...]:
    """The periods the unit has actuals of at a mark, the oldest first, with their times, whether members changed and
    whether they are closed for the unit."""
    names = stored_names(["actual"], is_now=True)
    sheets = Sheet.objects.within(scope).filter(standing_at(mark), unit=unit, version__in=names, basis="month")
    own = Sheet.objects.within(scope).filter(standing_at(mark), unit=unit, period=OuterRef("pk"))
    read = {name: Exists(own.filter(version=at_rates(CONSTANT_OF, manner))) for manner, name in MANNERS.items()}
    ever = Sheet.objects.within(scope).filter(unit=unit, period=OuterRef("pk"))
    known = dated(Period.objects.filter(pk__in=sheets.values("period")), unit, ever)
    shut = Exists(closings_over(unit).filter(period=OuterRef("pk")))
    return tuple(known.annotate(has_moves=_has_moves(unit, own, mark), is_shut=shut, **read).order_by("ordinal"))


def _has_moves(unit: Unit, own: QuerySet[Sheet], mark: int) -> Q:
    """Whether units came to a unit or left it, by the period asked about; whether a node of another tree reads
    differently on that of today. It tells of nobody."""
    if unit.tree:
        return Q(Exists(own.filter(version__endswith=SUFFIX)))
    system = Scope.system("selection")
    inside = Q(parent__left__gte=unit.left, parent__left__lte=unit.right)
    inside |= Q(unit__left__gt=unit.left, unit__left__lte=unit.right)
    before = FormerParent.objects.within(system).filter(standing_at(mark), inside)
    later = PlannedParent.objects.within(system).filter(standing_at(mark), inside, starts__lte=OuterRef("ends"))
    return Q(Exists(before)) | Q(Exists(later))


def _unknown(
    scope: Scope, unit: Unit, code: str, *, as_of: datetime | None, known: tuple[Period, ...]
) -> LookupError | Http404:
    """Why there is no such period: it was not known then or is not today, there are no figures, or it names nothing."""
    today = _known(scope, unit, computed_mark(None)) if as_of is not None else known
    if as_of is not None and today and (not code or code in {period.code for period in today}):
        return NotKnownThen(as_of, code, known[-1] if known else None)
    if today and Period.objects.filter(code=code).exists():
        return NotKnownThen(None, code, today[-1])
    return Http404() if today else NothingYet()


def _basis(asked: str | None, usual: str, *, is_own: bool) -> str:
    if asked:
        if is_basis(asked) or (is_own and asked in OWN_BASES):
            return asked
        raise Http404
    return f"own_{usual}" if is_own and f"own_{usual}" in OWN_BASES else usual


def is_basis(text: str) -> bool:
    """Whether it names a stretch of time that every unit has."""
    return text in BASES or rolling(text) is not None


def home_unit(units: QuerySet[Unit]) -> Unit | None:
    """Of the units in a reader's scope the one his pages start from: the topmost, the first where several."""
    return from_the_top(units).first()


def from_the_top(units: QuerySet[Unit]) -> QuerySet[Unit]:
    """Units in the order in which pages start from them."""
    return units.order_by("depth", "left")
