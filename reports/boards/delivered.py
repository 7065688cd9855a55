"""One cell of the board of deliveries in words: what came, when, by whom, from which file, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.timezone import localtime

from reports.boards.actors import Actor
from reports.completeness import Cell, State
from reports.formatting import day
from reports.wording import listed

WORDS: dict[State, str] = {
    "late": "Late",
    "partial": "Partial",
    "restated": "Restated",
    "received": "Received",
    "closed": "Closed",
    "not_due": "Not due",
    "none": "Nothing awaited",
    "outside": "Not in the company",
}
"""By state its name, those that want attention first."""


def sign(found: Cell) -> str:
    """What stands beside the mark where something is missing: how many days late, how much is there."""
    match found.state:
        case "late":
            return f"{found.days} d"
        case "partial":
            return f"{len(found.there)}/{len(found.there) + len(found.missing)}"
    return ""


def said(found: Cell, who: Mapping[str, Actor]) -> str:
    """All there is to say of a cell, in sentences."""
    match found.state:
        case "outside":
            return "Not in the company in this period."
        case "none":
            return "No source is awaited: none has delivered this unit yet, or lately."
        case "not_due":
            return f"Not due before {day(found.due)}." if found.due else "Not due."
    return " ".join([*_missing(found), *_there(found, who), *_shut(found, who)])


def _missing(found: Cell) -> list[str]:
    told = [f"{name} was withdrawn." for name in found.withdrawn]
    awaited = [name for name in found.missing if name not in found.withdrawn]
    if not awaited or found.due is None:
        return told
    verb = "is" if len(awaited) == 1 else "are"
    late = f"{_days(found.days)} late, due by" if found.days else "due by"
    return [*told, f"{listed(awaited)} {verb} {late} {day(found.due)}."]


def _there(found: Cell, who: Mapping[str, Actor]) -> list[str]:
    if found.first is None:
        return []
    came = f"{listed(found.there)} received {_on(found.first.at)} from {_name(found.first.actor, who)},"
    told = [f"{came} {found.first.file}."]
    if found.changed is not None:
        changed = found.changed
        told.append(f"Restated {_on(changed.at)} by {_name(changed.actor, who)}, {changed.file}.")
    return told


def _shut(found: Cell, who: Mapping[str, Actor]) -> list[str]:
    return [f"Closed {_on(found.shut.at)} by {_name(found.shut.actor, who)}."] if found.shut else []


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"


def _on(moment: datetime) -> str:
    return day(localtime(moment))


def _name(actor: str, who: Mapping[str, Actor]) -> str:
    return who[actor].name
