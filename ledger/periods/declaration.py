"""Calendars as JSON: what `calendar.json` may say, and every refusal with its place in the file.

    {"start_month": 7}
    {"start_month": 1, "label": "start", "years": {"2026": {"from": "2026-01", "to": "2026-09"}}}
    {"pattern": "4-5-4", "start_month": 2, "week_ends_on": "saturday", "year_end": "nearest",
     "label": "start", "week_53": "restate"}
    {"pattern": "4-4-5", "year_starts": {"2026": "2026-02-01"}, "years": {"2026": {"weeks": [5, 4, 5, …]}}}
    {"start_month": 1, "units": {"UK": {"start_month": 4}}}

Settings that are left out have their defaults: months, labelled by the end, week 53 disclosed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .calendar import FIRST_YEAR, LAST_YEAR, MONTH_CODE, Calendar, CalendarRefused
from .months import Months, Stated
from .weeks import PATTERNS, WEEKDAYS, Rule, Weeks

MONTHS = "months"
ALIASES = {"13x4": "13"}
LABELS = ("end", "start")
YEAR_ENDS = ("last", "nearest")
WEEK_53 = ("disclose", "restate")
OF_MONTHS = ("pattern", "start_month", "label", "years")
OF_A_RULE = ("pattern", "start_month", "week_ends_on", "year_end", "label", "week_53", "years")
OF_FIRST_DAYS = ("pattern", "year_starts", "week_53", "years")


@dataclass(frozen=True)
class Declared:
    """The company's calendar, and those of units whose year ends in another month."""

    calendar: Calendar
    units: Mapping[str, Calendar] = field(default_factory=dict)

    def of(self, unit: str) -> Calendar:
        """The calendar a unit's own quarters and years follow."""
        return self.units.get(unit, self.calendar)


def declared(description: Mapping[str, Any]) -> Declared:
    """Everything `calendar.json` says. Raises CalendarRefused with the place of what is wrong."""
    units = description.get("units", {})
    calendar = calendar_from({name: value for name, value in description.items() if name != "units"})
    if not isinstance(units, Mapping):
        raise CalendarRefused('units names calendars by unit: {"UK": {"start_month": 4}}.', "units", units)
    found = {str(code): _unit(str(code), each) for code, each in units.items()}
    if found and not isinstance(calendar, Months):
        raise CalendarRefused(
            "Units may end their year elsewhere only where all periods are calendar months: the company's periods are"
            " weeks, and a month does not lie inside one.",
            "units",
        )
    return Declared(calendar, found)


def document(found: Declared) -> dict[str, Any]:
    """The inverse of `declared`."""
    units = {code: describe(calendar) for code, calendar in sorted(found.units.items())}
    return describe(found.calendar) | ({"units": units} if units else {})


def calendar_from(description: Mapping[str, Any]) -> Calendar:
    """The calendar of one part of `calendar.json`, without its units. Raises CalendarRefused."""
    pattern = description.get("pattern", MONTHS)
    pattern = ALIASES.get(pattern, pattern) if isinstance(pattern, str) else pattern
    if pattern == MONTHS:
        return _months(description)
    _one_of(pattern, (MONTHS, *PATTERNS, *ALIASES), "pattern")
    policy = _one_of(description.get("week_53", "disclose"), WEEK_53, "week_53")
    stated = tuple((year, _weeks(year, each)) for year, each in _years(description))
    if "year_starts" in description:
        _known(description, OF_FIRST_DAYS)
        return Weeks(pattern, _first_days(description["year_starts"]), stated, week_53=policy)
    _known(description, OF_A_RULE, needed=("start_month", "week_ends_on", "year_end"))
    rule = Rule(
        _month(description["start_month"]),
        _one_of(description["week_ends_on"], WEEKDAYS, "week_ends_on"),
        _one_of(description["year_end"], YEAR_ENDS, "year_end"),
        _label(description),
    )
    return Weeks(pattern, stated=stated, rule=rule, week_53=policy)


def describe(calendar: Calendar) -> dict[str, Any]:
    """The inverse of `calendar_from`; defaults are left out."""
    if isinstance(calendar, Weeks):
        return _of_weeks(calendar)
    assert isinstance(calendar, Months)
    found: dict[str, Any] = {"start_month": calendar.start_month}
    if calendar.label != "end":
        found["label"] = calendar.label
    if calendar.stated:
        spans = {str(year.label): (calendar.at(year.first), calendar.at(year.last)) for year in calendar.stated}
        found["years"] = {label: {"from": first.code, "to": final.code} for label, (first, final) in spans.items()}
    return found


def _of_weeks(calendar: Weeks) -> dict[str, Any]:
    found: dict[str, Any] = {"pattern": calendar.pattern}
    if calendar.rule:
        rule = calendar.rule
        found |= {"start_month": rule.start_month, "week_ends_on": rule.week_ends_on, "year_end": rule.year_end}
        found |= {} if rule.label == "end" else {"label": rule.label}
    else:
        found["year_starts"] = {str(year): day.isoformat() for year, day in calendar.starts}
    if calendar.stated:
        found["years"] = {str(year): {"weeks": list(weeks)} for year, weeks in calendar.stated}
    return found | ({} if calendar.week_53 == "disclose" else {"week_53": calendar.week_53})


