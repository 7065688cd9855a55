"""What the words on the pages mean, as the catalogue of metrics says it today."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse
from django.utils.text import slugify

from metrics.declaration import Metric
from reports.boards.metric.definition import facts_of, meaning_of, written_out
from reports.figures import Term, TermChapter, TermsBoard

ADDED = "added"


def term_of(metric: Metric, metrics: Mapping[str, Metric]) -> Term:
    """One metric with its formula in words; `metrics` are all, for the names of those it is made of."""
    return Term(
        code=metric.code,
        label=metric.label,
        meaning=f"{meaning_of(metric)}.",
        words=written_out(metric, metrics),
        formula=metric.formula,
        facts=facts_of(metric, metrics),
        href=reverse("term", args=[metric.code]),
    )


def terms_board(metrics: Mapping[str, Metric]) -> TermsBoard:
    """All metrics in the order of the finance manual, those the company added last."""
    chapters: dict[str, list[Term]] = {}
    for metric in metrics.values():
        chapters.setdefault(metric.group, []).append(term_of(metric, metrics))
    return TermsBoard(
        title="Terms",
        sentence=f"{len(metrics)} metrics are defined, each by a formula of figures that were delivered or of others.",
        chapters=tuple(
            TermChapter(slugify(label), "Added by the company" if label == ADDED else label, tuple(terms))
            for label, terms in chapters.items()
        ),
    )
