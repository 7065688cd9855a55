"""Whom a text asks: the names that stand behind an @. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

_AT = re.compile(r"(?<![\w@.+-])@(?=\w)")
_WORD = re.compile(r"[\w.'-]*\w")


class Unknown(ValueError):
    """An @ before a name that nobody has who could be asked; the sentence is the same whoever else may have it."""


def mentioned(text: str, names: Iterable[str], *, what: str = "alert") -> list[str]:
    """The names in a text that stand behind an @, each once, in the order of the text.

    Names have blanks in them, so the longest that fits is meant; case does not matter. An @ within a word (an e-mail
    address) asks nobody. Raises Unknown for an @ that is followed by no name of these; `what` is what is talked about.
    """
    known = sorted(names, key=len, reverse=True)
    found: dict[str, None] = {}
    for match in _AT.finditer(text):
        rest = text[match.end() :]
        name = next((name for name in known if _begins(rest, name)), None)
        if name is None:
            word = _WORD.match(rest)
            assert word is not None  # the @ stands before a letter
            raise Unknown(
                f"Nobody who can see this {what} is called @{word[0]}. Choose a name of the list, or leave out the @."
            )
        found[name] = None
    return list(found)


def _begins(text: str, name: str) -> bool:
    """Whether a text begins with a name, and the name ends where a word ends."""
    head, after = text[: len(name)], text[len(name) : len(name) + 1]
    return head.casefold() == name.casefold() and not (after.isalnum() or after == "_")
