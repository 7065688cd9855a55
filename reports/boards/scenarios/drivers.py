"""A driver as a row: its slider, its field, what it adds and what it stands on."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.amounts import as_text
from metrics.catalogue import METRICS
from metrics.readings import Level
from metrics.scenarios.base import Base
from metrics.scenarios.case import Part
from metrics.scenarios.drivers import DRIVERS, LAGS, PARTED, Setting, bounds, days_today, parts_of
from reports.boards.naming import full_name
from reports.boards.scenarios.seen import SeenScenario
from reports.figures import DriverRow, Variance
from reports.formatting import missing, plain, single
from reports.scenarios.asking import Typed


def driver_rows(seen: SeenScenario) -> tuple[DriverRow, ...]:
    """Every driver of the form, in order."""
    rows = zip(seen.rows, seen.settings, seen.case.parts, strict=True)
    return tuple(_row(seen, place, row, setting, part) for place, (row, setting, part) in enumerate(rows))


def effect_of(seen: SeenScenario, part: Part) -> Variance:
    """What a driver adds over the months shown: to operating income, or to cash at their end."""
    if part.reason:
        return Variance(None, reason=part.reason)
    added = Level(part.profit_over(seen.months))
    if part.setting.driver.moves_cash_only and seen.months:
        added = part.cash_at(seen.months[-1])
    effect = "neutral" if not added.number else "favourable" if added.number > 0 else "unfavourable"
    return Variance(
        added.number, effect=effect, is_material=bool(added.number), reason=added.reason, currency=seen.currency
    )


def _row(seen: SeenScenario, place: int, row: Typed, setting: Setting, part: Part) -> DriverRow:
    driver, base = DRIVERS[row.kind], seen.bases.get(row.unit)
    low, high = bounds(row.kind, base)
    unit = seen.members.get(row.unit)
    return DriverRow(
        place=place,
        unit=row.unit,
        unit_label="" if row.unit == seen.unit.code or unit is None else full_name(unit),
        kind=row.kind,
        label=driver.label,
        measure=driver.measure,
        value=row.value,
        first=row.first,
        slider=_slider(low, high, driver.step, setting.value),
        effect=effect_of(seen, part),
        about=driver.about,
        today=_today(row.kind, base, seen.currency),
        error=row.error,
        reason=missing(part.reason).reason if part.reason else "",
        is_cash=driver.moves_cash_only,
        part=row.part,
        parts=_parts(row, base),
    )


def driver_label(seen: SeenScenario, setting: Setting) -> str:
    """What a driver is called, with the account it acts on where that is not all of its line."""
    label = setting.driver.label
    if not setting.part:
        return label
    part = parts_of(setting.kind, seen.bases.get(setting.unit)).get(setting.part)
    return f"{label} of {setting.part if part is None else part.name}"


def small(label: str) -> str:
    """A label inside a sentence, names of accounts as they are."""
    return f"{label[0].lower()}{label[1:]}"


def _parts(row: Typed, base: Base | None) -> tuple[tuple[str, str], ...]:
    """All of the line, and the accounts inside it with their shares; none where there is nothing to choose."""
    known = parts_of(row.kind, base)
    if not known and not row.part:
        return ()
    gone = [] if not row.part or row.part in known else [(row.part, row.part)]
    each = ((code, f"on {part.name}, {float(part.share):.0%} of it") for code, part in known.items())
    return (("", f"on all {METRICS[PARTED[row.kind]].label.lower()}"), *each, *gone) if row.kind in PARTED else ()


def _slider(low: int, high: int, step: int, value: int) -> Mapping[str, str]:
    """The ends, step and place of the slider in plain digits."""
    numbers = {"low": low, "high": high, "step": step, "value": value}
    return {name: _digits(number) for name, number in numbers.items()}


def _digits(number: int) -> str:
    return as_text(number).rstrip("0").rstrip(".")


def _today(kind: str, base: Base | None, currency: str) -> str:
    """What the driver stands on: what is so today."""
    if base is None:
        return ""
    facts = base.facts
    if kind in LAGS:
        days = days_today(kind, base)
        return "" if days is None else f"{days:.0f} today"
    if kind == "new_customers" and facts.customers.number is not None:
        return (
            f"{plain(facts.customers.number, 'count')} today{_told(', winning one costs', facts.acquisition, currency)}"
        )
    if kind == "converted" and facts.contractors.number is not None:
        return f"{plain(facts.contractors.number, 'count')} today"
    if kind == "hires":
        return _told("one costs", facts.head, currency, " a month")
    if kind == "selling_hires":
        return _told("one sells for", facts.earned, currency, " a month")
    return ""


def _told(words: str, level: Level, currency: str, per: str = "") -> str:
    return "" if level.number is None else f"{words} {single(level.number, currency)}{per}"
