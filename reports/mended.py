"""What somebody answered about a refused file, as words of a mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ledger.mapping import FIELDS

TRANSLATED = ("units", "accounts", "versions", "periods")
LONGEST = 200


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
