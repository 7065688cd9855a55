"""What words of finance mean: one metric as the catalogue defines it, and all of them by chapter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A metric as a reader meets it. `meaning` is a sentence, `words` its formula in words, `href` its own page."""

    code: str
    label: str
    meaning: str
    words: str
    formula: str
    facts: tuple[tuple[str, str], ...]
    href: str


@dataclass(frozen=True)
class TermChapter:
    """The terms of one chapter of the finance manual."""

    id: str
    label: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class TermsBoard:
    """Every term, by chapter."""

    title: str
    sentence: str
    chapters: tuple[TermChapter, ...]


__all__ = ["Term", "TermChapter", "TermsBoard"]
