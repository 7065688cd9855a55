"""`manage.py explain`: where a number comes from, down to file, row, person and time."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from ledger.amounts import as_text
from ledger.models import Period, Version
from metrics.arrangement import AS_IS_NOW, AS_WAS, READINGS
from metrics.models import Sheet
from metrics.querysets import computed_mark, sheets
from metrics.rates import version_and_manner
from metrics.statement import FORECAST_METRICS
from metrics.wire import as_wire
from reports.derivation import Branch
from reports.evidence import BUDGET
from reports.explanation import Explanation, MetricUnknown
from reports.facts import WHOLE, RowFact, decimal
from reports.foresight import Foresight
from units.commands import HouseCommand, WrongCall, moment_of
from units.models import Unit
from units.scope import Scope

PRIOR_YEAR, FORECAST = "prior-year", "forecast"


class Command(HouseCommand):
    help = "Print the derivation of a metric or account; its leaves are imported rows."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--metric", required=True, help="A metric's code, or account:CODE.")
        parser.add_argument("--unit", help="Left out: the topmost unit.")
        parser.add_argument("--period", help="Left out: the newest with figures.")
        parser.add_argument("--basis", default="month", choices=Sheet.Basis.values)
        parser.add_argument("--version", default="actual", help="actual, budget, budget-2026, prior-year, or forecast.")
        parser.add_argument("--tree", default=AS_WAS, choices=READINGS, help="Each period's own tree, or today's.")
        parser.add_argument("--as-of", help="As known then: a date (its end) or an ISO 8601 time.")
        parser.add_argument("--person", help="Read with this person's scope; left out: as the system.")

    def handle(self, **options: Any) -> None:
        at = timezone.now()
        scope = Scope.of(self.person(options["person"]), at=at) if options["person"] else Scope.system("explain")
        scope.require("figures.read")
        is_now = options["tree"] == AS_IS_NOW
        explanation = Explanation(scope, computed_mark(moment_of(options["as_of"])), is_now=is_now)
        unit = self._unit(scope, options["unit"])
        if options["version"] == FORECAST:
            self._tell(self._ahead(explanation, unit, options), is_json=options["as_json"])
            return
        version = self._version(options["version"])
        ordinal = self._ordinal(scope, unit, explanation.mark, version, options["period"])
        if options["version"] == PRIOR_YEAR:
            ordinal = explanation.year_before(ordinal, unit=unit.pk)
        try:
            branch = explanation.of(
                options["metric"], unit=unit.pk, ordinal=ordinal, basis=options["basis"], version=version
            )
        except MetricUnknown as error:
            raise WrongCall(str(error)) from error
        self._tell(branch, is_json=options["as_json"])

    def _tell(self, branch: Branch, *, is_json: bool) -> None:
        if is_json:
            self.print_json(as_document(branch))
        else:
            self._print(branch)

    def _ahead(self, explanation: Explanation, unit: Unit, options: dict[str, Any]) -> Branch:
        """The tree of one month's forecast; without a period the first month ahead."""
        if options["metric"] not in FORECAST_METRICS:
            raise WrongCall(f"“{options['metric']}” is not forecast; there are {', '.join(FORECAST_METRICS)}.")
        found = Foresight(explanation.figure(unit.pk, 0).evidence, options["metric"])
        months = {row.period.code: row.period.ordinal for row in found.rows()}
        period = options["period"] or next(iter(months), "")
        if period not in months:
            raise WrongCall(f"There is no forecast of {options['metric']} of {unit.code} for {period or 'any period'}.")
        return found.tree([months[period]])

    def _unit(self, scope: Scope, code: str | None) -> Unit:
        units = Unit.objects.within(scope)
        found = units.filter(code=code).first() if code else units.order_by("depth", "left").first()
        if found is None:
            raise WrongCall(f"There is no unit {code}." if code else "There are no units yet.")
        return found

    def _version(self, code: str) -> str:
        """The stored version to explain; `prior-year` is the actual one year earlier."""
        if code == PRIOR_YEAR:
            return "actual"
        stored, _ = version_and_manner(code)
        if stored != BUDGET and not Version.objects.filter(code=stored).exists():
            raise WrongCall(f"There is no version {code}.")
        return code

    def _ordinal(self, scope: Scope, unit: Unit, mark: int, version: str, code: str | None) -> int:
        """The period to explain: the one named, or the newest the unit has figures of."""
        if code:
            period = Period.objects.filter(code=code).first()
            if period is None:
                raise WrongCall(f"There is no period {code} with figures.")
            return period.ordinal
        known = sheets(scope).standing_at(mark).of_version(version).of_units([unit.pk])
        newest = known.order_by("-period__ordinal").values_list("period__ordinal", flat=True).first()
        if newest is None:
            raise WrongCall(f"{unit.code} has no figures yet; import some and run `manage.py recompute`.")
        return int(newest)

    def _print(self, branch: Branch, depth: int = 0) -> None:
        value = as_wire(branch.value, branch.kind) if branch.value is not None else f"– ({branch.reason})"
        where = ""
        if branch.row is not None:
            row = branch.row
            sheet = f", sheet {row.sheet}" if row.sheet else ""
            where = f"  [{row.file}{sheet}, row {row.row}, {row.person}, {row.time:%Y-%m-%d %H:%M}]"
        note = f" ({branch.note})" if branch.note else ""
        self.stdout.write(f"{'  ' * depth}{branch.label}: {value}{note}{where}")
        for child in branch.children:
            self._print(child, depth + 1)


def as_document(branch: Branch) -> dict[str, Any]:
    """The tree as the command contract has it; a leaf says where it stood and what it adds."""
    document: dict[str, Any] = {"label": branch.label, "value": as_wire(branch.value, branch.kind)}
    if branch.reason:
        document["reason"] = branch.reason
    if branch.note:
        document["note"] = branch.note
    if branch.row is not None:
        row = branch.row
        return document | {
            "file": row.file,
            "sheet": row.sheet,
            "row": row.row,
            "person": row.person,
            "time": row.time.isoformat(),
            "amount": as_text(row.amount),
            "currency": row.currency,
            "segment": row.segment,
            **_how(row, branch.share),
        }
    return document | {"children": [as_document(child) for child in branch.children]}


def _how(row: RowFact, share: Fraction) -> dict[str, str]:
    """What an amount was multiplied with on its way, and that it is an adjustment; nothing where that is nothing."""
    found = {"layer": "adjustment"} if row.is_adjustment else {}
    if row.rate is not None and row.rate != WHOLE:
        found["rate"] = decimal(row.rate)
    return found | ({} if share == WHOLE else {"share": decimal(share)})
