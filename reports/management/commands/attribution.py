"""`manage.py attribution`: what accounts for the gap of a figure against budget, prior year or forecast."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from ledger.amounts import as_text
from ledger.models import Period
from metrics.formula import BASES
from metrics.querysets import computed_mark, sheets
from metrics.readings import Level
from reports.attribution import BASELINES, BY, CannotAttribute, Gap, Question, document, gap
from reports.explanation import Explanation, MetricUnknown
from units.commands import HouseCommand, WrongCall, moment_of
from units.models import Unit
from units.scope import Scope

HEADS = ("part", "favourable", "of gross", "cumulative", "of net")


class Command(HouseCommand):
    help = "Print what accounts for a gap: parts by unit, line or driver, with shares of the gross and the guards."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--metric", required=True, help="A metric's code, or account:CODE.")
        parser.add_argument("--unit", help="Left out: the topmost unit.")
        parser.add_argument("--period", help="Left out: the newest with figures.")
        parser.add_argument("--basis", default="month", choices=BASES)
        parser.add_argument("--baseline", default=BASELINES[0], choices=BASELINES)
        parser.add_argument("--by", default="", choices=BY, help="Left out: unit where there are any, else line.")
        parser.add_argument("--as-of", help="As known then: a date (its end) or an ISO 8601 time.")
        parser.add_argument("--person", help="Read with this person's scope; left out: as the system.")

    def handle(self, **options: Any) -> None:
        at = timezone.now()
        scope = Scope.of(self.person(options["person"]), at=at) if options["person"] else Scope.system("attribution")
        scope.require("figures.read")
        explanation = Explanation(scope, computed_mark(moment_of(options["as_of"])))
        unit = _unit(scope, options["unit"])
        period = _period(scope, unit, explanation.mark, options["period"])
        asked = Question(
            options["metric"],
            unit.pk,
            period.ordinal,
            options["basis"],
            baseline=options["baseline"],
            by=options["by"],
        )
        try:
            found = gap(explanation, asked)
        except MetricUnknown as error:
            raise WrongCall(str(error)) from error
        except CannotAttribute as error:
            self.refuse(str(error))
        if options["as_json"]:
            self.print_json(document(found, unit=unit.code, period=period.code))
        else:
            self._print(found, unit=unit.code, period=period.code)

    def _print(self, found: Gap, *, unit: str, period: str) -> None:
        kind = found.metric.kind
        asked, total = found.question, found.total
        against = f"{_number(total.actual, kind)} against {_number(total.baseline, kind)} ({asked.baseline})"
        self.stdout.write(f"{found.metric.label}, {unit}, {period} {asked.basis}: {against}, {total.effect}")
        rows: list[tuple[str, ...]] = [HEADS]
        for each in found.found.contributions:
            shares = (_share(level) for level in (each.of_gross, each.cumulative, each.of_net))
            rows.append((found.lines[each.code].label, _number(each.favourable, kind), *shares))
        if found.found.left_out:
            rows.append((f"{found.found.left_out} others", _number(Level(found.found.pooled), kind), "", "", ""))
        rows.append(("rest", _number(found.found.rest, kind), "", "", ""))
        widths = [max(len(row[place]) for row in rows) for place in range(len(HEADS))]
        for row in rows:
            first, *others = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join([first.strip().ljust(widths[0]), *others]).rstrip())
        self.stdout.write(found.sentence)
        for guard in found.guards:
            self.stdout.write(f"! {guard.sentence}")
        if found.path:
            held = (f"{step.label} ({_share(step.held.of_gross)})" for step in found.path)
            self.stdout.write(f"The way down, each among its siblings: {' → '.join(held)}")


def _unit(scope: Scope, code: str | None) -> Unit:
    units = Unit.objects.within(scope)
    found = units.filter(code=code).first() if code else units.order_by("depth", "left").first()
    if found is None:
        raise WrongCall(f"There is no unit {code}." if code else "There are no units yet.")
    return found


def _period(scope: Scope, unit: Unit, mark: int, code: str | None) -> Period:
    """The period named, or the newest the unit has actuals of."""
    if code:
        named = Period.objects.filter(code=code).first()
        if named is None:
            raise WrongCall(f"There is no period {code} with figures.")
        return named
    known = sheets(scope).standing_at(mark).of_version("actual").of_units([unit.pk])
    newest = known.order_by("-period__ordinal").select_related("period").first()
    if newest is None:
        raise WrongCall(f"{unit.code} has no figures yet; import some and run `manage.py recompute`.")
    return newest.period


def _number(level: Level, kind: str) -> str:
    """As `values` prints it: amounts with all decimals, ratios as they are."""
    if level.number is None:
        return f"– ({level.reason})" if level.reason else "–"
    return (
        as_text(level.number) if kind in ("money", "count") and isinstance(level.number, int) else f"{level.number:.6g}"
    )


def _share(level: Level) -> str:
    return "–" if level.number is None else f"{level.number:.0%}"
