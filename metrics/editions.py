"""What one version of a metric's terms changed against the one before, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

TERMS = {
    "label": "name",
    "kind": "measured in",
    "better": "better",
    "compare": "compared by",
    "formula": "formula",
    "impact": "impact",
    "description": "description",
    "retired": "retired",
}
KEPT, GONE, ADDED = "kept", "gone", "added"

_WORD = re.compile(r"[\w.:]+|\s+|[^\w\s]")


@dataclass(frozen=True)
class Change:
    """One term that changed: its text as pieces that were kept, are gone or were added."""

    term: str
    pieces: tuple[tuple[str, str], ...]


def changes(before: Mapping[str, object] | None, after: Mapping[str, object]) -> list[Change]:
    """The terms that are other than before, in the order of the form; of a first version formula and impact."""
    if before is None:
        stated = (term for term in ("formula", "impact") if after[term])
        return [Change(TERMS[term], ((KEPT, str(after[term])),)) for term in stated]
    return [
        Change(name, tuple(_pieces(str(before[term]), str(after[term]))))
        for term, name in TERMS.items()
        if before[term] != after[term]
    ]


def _pieces(before: str, after: str) -> Iterator[tuple[str, str]]:
    """A text word by word: what both have, what only the one before has, what only the later one has."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    for sort, first, last, start, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if sort == "equal":
            yield KEPT, "".join(old[first:last])
            continue
        if last > first:
            yield GONE, "".join(old[first:last])
        if stop > start:
            yield ADDED, "".join(new[start:stop])
