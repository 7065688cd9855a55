"""Words of finance with their definition at hand: a link to it, which `static/js/terms.js` opens on the spot.

A word costs no query: its definition is read when it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

QUESTION = format_html('<span aria-hidden="true">{}</span>', "?")


@register.simple_tag
def term(code: str, label: str) -> SafeString:
    """The name of a metric with its definition; an account or a heading, which is no metric, stays a word."""
    if not _is_metric(code):
        return format_html("{}", label)
    return format_html('<a class="term" href="{}" data-term>{}</a>', reverse("term", args=[code]), label)


@register.simple_tag
def told(text: str, terms: Sequence[tuple[str, str]] = ()) -> SafeString:
    """A text with the definition of each metric at hand where it is first named; `terms` are code and words."""
    for place, (code, words) in enumerate(terms):
        before, found, after = text.partition(words)
        if found:
            return format_html("{}{}{}", before, term(code, words), told(after, terms[place + 1 :]))
    return format_html("{}", text)


@register.simple_tag
def term_mark(code: str, label: str) -> SafeString:
    """The same beside a name that is a link to something else: a small mark that asks what it means."""
    if not _is_metric(code):
        return mark_safe("")
    return format_html(
        '<a class="term-m" href="{}" data-term>{}<span class="vh">What <bdi>{}</bdi> means</span></a>',
        reverse("term", args=[code]),
        QUESTION,
        label,
    )


def _is_metric(code: str) -> bool:
    """Whether a line's code is a metric's: those of accounts and tree parts say their sort before a colon."""
    return bool(code) and ":" not in code
