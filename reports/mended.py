"""What somebody answered about a refused file, as words of a mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ledger.mapping import FIELDS
from ledger.models import Import
from units.scope import Scope

TRANSLATED = ("units", "accounts", "versions", "periods")
LONGEST = 200
LOOKED_BACK = 12
"""How many earlier imports are asked how a word was read: a year of months."""
Words = Mapping[str, Mapping[str, str | None]]
"""Part of a mapping → word of the file → ours, None to leave its rows (or the column) out."""


class NothingSaid(ValueError):
    """The answer maps nothing; the sentence says what to choose."""


def is_mendable(report: Mapping[str, Any]) -> bool:
    """Whether a mapping could give anything in a refused file a meaning: a value of ours, or its columns."""
    return bool(report.get("header")) or any(each.get("part") for each in report.get("errors", ()))


def said_words(answer: Mapping[str, str], *, header: Sequence[Sequence[str]]) -> dict[str, dict[str, str | None]]:
    """Part of a mapping → word of the file → ours; None leaves out. Raises NothingSaid.

    An answer is about one value (`part`, `value`, and `ours`, or `leave`), or about the columns of the header.
    """
    part = answer.get("part", "")
    if part in TRANSLATED:
        ours = answer.get("ours", "").strip()[:LONGEST]
        if not ours and not answer.get("leave"):
            raise NothingSaid("Choose what this value stands for, or leave its rows out.")
        return {part: {answer.get("value", "")[:LONGEST]: None if answer.get("leave") else ours}}
    columns: dict[str, str | None] = {}
    for place, (name, _, _) in enumerate(header):
        field = answer.get(f"column-{place}", "")
        if field in FIELDS or field == "-":
            columns[name] = None if field == "-" else field
    if not columns:
        raise NothingSaid("Choose what the columns of the file mean.")
    return {"columns": columns}


def remembered(actor: Scope, report: Mapping[str, Any]) -> Words:
    """How this person's earlier imports read what a refused file lacks a meaning for; the newest answer counts.

    One query. Empty where none of them knew a word of it.
    """
    lacking = {(each["part"], each["value"]) for each in report.get("errors", ()) if each.get("part")}
    lacking |= {("columns", name) for name, _, _ in report.get("header", ())}
    if not lacking:
        return {}
    own = Import.objects.filter(actor=actor.actor).exclude(mapping={}).order_by("-pk")
    found: dict[str, dict[str, str | None]] = {}
    for mapping in reversed(own.values_list("mapping", flat=True)[:LOOKED_BACK]):
        for part, word in lacking:
            if word in mapping.get(part, {}):
                found.setdefault(part, {})[word] = mapping[part][word]
    return found
