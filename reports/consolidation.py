"""The columns of a group's figure, read within a scope: its own, those of the units right below, what was left over.

Everything stands on sheets already; entries are asked for where two sides of a trade differ, to name the pair.
A reader who sees one side only sees that side's own figures, gross, with a note, and nothing of the other one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.json import KeyTransform

from ledger.models import Entry, Hyperinflation, Rate
from metrics.consolidation import NAMES, NOT_A_SUM, Columns, Split, Stand, columns, split
from metrics.formula import Context
from metrics.querysets import inflated, sheets
from metrics.rates import AT_BUDGET, CONSTANT_OF, at_rates
from metrics.wire import as_wire
from reports.asked import Asked, Rows
from reports.derivation import DIFFERENCE
from reports.explanation import Explanation, Figures
from reports.facts import ELIMINATION, WHOLE, Terms, decimal
from units.marks import standing_at
from units.models import Grant, Unit
from units.roles import UNIT_LEADER
from units.scope import Scope

BUDGET = "budget"
NET_INCOME, MINORITY = "net_income", "minority_share"
APART = ("adjustments", "eliminations")
LEFT_OVER = (DIFFERENCE, "elimination_rounding", "balance_difference")
NO_BUDGET_RATES = "not_applicable: no budget rates"
GROSS = (
    "Trade with parties outside this unit stands in its figures in full: it is eliminated only in a group that holds"
    " both sides."
)
BOOKS = ("currency", "code")
PAIRS = 50
NAMED = 5


@dataclass(frozen=True)
class Line:
    """A unit right below with its own columns at 100 %, and what of it is in the group.

    `taken` is the part that is taken in line by line; `contribution` is None where that is a part, because each of
    its figures is then scaled on its own. `sort` is unit, elimination or own.
    """

    code: str
    name: str
    sort: str
    method: str
    ownership: str
    taken: str
    columns: Columns
    contribution: int | None


@dataclass(frozen=True)
class Pair:
    """Two units that do not agree on what they sold each other; `amount` as on the difference line."""

    unit: str
    counterparty: str
    amount: int


@dataclass(frozen=True)
class Consolidation:
    """A figure of a unit in columns. `rates` names the constant rates its first columns stand at.

    `left_over` are the lines of what eliminations leave over; they belong to `owners`, who lead the unit.
    """

    unit: str
    period: str
    basis: str
    metric: str
    label: str
    rates: str
    total: Columns
    lines: tuple[Line, ...]
    variance: Split
    left_over: Mapping[str, int]
    owners: tuple[str, ...]
    pairs: tuple[Pair, ...]
    notes: tuple[str, ...]


def consolidation(
    explanation: Explanation, code: str, *, unit: Unit, ordinal: int, basis: str, rates: str = AT_BUDGET
) -> Consolidation:
    """The columns of a metric or `account:CODE` of a unit. Raises MetricUnknown.

    A figure that is no sum of units (a ratio, a mean) has no columns and says so.
    """
    figures = explanation.figure(unit.pk, ordinal)
    label = figures.label(code)
    context = Context(CONSTANT_OF, basis)
    reads = _Reading(figures, code, context, at_rates(CONSTANT_OF, rates), rates)
    left_over, books = reads.left_over(), books_below(explanation.scope, left=unit.left, right=unit.right)
    return Consolidation(
        unit=unit.code,
        period=figures.evidence.calendar.at(ordinal).code,
        basis=basis,
        metric=code,
        label=label,
        rates=rates if reads.is_kept else "",
        total=reads.columns(unit.pk),
        lines=tuple(reads.lines()),
        variance=reads.variance(),
        left_over=left_over,
        owners=_leaders(unit),
        pairs=_pairs(figures, context) if left_over.get(DIFFERENCE) else (),
        notes=(
            *((GROSS,) if unit.depth and _trades_outside(figures, context) else ()),
            *wholly_at_closing(books.values_list(*BOOKS), ordinal=ordinal, flags=inflated(explanation.mark)),
        ),
    )


def several_of(
    scope: Scope, codes: Sequence[str], *, unit: int, mark: int, ordinal: int, basis: str, is_kept: bool
) -> Asked[dict[str, Columns]]:
    """The question for the columns of several figures of a unit at budget rates; only figures that are sums.

    `is_kept` says whether anything is kept at budget rates.
    """
    constant = at_rates(CONSTANT_OF, AT_BUDGET)
    found = sheets(scope).selected(
        mark=mark, versions=[CONSTANT_OF, constant], bases=[basis], ordinals=[ordinal], units=[unit]
    )
    listed = [*codes, MINORITY]

    def answer(rows: Rows) -> dict[str, Columns]:
        stands = {version: _stands(listed, *rest) for _, version, _, *rest in rows}
        reported = stands.get(CONSTANT_OF)
        if reported is None:
            return {}
        kept, minority = stands.get(constant, reported), reported[MINORITY].number
        return {
            code: columns(
                reported[code],
                kept[code] if is_kept else None,
                minority=int(minority or 0) if code == NET_INCOME else 0,
                fx_reason=NO_BUDGET_RATES,
            )
            for code in codes
        }

    return Asked(found.annotate(ordinal=F("period__ordinal")), listed, answer, beside="parts")


def _stands(
    codes: Sequence[str], numbers: Sequence[Any], reasons: Sequence[str | None], parts: Mapping[str, Mapping[str, Any]]
) -> dict[str, Stand]:
    """By code what a sheet says of it."""
    return {
        code: Stand(number, reason or "", *(int(parts.get(name, {}).get(code, 0)) for name in APART))
        for code, number, reason in zip(codes, numbers, reasons, strict=True)
    }


def books_below(scope: Scope, *, left: Any, right: Any) -> QuerySet[Unit]:
    """The units between two numbers of the tree that keep their books in a currency that was ever hyperinflationary."""
    flagged = Hyperinflation.objects.values("currency")
    return Unit.objects.within(scope).filter(left__gte=left, right__lte=right, currency__in=flagged).order_by("left")


def wholly_at_closing(
    books: Iterable[Sequence[str]], *, ordinal: int, flags: Iterable[tuple[str, int, int | None]]
) -> tuple[str, ...]:
    """A note for each hyperinflationary currency that units below keep their books in, in a period.

    `books` are the currency and the code of each, `flags` such currencies with the ordinals of their first and last
    periods.
    """
    flagged = {currency for currency, first, last in flags if first <= ordinal and (last is None or ordinal <= last)}
    named: dict[str, list[str]] = {}
    for currency, code in books:
        if currency in flagged:
            named.setdefault(currency, []).append(code)
    return tuple(
        f"{currency} is hyperinflationary: everything of {_shortened(codes)} stands at the closing rate of its month."
        for currency, codes in sorted(named.items())
    )


def _shortened(codes: Sequence[str]) -> str:
    """The first few codes, and how many others there are."""
    others = len(codes) - NAMED
    return ", ".join(codes) if others <= 0 else f"{', '.join(codes[:NAMED])} and {others} others"


def _stand(row: Mapping[str, Any], code: str, place: int) -> Stand:
    parts = {name: int(found.get(code, 0)) for name, found in row["parts"].items()}
    reason = row["reasons"].get(code, "")
    return Stand(row[f"number_{place}"], reason, parts.get("adjustments", 0), parts.get("eliminations", 0))


def _is_kept(mark: int, rates: str) -> bool:
    """Whether figures stand at these constant rates; without a single rate there is one currency, which is constant."""
    kinds = set(Rate.objects.filter(standing_at(mark)).values_list("kind", flat=True).distinct())
    return not kinds or rates != AT_BUDGET or Rate.Kind.BUDGET in kinds


class _Reading:
    """What stands on the sheets of a unit and of those right below it, in two queries."""

    def __init__(self, figures: Figures, code: str, context: Context, constant: str, rates: str) -> None:
        self.figures, self.code, self.context, self.constant = figures, code, context, constant
        evidence = figures.evidence
        self.company, self.unit = evidence.company, evidence.unit
        self.moment = (figures.ordinal, True)
        metric = figures.metric(code)
        self.is_sum = figures.adds(metric, context) if metric is not None else _adds_up(figures, code)
        self.is_kept = _is_kept(evidence.mark, rates)
        self.members = self.company.members(self.unit, figures.calendar.window(context))
        self.rows = self._read([self.unit, *self.members])

    def _read(self, units: Iterable[int]) -> dict[tuple[int, str], Any]:
        """By unit and version the numbers the columns need."""
        evidence = self.figures.evidence
        codes = (self.code, MINORITY, *LEFT_OVER)
        rows = sheets(evidence.scope).selected(
            mark=evidence.mark,
            versions=[CONSTANT_OF, self.constant, BUDGET],
            bases=[self.context.basis],
            ordinals=[self.figures.ordinal],
            units=list(units),
        )
        numbers = {f"number_{place}": KeyTransform(each, "numbers") for place, each in enumerate(codes)}
        found = rows.values("unit_id", "version", "reasons", "parts", **numbers)
        return {(row["unit_id"], row["version"]): row for row in found}

    def stand(self, unit: int, version: str) -> Stand | None:
        """The figure on a sheet; None where there is no such sheet."""
        row = self.rows.get((unit, version))
        if row is None:
            return None
        return _stand(row, self.code, 0) if self.is_sum else Stand(None, NOT_A_SUM)

    def at_constant(self, unit: int) -> Stand | None:
        """The figure at constant rates: kept where it differs, else what was reported; None where nothing is kept."""
        return (self.stand(unit, self.constant) or self.stand(unit, CONSTANT_OF)) if self.is_kept else None

    def columns(self, unit: int) -> Columns:
        reported = self.stand(unit, CONSTANT_OF) or Stand(None, "not_applicable: no figures")
        minority = self.rows.get((unit, CONSTANT_OF), {}).get("number_1") if self.code == NET_INCOME else 0
        return columns(reported, self.at_constant(unit), minority=minority or 0, fx_reason=NO_BUDGET_RATES)

    def lines(self) -> Iterable[Line]:
        """The units right below, and what is left for the group's own figures where all others are known."""
        found = [self._line(unit) for unit in self.members if (unit, CONSTANT_OF) in self.rows]
        yield from found
        total = self.columns(self.unit)
        if not found or any(line.contribution is None for line in found) or total.group is None:
            return
        own = total.less([line.columns for line in found if line.taken == "1"])
        if any(getattr(own, name) for name in ("units", "adjustments", "eliminations", "fx", "minority", "group")):
            fact = self.company.units[self.unit]
            yield Line(fact.code, fact.name, "own", "", "", "", own, own.consolidated)

    def _line(self, unit: int) -> Line:
        fact = self.company.units[unit]
        terms, found = fact.at(self.moment), self.columns(unit)
        is_plain = fact.is_always_alike or self.context.basis == "month"
        known = found.consolidated if terms.share == WHOLE else 0
        return Line(
            code=fact.code,
            name=fact.name,
            sort="elimination" if fact.kind == ELIMINATION else "unit",
            method=_method(terms),
            ownership=decimal(terms.held),
            taken=decimal(terms.share),
            columns=found,
            contribution=known if is_plain and terms.share in (0, WHOLE) else None,
        )

    def variance(self) -> Split:
        missing = Stand(None, "not_applicable: no budget")
        actual = self.stand(self.unit, CONSTANT_OF) or Stand(None, "not_applicable: no figures")
        budget = self.stand(self.unit, BUDGET) or missing
        return split(actual, self.at_constant(self.unit), budget, reason=NO_BUDGET_RATES)

    def left_over(self) -> dict[str, int]:
        row = self.rows.get((self.unit, CONSTANT_OF), {})
        found = {code: row.get(f"number_{place}") for place, code in enumerate(LEFT_OVER, start=2)}
        return {code: number for code, number in found.items() if isinstance(number, int)}


