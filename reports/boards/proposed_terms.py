"""The terms of a proposal in words, side by side: as they stand and as they are to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from alerts.approving.touched import Held
from alerts.forms import BASES, COMPARATORS, DIRECTIONS, MEASURES
from alerts.judging.manual import Manual
from alerts.models import ThresholdVersion
from alerts.terms import AGAINST, ALL_LEVELS, FLOORS, Terms
from alerts.wording import LEVEL_WORDS, level, stated
from people.models import Person
from reports.boards.naming import short_name
from reports.boards.thresholds.levels import TYPE_WORDS
from reports.figures import ProposedTerm

NONE = "–"
NOTHING = "Nothing judges it"
ORIGINS = {"unit": "its own limit", "type": "for its type", "default": "default"}
COUNTS = {
    "window": "Periods looked back on",
    "periods": "Periods beyond a limit",
    "out_of": "Out of the last",
    "exit_periods": "Periods inside to end",
    "ahead": "Periods ahead",
}
FLAGS = {
    "pace": "Warns by its pace",
    "also_ytd": "Or in the year to date",
    "pooled": "Pools small items",
    "inherits": "Holds for all below",
}


@dataclass(frozen=True)
class Words:
    """What terms are written with: the manual, the people named as owners, the group's currency."""

    book: Manual
    people: Mapping[int, Person]
    currency: str


def terms_of(before: Mapping[str, Any] | None, after: Mapping[str, Any], words: Words) -> list[ProposedTerm]:
    """Every term that one of the two says something about."""
    was, will = _written(before, words) if before else {}, _written(after, words)
    found = []
    for label in {**will, **was}:
        old, new = was.get(label, ""), will.get(label, "")
        if old or new:
            found.append(ProposedTerm(label, old or NONE, new or NONE, old != new))
    return found


def held_words(held: Held | None, metric: str, words: Words) -> str:
    """`Warning 10%, critical 25% against budget`: the levels that judge a unit."""
    if held is None:
        return NOTHING
    terms = Terms(metric, held.basis, held.comparator, held.measure, held.direction)  # type: ignore[arg-type]  # as stored
    known = words.book.metrics.get(metric)
    levels = [
        f"{LEVEL_WORDS[name].lower()} {level(Fraction(held.levels[name]), terms, known, words.currency)}"
        for name in ALL_LEVELS
        if name in held.levels
    ]
    said = ", ".join(levels) or "no level"
    against = f" against {AGAINST[held.comparator]}" if terms.has_baseline else ""
    return f"{said[0].upper()}{said[1:]}{against}"


def origin_words(held: Held | None) -> str:
    """`default of GROUP`: where it comes from; empty where nothing holds."""
    if held is None:
        return ""
    if held.origin == "unit":
        return ORIGINS["unit"]
    return f"{ORIGINS[held.origin]} of {short_name(held.place) if held.place else 'a unit above'}"


def _written(shown: Mapping[str, Any], words: Words) -> dict[str, str]:
    """Terms as they were shown, by the label they are printed under; what says nothing is left empty."""
    terms = Terms(**{each.name: shown[each.name] for each in fields(Terms)})
    read: dict[str, Callable[[], str]] = {
        "Name": lambda: shown["label"],
        "Metric": lambda: words.book.label(terms.metric),
        "Period": lambda: dict(BASES)[terms.basis],
        "Compared with": lambda: dict(COMPARATORS)[terms.comparator],
        "Limits are": lambda: dict(MEASURES)[terms.measure],
        "Breach": lambda: dict(DIRECTIONS)[str(terms.direction)],
    }
    found = {label: text() for label, text in read.items()}
    known = words.book.metrics.get(terms.metric)
    found |= {LEVEL_WORDS[name]: stated(name, terms, known, words.currency) for name in (*ALL_LEVELS, *FLOORS)}
    found["Money in"] = terms.currency
    found["Material"] = str(ThresholdVersion.Materiality(terms.materiality).label)
    found |= {label: str(getattr(terms, name) or "") for name, label in COUNTS.items()}
    found |= {label: "yes" if shown[name] else "no" for name, label in FLAGS.items()}
    return found | _around(shown, words)


def _around(shown: Mapping[str, Any], words: Words) -> dict[str, str]:
    """What stands around the terms: for whom, since when, who owns the alerts and what follows."""
    owner = words.people.get(shown["owner"]) if shown["owner"] else None
    kind = shown["unit_type"]
    return {
        "Only units of the type": TYPE_WORDS.get(kind, kind),
        "Owner": owner.name if owner else "the unit's leader",
        "Recommended action": shown["action"],
        "From": shown["valid_from"] or "the beginning",
        "Until": shown["valid_until"] or "it is changed",
        "State": "retired" if shown["retired"] else "in force",
    }
