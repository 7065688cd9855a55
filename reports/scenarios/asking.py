"""Settings as people type them, as an address carries them, and as a scenario keeps them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Any, Protocol
from urllib.parse import quote, unquote, urlencode

from ledger.amounts import as_text
from ledger.periods import Calendar, PeriodUnknown
from metrics.scenarios.base import Base
from metrics.scenarios.drivers import DRIVERS, Setting, SettingRefused, outside, read_value, written

MOST = 24
LONGEST, CODE = 40, 64
FIRST = ("price", "volume", "hires", "pay", "marketing", "collection")
"""What a new scenario begins with, all as it is."""
GONE = "The unit of this driver is not part of this one any more: it is left out."
NO_MONTH = "This is no month to come: it acts from the first one."


class Typing(Protocol):
    """A query dictionary, as far as it is read here."""

    def getlist(self, key: str) -> Sequence[str]: ...


@dataclass(frozen=True)
class Typed:
    """A driver as it stands in the form: its value and first month in words, and what is wrong with them.

    `part` is the code of the one account it acts on.
    """

    unit: str
    kind: str
    value: str = "0"
    first: str = ""
    part: str = ""
    error: str = ""


def typed_in(form: Typing) -> list[Typed]:
    """What a form says: four fields a driver, and the part it acts on where there is a choice.

    What is no driver at all is left out.
    """
    fields = (form.getlist(name) for name in ("unit", "kind", "value", "first"))
    rows = zip(*fields, chain(form.getlist("part"), repeat("")), strict=False)
    return _known(
        Typed(unit, kind, value[:LONGEST], first[:LONGEST], part[:CODE]) for unit, kind, value, first, part in rows
    )


def added(unit: str, kind: str) -> list[Typed]:
    """A driver that is to be moved from now on, as it is."""
    return _known([Typed(unit, kind)])


def carried(address: Typing) -> list[Typed] | None:
    """What an address says, `d=KIND:VALUE:FIRST:UNIT` a driver, `KIND@PART` where it acts on one account; None where it
    says nothing."""
    said = address.getlist("d")
    if not said:
        return None
    rows = []
    for kind, value, first, unit in _whole(each.split(":", 3) for each in said):
        kind, _, part = kind.partition("@")
        rows.append(Typed(unit, kind, value[:LONGEST], first[:LONGEST], unquote(part)[:CODE]))
    return _known(rows)


def address(rows: Iterable[Typed]) -> str:
    """The same rows as the query of an address; without any it says so."""
    said = (f"{_acting(row)}:{row.value.strip()}:{row.first}:{row.unit}" for row in rows)
    return urlencode([("d", each) for each in said] or [("d", "")])


def _acting(row: Typed) -> str:
    """What acts: the kind, and the one account it acts on."""
    return f"{row.kind}@{quote(row.part, safe='')}" if row.part else row.kind


def kept(packed: Iterable[Mapping[str, Any]]) -> list[Typed]:
    """The rows of a scenario as it was saved."""
    return _known(
        Typed(
            each["unit"],
            each["kind"],
            written(each["kind"], read_value(each["kind"], each["value"])),
            each["first"],
            each.get("part", ""),
        )
        for each in packed
        if each["kind"] in DRIVERS
    )


def packed(settings: Iterable[Setting], calendar: Calendar) -> list[dict[str, str]]:
    """Settings as a scenario keeps them: values as decimal text, months by their code, a part where there is one."""
    return [
        {
            "unit": each.unit,
            "kind": each.kind,
            "value": as_text(each.value),
            "first": "" if each.first is None else calendar.at(each.first).code,
            **({"part": each.part} if each.part else {}),
        }
        for each in settings
    ]


def beginning(unit: str) -> list[dict[str, str]]:
    """The drivers of a new scenario."""
    return [{"unit": unit, "kind": kind, "value": "0", "first": ""} for kind in FIRST]


def read(
    rows: Iterable[Typed], *, reach: Collection[str], bases: Mapping[str, Base], calendar: Calendar
) -> tuple[list[Typed], list[Setting]]:
    """The rows with what is wrong with each, and the settings they make; a row that is wrong changes nothing."""
    told, settings = [], []
    for row in rows:
        setting, error = _setting(row, reach, bases, calendar)
        told.append(replace(row, error=error))
        settings.append(setting)
    return told, settings


def _setting(row: Typed, reach: Collection[str], bases: Mapping[str, Base], calendar: Calendar) -> tuple[Setting, str]:
    """What a row says; left as it is where it says nothing that can be."""
    neutral = Setting(row.unit, row.kind, 0, part=row.part)
    if row.unit not in reach:
        return neutral, GONE
    try:
        value = read_value(row.kind, row.value)
    except SettingRefused as refused:
        return neutral, str(refused)
    try:
        first = calendar.parse(row.first).ordinal if row.first else None
    except PeriodUnknown:
        return neutral, NO_MONTH
    setting = Setting(row.unit, row.kind, value, first, row.part)
    error = outside(setting, bases.get(row.unit))
    return (neutral, error) if error else (setting, "")


def _whole(parts: Iterable[Sequence[str]]) -> Iterable[tuple[str, str, str, str]]:
    return ((one, two, three, four) for one, two, three, four in (each for each in parts if len(each) == 4))


def _known(rows: Iterable[Typed]) -> list[Typed]:
    return [row for row in rows if row.kind in DRIVERS][:MOST]