def _adds_up(figures: Figures, code: str) -> bool:
    accounts = figures.evidence.company.accounts
    return all(accounts[at].adds_up and accounts[at].time_rollup != "average" for at in figures.terms(code))


def _method(terms: Terms) -> str:
    if terms.is_equity:
        return "equity"
    if terms.share == WHOLE:
        return "full"
    return "proportional" if terms.share else "none"


def _pairs(figures: Figures, context: Context) -> tuple[Pair, ...]:
    """Who does not agree with whom, the largest difference first."""
    units = figures.evidence.company.units
    sums: dict[tuple[str, str], int] = {}
    for leaf in figures.tree(DIFFERENCE, context).leaves():
        row = leaf.row
        if row is not None and row.counterparty is not None:
            first, second = sorted((units[row.unit].code, units[row.counterparty].code))
            sums[first, second] = sums.get((first, second), 0) + int(leaf.value or 0)
    found = [Pair(*codes, amount) for codes, amount in sums.items() if amount]
    return tuple(sorted(found, key=lambda pair: (-abs(pair.amount), pair.unit, pair.counterparty))[:PAIRS])


def _leaders(unit: Unit) -> tuple[str, ...]:
    """Those who lead the unit: what is left over in it is theirs to clear up."""
    grants = Grant.objects.filter(unit=unit, role=UNIT_LEADER, ends__isnull=True).order_by("person__name")
    return tuple(grants.values_list("person__name", flat=True))


