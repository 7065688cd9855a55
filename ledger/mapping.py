"""A mapping: how a file's own words read in ours. File names stand on the left, ours on the right.

`columns` says what a column is (`unit`, `account`, `period`, `fiscal_year`, `amount`, `counterparty`,
`segment`, `currency`, `version`; a period, an account or a version for a column of amounts; null to leave it
out). `constants` fill what the file does not state. `units`, `accounts`, `versions` and `periods` translate
single values; null on the right leaves their rows out, and the report says how much that was. `signs` turns
figures of an account or a column (`-1`): ledgers store income as credits, here it is positive.
"""

from __future__ import annotations

from collections.abc import Mapping as Names
from dataclasses import dataclass, field
from typing import Any

FIELDS = ("unit", "account", "period", "fiscal_year", "amount", "counterparty", "segment", "currency", "version")
CONSTANTS = tuple(name for name in FIELDS if name != "amount")
PARTS = ("columns", "constants", "units", "accounts", "versions", "periods", "signs")


class MappingRefused(ValueError):
    """The mapping is not one; the sentence says where."""


@dataclass(frozen=True)
class Mapping:
    """A checked mapping. Texts are compared without the spaces around them, and otherwise exactly."""

    columns: Names[str, str | None] = field(default_factory=dict)
    constants: Names[str, str] = field(default_factory=dict)
    units: Names[str, str | None] = field(default_factory=dict)
    accounts: Names[str, str | None] = field(default_factory=dict)
    versions: Names[str, str | None] = field(default_factory=dict)
    periods: Names[str, str | None] = field(default_factory=dict)
    signs: Names[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, document: object) -> Mapping:
        """The mapping in a JSON document; `MappingRefused` with the place of what is wrong."""
        if not isinstance(document, dict):
            raise MappingRefused(f"A mapping is one JSON object with {', '.join(PARTS)}.")
        for part, content in document.items():
            if part not in PARTS:
                raise MappingRefused(f"A mapping has no part “{part}”; it has {', '.join(PARTS)}.")
            if not isinstance(content, dict):
                raise MappingRefused(f"“{part}” in the mapping is an object of file names and ours.")
        for name in document.get("constants", {}):
            if name not in CONSTANTS:
                raise MappingRefused(f"“{name}” cannot be a constant; {', '.join(CONSTANTS)} can.")
        texts: dict[str, Any] = {part: _texts(part, document.get(part, {})) for part in PARTS if part != "signs"}
        return cls(**texts, signs=_signs(document.get("signs", {})))

    def as_document(self) -> dict[str, dict[str, Any]]:
        """The JSON object this mapping came from, its empty parts left out."""
        return {part: dict(content) for part in PARTS if (content := getattr(self, part))}


def _texts(part: str, content: dict[str, Any]) -> dict[str, str | None]:
    read: dict[str, str | None] = {}
    for left, right in content.items():
        if right is None and part != "constants":
            read[left.strip()] = None
        elif isinstance(right, str | int) and not isinstance(right, bool):
            read[left.strip()] = str(right).strip()
        else:
            raise MappingRefused(f"“{left}” in “{part}” of the mapping is a text, not {right!r}.")
    return read


def _signs(content: dict[str, Any]) -> dict[str, int]:
    for name, sign in content.items():
        if sign not in (1, -1) or isinstance(sign, bool):
            raise MappingRefused(f"The sign of “{name}” in the mapping is 1 or -1, not {sign!r}.")
    return {name.strip(): int(sign) for name, sign in content.items()}