def _months(description: Mapping[str, Any]) -> Months:
    _known(description, OF_MONTHS, needed=("start_month",))
    start_month = _month(description["start_month"])
    stated = sorted((_span(year, each) for year, each in _years(description)), key=lambda year: year.first)
    return Months(start_month, _label(description), tuple(stated))


def _unit(code: str, description: Any) -> Calendar:
    """A unit's calendar; the places of what is wrong are the unit's."""
    if not isinstance(description, Mapping):
        raise CalendarRefused('A unit\'s calendar is one of months: {"start_month": 4}.', f"units.{code}", description)
    if description.get("pattern", MONTHS) != MONTHS:
        raise CalendarRefused(
            "A unit's calendar is one of months: periods of weeks cannot be laid over the company's.",
            f"units.{code}.pattern",
            description["pattern"],
        )
    try:
        return _months(description)
    except CalendarRefused as refused:
        raise CalendarRefused(str(refused), f"units.{code}.{refused.at}".rstrip("."), refused.value) from refused


def _known(description: Mapping[str, Any], allowed: Collection[str], *, needed: Collection[str] = ()) -> None:
    for name in description:
        if name not in allowed:
            raise CalendarRefused(
                f"There is no setting {name} here; a calendar of this sort has {', '.join(allowed)}.", str(name)
            )
    for name in needed:
        if name not in description:
            raise CalendarRefused(
                'A calendar is {"start_month": 1 to 12}, {"pattern": "4-4-5", "start_month", "week_ends_on",'
                ' "year_end"} or {"pattern": "4-4-5", "year_starts": {…}}: ' + f"{name} is missing.",
                name,
            )


def _month(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise CalendarRefused(f"start_month is a whole number from 1 to 12, not {value!r}.", "start_month", value)
    if not 1 <= value <= 12:
        raise CalendarRefused(f"A fiscal year starts in month 1 to 12, not {value}.", "start_month", value)
    return value


def _label(description: Mapping[str, Any]) -> str:
    return _one_of(description.get("label", "end"), LABELS, "label")


def _one_of(value: Any, allowed: Collection[str], at: str) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise CalendarRefused(f"{at} is one of {', '.join(allowed)}, not {value}.", at, value)
    return value


def _years(description: Mapping[str, Any]) -> list[tuple[int, Any]]:
    """The stated years by label."""
    years = description.get("years", {})
    if not isinstance(years, Mapping):
        raise CalendarRefused("years names fiscal years by their label.", "years", years)
    return sorted((_year(label, "years"), each) for label, each in years.items())


def _year(label: Any, at: str) -> int:
    text = str(label)
    if not text.isascii() or not text.isdigit() or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise CalendarRefused(
            f"A fiscal year is labelled {FIRST_YEAR} to {LAST_YEAR}, not {text}.", f"{at}.{text}", text
        )
    return int(text)


def _span(label: int, each: Any) -> Stated:
    if not isinstance(each, Mapping) or set(each) != {"from", "to"}:
        raise CalendarRefused(
            f'A short or long year is {{"from": "{label}-01", "to": "{label}-09"}}.', f"years.{label}", each
        )
    first, final = (_ordinal(each[edge], f"years.{label}.{edge}") for edge in ("from", "to"))
    return Stated(label, first, final)


def _ordinal(text: Any, at: str) -> int:
    match = MONTH_CODE.fullmatch(text) if isinstance(text, str) else None
    if match is None or not (FIRST_YEAR <= int(match[1]) <= LAST_YEAR and 1 <= int(match[2]) <= 12):
        raise CalendarRefused("A month is written as 2026-09.", at, text)
    return int(match[1]) * 12 + int(match[2]) - 1


def _weeks(label: int, each: Any) -> tuple[int, ...]:
    weeks = each.get("weeks") if isinstance(each, Mapping) and set(each) == {"weeks"} else None
    if not isinstance(weeks, list) or not all(isinstance(one, int) and not isinstance(one, bool) for one in weeks):
        raise CalendarRefused(
            'The periods of a year that does not follow the pattern are {"weeks": [4, 4, 5, …]}.',
            f"years.{label}",
            each,
        )
    return tuple(weeks)


def _first_days(value: Any) -> tuple[tuple[int, date], ...]:
    if not isinstance(value, Mapping):
        raise CalendarRefused('year_starts names each year\'s first day: {"2026": "2026-02-01"}.', "year_starts", value)
    found = []
    for label, day in value.items():
        try:
            found.append((_year(label, "year_starts"), date.fromisoformat(day)))
        except (TypeError, ValueError) as error:
            if isinstance(error, CalendarRefused):
                raise
            raise CalendarRefused(
                'year_starts names each year\'s first day: {"2026": "2026-02-01"}.', f"year_starts.{label}", day
            ) from error
    return tuple(sorted(found))
