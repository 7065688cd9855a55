"""Explaining a figure down to file, row, person and time.

Explaining only reads, within the reader's scope and at one mark: values come from the stored sheets, rows from
the entries that stood then, and the two must agree. What a row says is shown only to somebody who may also
see the unit on its other side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.db.models import OuterRef

from ledger.models import Rate, Version
from ledger.periods import Declared, prior_year
from metrics.catalogue import Metric
from metrics.formula import BASES, SCALE, Context, Node, Value, parse
from metrics.formula.syntax import GROUP, PARENT
from metrics.formula.values import NO_ACCOUNT, add, amount, missing, times
from metrics.querysets import RATES
from metrics.shelf import OWN, context_of
from metrics.timeframes import CalendarAt
from reports.above import evidence_above
from reports.claims import claims, line_claims, want_means
from reports.derivation import LINES, Branch, Claim, line_tree
from reports.evidence import Evidence, Stored
from reports.facts import ELIMINATION
from reports.footing import Footing, at_mark
from reports.holdings import TreeRows
from reports.importers import importers
from reports.operands import Operand, addends, read
from reports.restated import from_months
from reports.rows import Rows
from units.scope import Scope

EXACT = frozenset({"money", "count"})
DIGITS = 12
NOT_SEEN = "masked: rows of units you may not see"
ANYTHING = amount(SCALE)
RESTATED = "Restated to the weeks compared with"
WHOSE = {"": "its own", PARENT: "of the unit above", GROUP: "of the whole company"}


class MetricUnknown(LookupError):
    """There is no metric and no account of this name."""


def beside(scope: Scope) -> dict[str, Rows]:
    """What an explanation needs to know of the company, to be handed over with the footing of its page."""
    budgets = Version.objects.filter(kind=Version.Kind.BUDGET, approved_mark__lte=OuterRef("computed"))
    return {
        **TreeRows.beside(scope),
        "rates": Rows(Rate.objects.filter(at_mark()), *RATES),
        "budgets": Rows(budgets.order_by("approved_mark", "pk"), "year", "code"),
        "importers": Rows(importers(), "actor", "name"),
    }


@dataclass
class Explanation:
    """Explains figures to one reader as known at one mark; what was read once is not read again.

    `is_now` explains them as they are on the tree of today.
    """

    scope: Scope
    mark: int
    calendars: Declared | None = None
    is_now: bool = False
    on: Footing | None = None
    _evidence: dict[tuple[int, bool], Evidence] = field(default_factory=dict)

    def of(self, code: str, *, unit: int, ordinal: int, basis: str, version: str) -> Branch:
        """The tree of a metric or `account:CODE` of a unit, the period named by its ordinal.

        The value of the root is the stored one. Raises MetricUnknown.
        """
        figures = self.figure(unit, ordinal, is_own=basis.startswith(OWN))
        return figures.tree(code, context_of(basis, version))

    def figure(self, unit: int, ordinal: int, *, is_own: bool = False) -> Figures:
        """The figures of a unit as of a period; `is_own`: in the quarters and years of its own calendar."""
        fresh = Evidence(
            self.scope, self.mark, unit, is_own=is_own, is_now=self.is_now, on=self.on, calendars=self.calendars
        )
        return Figures(self._evidence.setdefault((unit, is_own), fresh), ordinal)

    def year_before(self, ordinal: int, *, unit: int) -> int:
        """The same fiscal ordinal one year earlier."""
        return prior_year(self.figure(unit, ordinal).evidence.calendar, ordinal)


@dataclass
class Figures:
    """Any figure of one unit as of one period: what it amounts to, and the tree behind it."""

    evidence: Evidence
    ordinal: int

    @property
    def calendar(self) -> CalendarAt:
        return CalendarAt(self.evidence.calendar, self.ordinal)

    # --- names ----------------------------------------------------------------------------------------
    def metric(self, code: str) -> Metric | None:
        """The metric of a code; None for an account or a role. Raises MetricUnknown."""
        found = self.evidence.definitions.get(code)
        sort, _, name = code.partition(":")
        if found is None and sort != "role" and not (sort == "account" and name in self.evidence.account_ids):
            raise MetricUnknown(f"There is no metric or account {code}.")
        return found

    def label(self, code: str, here: Context | None = None, there: Context | None = None) -> str:
        """What a metric, role or account is called, and where it is read if that is elsewhere."""
        metric = self.metric(code)
        name = code.partition(":")[2]
        if metric is not None:
            label = metric.label
        elif code.startswith("role:"):
            label = name.replace("_", " ").capitalize()
        else:
            label = self.evidence.company.accounts[self.evidence.account_ids[name]].name
        return f"{label}{self._elsewhere(here, there)}" if here and there and here != there else label

    def _elsewhere(self, here: Context, there: Context) -> str:
        parts = [] if there.above == here.above else [WHOSE[there.above]]
        parts += [there.version] if there.version != here.version else []
        if there.basis != here.basis or there.lag != here.lag:
            code = self.evidence.calendar.at(self.ordinal - there.lag).code
            parts.append(_stretch(there.basis, code))
        return f", {', '.join(parts)}"

    def whose(self, context: Context) -> tuple[Figures | str, Context]:
        """The figures a context looks at, the unit's own or those of a unit above; why there are none to be seen."""
        found = (
            evidence_above(self.evidence, context.above, self.ordinal - context.lag) if context.above else self.evidence
        )
        here = replace(context, above="")
        return (found if isinstance(found, str) else Figures(found, self.ordinal)), here

    # --- what figures amount to -----------------------------------------------------------------------
    def value(self, code: str, context: Context) -> Value:
        """A figure of the sheet where sheets hold it, else computed from what does."""
        if context.above:
            whose, there = self.whose(context)
            return missing(whose, exact=True) if isinstance(whose, str) else whose.value(code, there)
        metric = self.metric(code)
        if metric is None:
            return self._line_value(code, context)
        if context.basis in BASES and not self.calendar.is_restated(context):
            return self._stored(metric, context)
        found, _ = self._read(metric, context)
        return found

    def stored_sheet(self, context: Context) -> Stored:
        return self.evidence.sheet(self.ordinal - context.lag, context.basis, context.version)

    def _stored(self, metric: Metric, context: Context) -> Value:
        sheet, exact = self.stored_sheet(context), metric.kind in EXACT or metric.kind == "class"
        number = sheet.numbers.get(metric.code)
        if number is None:
            unsaid = NO_ACCOUNT if sheet.is_there else _nothing_in(context.version)  # what goes without saying there
            return missing(sheet.reasons.get(metric.code, unsaid), exact=exact)
        if metric.kind == "class":
            return amount((metric.choices.index(str(number)) + 1) * SCALE)
        assert not isinstance(number, str)  # words are classes
        return Value(number, exact)

    def _line_value(self, code: str, context: Context) -> Value:
        """A role or account as the sum of its accounts' stored figures, where sheets hold the basis."""
        terms = self.terms(code)
        if self.calendar.is_restated(context):
            return self._restated(code, context)
        if context.basis not in BASES or is_line(code):
            branch = self._line(code, context, label=code)
            assert not isinstance(branch.value, str)  # words are classes
            return Value(branch.value, True, branch.reason)
        sheet, found = self.stored_sheet(context), missing(f"{NO_ACCOUNT} for {code}", exact=True)
        for account, factor in terms.items():
            key = f"account:{self.evidence.company.accounts[account].code}"
            if key in sheet.numbers:
                part = times(amount(int(sheet.numbers[key])), factor)
                found = part if found.number is None and not found.reason.startswith("error") else add(found, part)
            elif key in sheet.reasons and (found.number is None or sheet.reasons[key].startswith("error")):
                found = missing(sheet.reasons[key], exact=True)
        return found

    def _restated(self, code: str, context: Context) -> Value:
        """A line of a year before in the weeks it is compared with: as pages and the engine read it, from months."""
        window, evidence = self.calendar.window(context), self.evidence
        evidence.want_sheets((each, "month", context.version) for each in window)
        if not is_line(code):
            return from_months(evidence, self.ordinal).value(code, context)
        total = amount(0)
        for each in window:
            month = self._line_value(code, Context(context.version, "month", self.ordinal - each))
            part = round((month.number or 0) * self.calendar.restating(each, context))
            total = add(total, amount(part)) if month.number is not None else month
        return total

    def terms(self, code: str) -> Mapping[int, int]:
        """The accounts behind `account:CODE` or `role:X` with their factors."""
        sort, _, name = code.partition(":")
        return {self.evidence.account_ids[name]: 1} if sort == "account" else self.evidence.roles.get(name, {})

    def _read(self, metric: Metric, context: Context) -> tuple[Value, tuple[Operand, ...]]:
        return read(_formula(metric), context, calendar=self.calendar, value=self.value)

    def is_reported(self, metric: Metric, context: Context) -> bool:
        """Whether a unit of its own has the figure its source states, because the formula has none for it."""
        company, unit = self.evidence.company, self.evidence.unit
        below = company.below(unit) - {unit}
        if not metric.reported_role or any(company.units[at].kind != ELIMINATION for at in below):
            return False
        reported = self.value(f"role:{metric.reported_role}", context)
        return reported.number is not None and self._read(metric, context)[0].number is None

    def operands(self, metric: Metric, context: Context) -> tuple[tuple[Operand, ...], bool]:
        """What a metric is made of, and whether its value is the sum of that."""
        if self.is_reported(metric, context):
            return (Operand(f"role:{metric.reported_role}", context),), False
        if self.adds(metric, context):
            found = addends(_formula(metric), context, calendar=self.calendar) or ()
            return tuple(each for each in found if not self._lacks_account(each)), True
        return self._read(metric, context)[1], False

    def adds(self, metric: Metric, context: Context) -> bool:
        """Whether a metric does nothing but add up amounts, all the way down to accounts."""
        if metric.kind not in EXACT:
            return False
        found = addends(_formula(metric), context, calendar=self.calendar)
        below = [self.metric(each.code) for each in found or ()]
        return found is not None and all(each is None or self.adds(each, context) for each in below)

    def _lacks_account(self, operand: Operand) -> bool:
        value = self.value(operand.code, operand.context)
        return value.number is None and value.reason.startswith(NO_ACCOUNT)

    # --- trees ----------------------------------------------------------------------------------------
    def tree(self, code: str, context: Context, label: str = "") -> Branch:
        """The whole tree below a figure."""
        self.metric(code)
        self.gather(code, context)
        return self._branch(code, context, label=label or self.label(code))

    def _branch(self, code: str, context: Context, *, label: str, factor: int = 1) -> Branch:
        if context.above:
            whose, there = self.whose(context)
            return Branch(label, None, reason=whose) if isinstance(whose, str) else whose.tree(code, there, label)
        metric = self.metric(code)
        if metric is None:
            branch = self._line(code, context, label=label, factor=factor)
            known = times(self.value(code, context), factor)
            branch = replace(branch, value=known.number, reason=known.reason)
            if self.calendar.is_restated(context):
                branch = _with_the_rest(branch, RESTATED)
            return self._with_what_is_hidden(branch)
        found, is_sum = self.operands(metric, context)
        children = tuple(
            self._branch(
                each.code,
                each.context,
                label=self.label(each.code, context, each.context),
                factor=factor * each.factor if is_sum else 1,
            )
            for each in found
        )
        value = self.value(code, context)
        number = shown(times(value, factor) if factor != 1 else value, metric)
        return Branch(label, number, metric.kind, value.reason, children)

    def _line(self, code: str, context: Context, *, label: str, factor: int = 1) -> Branch:
        """The rows of an account or role in a stretch of periods."""
        claims = self._claims(code, context)
        if not claims:
            return Branch(label, None, reason=f"{NO_ACCOUNT} for {code}")
        accounts = {account for claim in claims for account in claim.weights}
        rows = self.evidence.entries(context.version, self.calendar.window(context), accounts)
        company = self.evidence.company
        branch = line_tree(company, unit=self.evidence.unit, claims=claims, rows=rows, label=label, factor=factor)
        is_money = any(company.accounts[account].is_money for account in accounts)
        return replace(branch, kind="money" if is_money else "count")

    def _claims(self, code: str, context: Context) -> list[Claim]:
        """Which rows count in an account, a role or a line of consolidation."""
        window = self.calendar.window(context)
        if is_line(code):
            return line_claims(self.evidence.company, code.removeprefix("role:"), window)
        return claims(self.evidence, self.terms(code), context.version, window)

    def _with_what_is_hidden(self, branch: Branch) -> Branch:
        """A line of an elimination unit whose group he may not see, or of a group that a unit left which he may not
        see: what a reader may not see, as one sum."""
        company = self.evidence.company
        fact = company.units[self.evidence.unit]
        is_hidden = fact.kind == ELIMINATION and fact.parent is None
        if not isinstance(branch.value, int) or not (is_hidden or company.losers & company.below(fact.id)):
            return branch
        return _with_the_rest(branch, "Rows you may not see", NOT_SEEN)

    # --- what will be needed --------------------------------------------------------------------------
    def gather(self, code: str, context: Context, *, with_rows: bool = True) -> None:
        """Tell the evidence at once which sheets and entries the tree below a figure needs."""
        seen = {(name, at) for name, at in self._below(code, context) if not at.above}
        keys = [(self.ordinal - at.lag, at.basis, at.version) for _, at in seen if at.basis in BASES]
        self.evidence.want_sheets(keys)
        for name, at in seen if with_rows else ():
            if self.metric(name) is None:
                self._want_rows(name, at)

    def accounts_behind(self, code: str, context: Context) -> set[int]:
        """Every account whose rows a figure can be made of."""
        found: set[int] = set()
        for name, _ in self._below(code, context):
            found |= self._rows_on(name) if self.metric(name) is None else set()
        return found

    def looks_above(self, code: str, context: Context) -> bool:
        """Whether a figure is made of figures of a unit above, which not every reader of this one may see."""
        return any(at.above for _, at in self._below(code, context))

    def _below(self, code: str, context: Context) -> set[tuple[str, Context]]:
        """The figure and all that its formula and theirs read, and where."""
        seen: set[tuple[str, Context]] = set()
        waiting = [(code, context)]
        while waiting:
            asked = waiting.pop()
            if asked not in seen:
                seen.add(asked)
                waiting += self._needs(*asked)
        return seen

    def _needs(self, code: str, context: Context) -> list[tuple[str, Context]]:
        metric = self.metric(code)
        if metric is None or context.above:
            return []
        _, found = read(_formula(metric), context, calendar=self.calendar, value=lambda code, at: ANYTHING)
        reported = [(f"role:{metric.reported_role}", context)] if metric.reported_role else []
        return [(each.code, each.context) for each in found] + reported

    def _rows_on(self, code: str) -> set[int]:
        """The accounts whose rows stand behind an account or role."""
        company = self.evidence.company
        behind = company.accounts if is_line(code) else self.terms(code)
        return {below for account in behind for below in company.weights(account)}

    def _want_rows(self, code: str, context: Context) -> None:
        accounts = self._rows_on(code)
        if accounts:
            window = self.calendar.window(context)
            self.evidence.want_entries(context.version, window, accounts)
            want_means(self.evidence, () if is_line(code) else self.terms(code), context.version, window)


