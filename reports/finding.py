"""What was typed into the search, and what it finds. Pure: text against text, no database and no clock.

Letters are compared without accents and case. Every word of a query must stand in what is found; whole words come
before beginnings of words, and those before parts of them. Signs that mean something elsewhere, such as % and _, are
letters like any other here, because nothing typed ever reaches a pattern or a query.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 100
"""Letters that are read of a query; what comes behind them is no name of anything."""
MOST_WORDS = 8
WHOLE, BEGINNING, PART = 3, 2, 1

_BETWEEN = re.compile(r"[^\w%&+.'-]+")
_YEAR = re.compile(r"(?:fy)?(20\d\d)")
_QUARTER = re.compile(r"q([1-5])")
_YEAR_AND_QUARTER = re.compile(r"(?:fy)?(20\d\d)-?q([1-5])")
_CODE = re.compile(r"20\d\d-(?:\d\d|p\d\d)")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
STRETCHES = {"month": "month", "qtd": "qtd", "ytd": "ytd", "ltm": "ltm"}


def folded(text: str) -> str:
    """A text as it is compared: without accents and case, words parted by single spaces."""
    plain = text if text.isascii() else _without_accents(text)
    return " ".join(_BETWEEN.sub(" ", plain.casefold()).split())


def _without_accents(text: str) -> str:
    """`Zürich` as `Zurich`; what only decorates or turns the direction of a text is left out."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(each for each in parts if unicodedata.category(each) not in ("Mn", "Cf"))


def words_of(query: str) -> tuple[str, ...]:
    """The words of a query, the first few of them."""
    return tuple(folded(query[:LONGEST]).split()[:MOST_WORDS])


class Index:
    """Texts to look in, by their place; one text holds all that its thing is called."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = [_searchable(text) for text in texts]
        self._ranks: dict[str, dict[int, int]] = {}

    def ranks(self, word: str) -> dict[int, int]:
        """By place how well each text answers one word; those that hold it nowhere are left out."""
        if word not in self._ranks:
            begins, whole = f" {word}", f" {word} "
            self._ranks[word] = {
                place: WHOLE if whole in text else BEGINNING if begins in text else PART
                for place, text in enumerate(self._texts)
                if word in text and (len(word) > 1 or begins in text)
            }
        return self._ranks[word]

    def find(self, words: Sequence[str], most: int) -> list[int]:
        """The places of texts that hold every word, the best first, then in their order."""
        if not words:
            return []
        if len(words) == 1:
            return self._of_one(words[0])[:most]
        each = [self.ranks(word) for word in words]
        common = set(each[0]).intersection(*each[1:])
        phrase = " ".join(words)
        best = sorted(
            common,
            key=lambda place: (
                -min(ranks[place] for ranks in each),
                -sum(ranks[place] for ranks in each),
                f" {phrase}" not in self._texts[place],
                place,
            ),
        )
        return best[:most]

    def _of_one(self, word: str) -> list[int]:
        """The same for one word, which thousands of texts may hold: nothing to sort."""
        ranks = self.ranks(word).items()
        return [place for wanted in (WHOLE, BEGINNING, PART) for place, rank in ranks if rank == wanted]


@lru_cache(maxsize=16_384)  # names stay the same from request to request, and folding them is most of the work
def _searchable(text: str) -> str:
    """A text as it is looked in; where words are joined by hyphens, their parts are words too: `east` of `us-east`."""
    plain = folded(text)
    return f" {plain} {plain.replace('-', ' ')} " if "-" in plain else f" {plain} "


@dataclass(frozen=True)
class Asked:
    """A query read: its words, and the stretch of time it names, if it names one.

    `rest` are the words without those of the stretch of time. `code` is the code of a period as typed ("2026-08"),
    or `year`, `quarter` and `month` are numbers, 0 where they are not named; `basis` is one of STRETCHES.
    """

    words: tuple[str, ...]
    rest: tuple[str, ...]
    code: str = ""
    year: int = 0
    quarter: int = 0
    month: int = 0
    basis: str = ""

    @property
    def names_a_period(self) -> bool:
        return bool(self.code or self.year or self.quarter or self.month)

    @property
    def names_a_time(self) -> bool:
        return self.names_a_period or bool(self.basis)


def read(query: str) -> Asked:
    """A query as it was meant: `unit 6 margin aug` is about August, `2026-08` and `Q3 2026` about nothing else."""
    words = words_of(query)
    spelt = [part for word in words for part in _YEAR_AND_QUARTER.sub(r"q\2 \1", word).split()]
    found: dict[str, str | int] = {}
    rest = []
    for word in spelt:
        part = _time(word)
        if part is None or part[0] in found:
            rest.append(word)
        else:
            found[part[0]] = part[1]
    return Asked(words, tuple(rest), **found)  # type: ignore[arg-type]  # names and kinds of _time are the fields'


def _time(word: str) -> tuple[str, str | int] | None:
    if _CODE.fullmatch(word):
        return "code", word.upper()
    if match := _YEAR.fullmatch(word):
        return "year", int(match[1])
    if match := _QUARTER.fullmatch(word):
        return "quarter", int(match[1])
    if word in STRETCHES:
        return "basis", STRETCHES[word]
    name = word.rstrip(".")
    month = next((number for number, full in enumerate(MONTHS, 1) if len(name) > 2 and full.startswith(name)), 0)
    return ("month", month) if month else None


def splits(words: Sequence[str]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The ways to read words as two things, one behind the other: the unit and the metric of `unit 6 margin`."""
    return [(tuple(words[:at]), tuple(words[at:])) for at in range(1, len(words))]