def _trades_outside(figures: Figures, context: Context) -> bool:
    """Whether a figure of the unit names another party that is not below it."""
    evidence, window = figures.evidence, figures.calendar.window(context)
    inside = [evidence.company.units[each].code for each in evidence.company.below(evidence.unit)]
    named: bool = (
        Entry.objects.within(evidence.scope)
        .filter(standing_at(evidence.mark), evidence.of_version(context.version))
        .filter(unit__in=evidence.company.below(evidence.unit))
        .filter(period__ordinal__gte=window[0], period__ordinal__lte=window[-1])
        .exclude(counterparty__in=["", *inside])
        .exists()
    )
    return named


# --- for other programs ------------------------------------------------------------------------------------
def document(found: Consolidation, kind: str) -> dict[str, Any]:
    """A consolidation as the command and the API print it: amounts as decimal text, missing as null."""
    return {
        "unit": found.unit,
        "period": found.period,
        "basis": found.basis,
        "version": CONSTANT_OF,
        "metric": found.metric,
        "label": found.label,
        "rates": found.rates or None,
        "columns": _columns(found.total, kind),
        "consolidated": as_wire(found.total.consolidated, kind),
        "reason": found.total.reason or None,
        "fx_reason": found.total.fx_reason or None,
        "lines": [_line(line, kind) for line in found.lines],
        "variance": {
            "total": as_wire(found.variance.total, kind),
            "operational": as_wire(found.variance.operational, kind),
            "currency": as_wire(found.variance.currency, kind),
            "reason": found.variance.reason or None,
        },
        "left_over": {code: as_wire(number, "money") for code, number in found.left_over.items()},
        "owners": list(found.owners),
        "pairs": [
            {"unit": pair.unit, "counterparty": pair.counterparty, "amount": as_wire(pair.amount, "money")}
            for pair in found.pairs
        ],
        "notes": list(found.notes),
    }


def _columns(found: Columns, kind: str) -> dict[str, Any]:
    return {name: as_wire(getattr(found, name), kind) for name in NAMES}


def _line(line: Line, kind: str) -> dict[str, Any]:
    return {
        "unit": line.code,
        "name": line.name,
        "sort": line.sort,
        "method": line.method or None,
        "ownership": line.ownership or None,
        "taken": line.taken or None,
        "columns": _columns(line.columns, kind),
        "reason": line.columns.reason or None,
        "contribution": as_wire(line.contribution, kind),
    }
