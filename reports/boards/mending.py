"""What a person can put right about a refused file: values nobody knows, and columns that were not recognised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from ledger.mapping import FIELDS
from ledger.models import Account
from reports.figures import ColumnMapping, Fix, MovedUnit, Variance
from reports.formatting import exact
from units.models import Unit
from units.scope import Scope

CHOOSE, IGNORE = "", "-"
Offers = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def offers(errors: Iterable[Mapping[str, Any]], scope: Scope) -> Offers:
    """By its part the codes with their names that an unknown value may mean: at most two queries."""
    parts = {each.get("part") for each in errors}
    found = []
    if "units" in parts:
        units = Unit.objects.within(scope, ability="figures.import").filter(tree="").order_by("left")
        found.append(("units", tuple(units.values_list("code", "name"))))
    if "accounts" in parts:
        found.append(("accounts", tuple(Account.objects.order_by("position").values_list("code", "name"))))
    return tuple(found)


def grouped(errors: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Errors with those that one fix mends as one, in the place of the first; its reason says how many rows it is."""
    alike: dict[object, list[Mapping[str, Any]]] = {}
    for place, each in enumerate(errors):
        part = each.get("part")
        key = (part, each["value"], each["reason"], each["column"]) if part else place
        alike.setdefault(key, []).append(each)
    return [
        rows[0]
        if len(rows) == 1
        else {**rows[0], "reason": f"{rows[0]['reason']} The file has {len(rows):,} such rows."}
        for rows in alike.values()
    ]


def fix(error: Mapping[str, Any], known: Offers) -> Fix | None:
    """What can be said of the value of an error; the code that is written most alike is offered at once."""
    part = error.get("part")
    if not part:
        return None
    codes = {code.casefold(): code for code, _ in dict(known).get(part, ())}
    named = {name.casefold(): code for code, name in dict(known).get(part, ())}
    said = error["value"].casefold()
    near = get_close_matches(said, codes, n=1, cutoff=0.75)
    likely = named.get(said) or (codes[near[0]] if near else "")
    return Fix(part, error["value"], offers=f"known-{part}" if codes else "", likely=likely)


def columns(header: Iterable[Sequence[str]]) -> tuple[ColumnMapping, ...]:
    """The columns of a table that was not recognised, each with the fields it may be."""
    words = [(field, field.replace("_", " ").capitalize()) for field in FIELDS]
    return tuple(
        ColumnMapping(
            name=f"column-{place}",
            column=name,
            first=first,
            fields=(
                (CHOOSE, "Choose a field", not taken),
                *((field, label, field == taken) for field, label in words),
                (IGNORE, "Ignore", False),
            ),
        )
        for place, (name, first, taken) in enumerate(header)
    )


def mended(mapping: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """What a mapping says, a sentence a word: how the file's words read."""
    said = []
    for part in ("columns", "units", "accounts", "versions", "periods"):
        noun = part.removesuffix("s").capitalize()
        for word, ours in mapping.get(part, {}).items():
            told = "left out" if ours is None else f"read as {ours}"
            said.append(f"{noun} “{word}” is {told}.")
    return tuple(said)


def moved(rows: Iterable[Sequence[Any]]) -> tuple[MovedUnit, ...]:
    """What an import does to each unit, in the amounts of the file."""
    return tuple(
        MovedUnit(
            unit=unit,
            version=version,
            figures=f"{figures:,}",
            income=_change(income, income),
            costs=_change(costs, -costs),
            profit=_change(income - costs, income - costs),
        )
        for unit, version, figures, income, costs in rows
    )


def _change(amount: int, helped: int) -> Variance:
    effect = "favourable" if helped > 0 else "unfavourable" if helped < 0 else "neutral"
    return Variance(exact(amount, signed=True), effect=effect, is_material=bool(helped))