def _with_the_rest(branch: Branch, label: str, reason: str = "") -> Branch:
    """A sum with what its rows leave open of it as one more part."""
    if not isinstance(branch.value, int):
        return branch
    rest = branch.value - sum(int(leaf.value or 0) for child in branch.children for leaf in child.leaves())
    return replace(branch, children=(*branch.children, Branch(label, rest, branch.kind, reason))) if rest else branch


def is_line(code: str) -> bool:
    """Whether a code names a line that consolidation makes, and no account."""
    sort, _, name = code.partition(":")
    return sort == "role" and name in LINES


def _formula(metric: Metric) -> Node:
    return parse(metric.formula)


def shown(value: Value, metric: Metric) -> int | float | str | None:
    """A value as sheets hold it: amounts as whole ten-thousandths, ratios of twelve digits, classes as words."""
    if value.number is None or value.plain is None:
        return None
    if metric.kind == "class":
        return metric.choices[round(value.plain) - 1]
    if metric.kind in EXACT:
        return int(value.number) if value.exact else round(value.plain * SCALE)
    return float(f"{value.plain:.{DIGITS}g}")


def _stretch(basis: str, code: str) -> str:
    """A stretch of periods that ends with the one of this code."""
    if basis.startswith("last:"):
        return f"{basis.removeprefix('last:')} periods to {code}"
    return {"month": code, "year": f"fiscal year of {code}"}.get(basis, f"{basis.upper()} {code}")


def _nothing_in(version: str) -> str:
    sort = version.partition("-")[0]
    return f"not_applicable: no {sort}" if sort in ("budget", "forecast") else "not_applicable: no figures"
