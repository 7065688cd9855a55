"""Printing figures in templates: numbers, variances and small drawings, the same on every page.

Tags, not included templates, because a table over thousands of units prints tens of thousands of them.
Everything that came from outside is escaped here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeGuard

from django import template
from django.templatetags.static import static
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from reports import formatting, svg
from reports.figures import (
    ActualBar,
    Band,
    BudgetBar,
    Chart,
    Figure,
    LimitDot,
    Matrix,
    Multiple,
    Multiples,
    Pin,
    Spark,
    StaffBar,
    Variance,
    VarianceBar,
)
from reports.formatting import Scale
from reports.templatetags.terms import term_mark

register = template.Library()

ICONS = "vendor/lucide-1.62.0.svg"
FAVOURABLE_WORDS = {"g": " favourable", "b": " unfavourable", "z": ""}


# --- numbers -----------------------------------------------------------------------------------------------
@register.simple_tag
def figure(value: Figure, scale: Scale | None = None) -> SafeString:
    """A number in a table: money in the table's unit without a symbol, or on its own with one."""
    if value.number is None:
        return _missing(value.reason, value.href)
    return _linked(escape(_text(value, scale)) + _tag(value), value.href, title=value.coverage)


@register.simple_tag
def big_figure(value: Figure) -> SafeString:
    """A headline figure: three digits, and its unit smaller behind it."""
    if value.number is None:
        return _missing(value.reason, value.href)
    digits, unit = _parts(value)
    small = f"<small>{escape(unit)}</small>" if unit else ""
    return _linked(f"{escape(digits)}{small}", value.href, title=value.coverage)


@register.simple_tag
def reference(value: Figure, beside: Figure) -> SafeString:
    """What a headline figure is read against, in that figure's unit and decimals; its cell is the link."""
    if value.number is None:
        return _missing(value.reason, "")
    if value.kind == "money" and _is_number(value.number) and _is_number(beside.number):
        return escape(formatting.beside(value.number, beside.number))
    return escape(formatting.plain(value.number, value.kind))


@register.simple_tag
def variance(value: Variance, scale: Scale | None = None) -> SafeString:
    """A difference with its sign, its effect as a triangle and, for screen readers, as a word."""
    if value.number is None:
        return _missing(value.reason, value.href)
    text = escape(_difference(value, scale))
    tone = value.tone
    inside = f'{text}{_heard(FAVOURABLE_WORDS[tone])}<span class="tri" aria-hidden="true"></span>'
    if value.href:
        return _html(f'<a class="v {tone} f" href="{escape(value.href)}" data-explain>{inside}</a>')
    return _html(f'<span class="v {tone}">{inside}</span>')


@register.simple_tag
def toned(value: Figure, effect: str, is_material: bool) -> SafeString:
    """A figure, not a difference, that carries the tone of its variance: the caption of a small multiple."""
    if value.number is None:
        return _missing(value.reason, value.href)
    scale = formatting.scale_for([value.number], currency=value.currency) if _is_number(value.number) else None
    text = _text(value, None if value.currency else scale)
    tone = Variance(value.number, effect=effect, is_material=is_material).tone
    inside = f'{escape(text)}{_heard(FAVOURABLE_WORDS[tone])}<span class="tri" aria-hidden="true"></span>'
    if value.href:
        return _html(f'<a class="v {tone} f" href="{escape(value.href)}" data-explain>{inside}</a>')
    return _html(f'<span class="v {tone}">{inside}</span>')


@register.simple_tag
def impact(value: Figure) -> SafeString:
    """What an alert is worth, in a list."""
    if value.number is None or not _is_number(value.number):
        return _missing(value.reason, value.href)
    return _linked(escape(formatting.impact(value.number, value.currency)), value.href)


@register.simple_tag
def bare(value: Figure | Variance, scale: Scale | None = None) -> str:
    """A number without link or triangle, for a place that is a link itself."""
    if value.number is None:
        return formatting.missing(value.reason).word
    return _difference(value, scale) if isinstance(value, Variance) else _text(value, scale)


@register.simple_tag
def variance_text(value: Variance, scale: Scale | None = None) -> SafeString:
    """A difference with its triangle but without link, for a place that is a link itself."""
    return variance(replace(value, href=""), scale)


def _text(value: Figure, scale: Scale | None) -> str:
    number = value.number
    if value.kind == "money" and _is_number(number):
        return formatting.amount(number, scale) if scale else formatting.single(number, value.currency)
    return formatting.plain(number, value.kind, unit=value.unit)


def _parts(value: Figure) -> tuple[str, str]:
    number = value.number
    if value.kind == "money" and _is_number(number):
        return formatting.single_parts(number, value.currency)
    text = formatting.plain(number, value.kind)
    if text.endswith(("%", "×")):
        return text[:-1], text[-1]
    digits, _, word = text.partition(" ")
    unit = value.unit or word
    return (digits, f" {unit}" if unit else "") if _is_number(number) else (text, "")


def _difference(value: Variance, scale: Scale | None) -> str:
    number = value.number
    if value.kind == "money" and _is_number(number):
        if scale:
            return formatting.amount(number, scale, signed=True)
        return formatting.single(number, value.currency, signed=True)
    if value.kind == "days" and _is_number(number):
        return formatting.digits(number, 0, signed=True)
    return formatting.plain(number, value.kind, signed=True)


def _missing(reason: str, href: str) -> SafeString:
    """The word for a missing number with its reason, never a blank or a zero."""
    found = formatting.missing(reason)
    why = escape(found.reason)
    if found.tone:
        lock = icon("lock", "s") if found.tone == "lock" else ""
        cls = "" if found.tone == "lock" else f" {found.tone}"
        inside = f'<span class="tag{cls}" title="{why}">{lock}{found.word}{_heard(f", {found.reason}")}</span>'
    else:
        heard = "not due" if found.word == "–" else found.word
        inside = (
            f'<span class="none" title="{why}"><span aria-hidden="true">{found.word}</span>'
            f"{_heard(f'{heard}, {found.reason}')}</span>"
        )
    return _linked(inside, href)


def _linked(inside: str, href: str, *, title: str = "") -> SafeString:
    about = f' title="{escape(title)}"' if title else ""
    if href:
        return _html(f'<a class="f" href="{escape(href)}" data-explain{about}>{inside}</a>')
    return _html(f"<span{about}>{inside}</span>" if title else inside)


def _tag(value: Figure) -> str:
    return f' <span class="tag">{escape(value.tag)}</span>' if value.tag else ""


def _heard(words: str) -> str:
    return f'<span class="vh">{escape(words)}</span>' if words else ""


def _is_number(number: Any) -> TypeGuard[int | float]:
    return isinstance(number, int | float)


# --- marks ----------------------------------------------------------------------------------------------
OFF = '<path d="M7 .8 13.4 12.6H.6Z" fill="currentColor"/><path d="M7 5v3.6M7 10.2v.9" class="cut"/>'
WATCH = '<path d="M7 .6 13.4 7 7 13.4 .6 7Z" fill="currentColor"/><path d="M7 4v3.6M7 9.1v.9" class="cut"/>'
LOW = '<circle cx="7" cy="7" r="5" fill="none" stroke="currentColor" stroke-width="1.6"/>'
FINE = '<circle cx="7" cy="7" r="3.2" fill="currentColor"/>'
SEVERITIES = {"high": ("h", OFF, "High"), "medium": ("m", WATCH, "Medium"), "low": ("l", LOW, "Low")}
STATUSES = {
    "ok": ("ok", FINE, "On plan"),
    "b": ("l", LOW, "Below plan"),
    "m": ("m", WATCH, "Watch"),
    "h": ("h", OFF, "Off plan"),
}
STATE_ICONS = {
    "open": "circle-dot",
    "acknowledged": "eye",
    "in_progress": "loader",
    "escalated": "circle-arrow-up",
    "snoozed": "clock",
}


@register.simple_tag
def severity(value: str, label: str | None = None) -> SafeString:
    """High, medium or low by shape first; an empty label where the word stands beside it."""
    return _mark(SEVERITIES, value, label)


@register.simple_tag
def status(value: str, label: str | None = None) -> SafeString:
    """On plan, below plan, to watch, off plan by shape first; an empty label where the word stands beside it."""
    return _mark(STATUSES, value, label)


@register.simple_tag
def state_icon(state: str) -> SafeString:
    """The symbol of a station in the life of an alert."""
    return icon(STATE_ICONS.get(state, "circle-check"), "s")


def _mark(known: Mapping[str, tuple[str, str, str]], value: str, label: str | None) -> SafeString:
    if value not in known:
        return mark_safe("")
    cls, shape, word = known[value]
    said = word if label is None else label
    reading = f'role="img" aria-label="{escape(said)}"' if said else 'aria-hidden="true"'
    return _html(f'<svg class="sev {cls}" viewBox="0 0 14 14" {reading}>{shape}</svg>')


def _html(markup: str) -> SafeString:
    """Markup made here or in `reports.svg`; what came from outside was escaped where it was put in."""
    return mark_safe(markup)  # noqa: S308 -- see above


# --- tables ------------------------------------------------------------------------------------------------
@register.simple_tag
def sort_head(matrix: Matrix, column: str, label: str, cls: str, code: str = "") -> SafeString:
    """The head of a column, a link where the table can be sorted by it; the one in force says so.

    `code` is the metric of the column, which is then told on the spot.
    """
    href = matrix.sorts.get(column, "")
    is_on = matrix.sorted_by == column
    inside = f'<a href="{escape(href)}">{escape(label)}</a>' if href else escape(label)
    sort = ' aria-sort="other"' if is_on else ""
    classes = f"{cls} sort".strip() if is_on else cls
    return _html(f'<th scope="col"{sort} class="{classes}">{term_mark(code, label)}{inside}</th>')


@register.simple_tag
def plot_height(chart: Chart) -> str:
    """The classes that hold the room of a chart until it is drawn, in steps of 20 pixels."""
    wide, narrow = _height(chart.spec), _height(chart.narrow or chart.spec)
    return f"h{wide} p{narrow}"


@register.simple_tag
def still(chart: Chart) -> SafeString:
    """The drawing that stands in the room of a chart until it is reached for, one for a phone and one for the rest."""
    if not chart.still:
        return _html("")
    return _html(f'<div class="only-dt">{chart.still}</div><div class="only-p">{chart.narrow_still}</div>')


def _height(spec: Mapping[str, Any]) -> int:
    height: int = spec["layout"]["height"]
    return math.ceil(height / 20) * 20


# --- drawings ----------------------------------------------------------------------------------------------
@register.simple_tag
def spark(value: Spark | None, width: int = 128, height: int = 34) -> SafeString:
    """The year of a figure as a line."""
    if value is None:
        return mark_safe("")
    return _html(svg.spark(value.actual, value.baseline, width=width, height=height, span=value.span))


@register.simple_tag
def bar(
    value: ActualBar | VarianceBar | Pin | BudgetBar | StaffBar | LimitDot | None, width: int | None = None
) -> SafeString:
    """A mark in a cell, whichever it is."""
    size = {"width": width} if width else {}
    match value:
        case ActualBar():
            drawn = svg.actual_bar(value.actual, value.baseline, value.largest, is_past=value.is_past, **size)
        case VarianceBar():
            drawn = svg.variance_bar(value.number, value.largest, value.tone, **size)
        case Pin():
            drawn = svg.pin(value.number, value.largest, value.tone, **size)
        case BudgetBar():
            drawn = svg.budget_bar(value.used, value.ahead, value.due, value.largest, **size)
        case StaffBar():
            drawn = svg.staff_bar(value.heads, value.planned, value.contractors, value.largest, **size)
        case LimitDot():
            drawn = svg.dot(value.number, value.baseline, value.limit, value.largest, value.tone, **size)
        case _:
            drawn = ""
    return _html(drawn)


@register.simple_tag
def band(value: Band) -> SafeString:
    """A value between its limits."""
    return _html(
        svg.band(
            value.value,
            low=value.low,
            high=value.high,
            warning=value.warning,
            critical=value.critical,
            warning_text=value.warning_text,
            critical_text=value.critical_text,
            prior=value.prior,
            rising_is_worse=value.rising_is_worse,
            label=value.label,
        )
    )


@register.simple_tag
def multiple(value: Multiple, among: Multiples) -> SafeString:
    """One unit's months on the scale of all."""
    return _html(
        svg.multiple(
            value.actual,
            value.baseline,
            low=among.low,
            high=among.high,
            ticks=among.ticks,
            first=among.first,
            last=among.last,
            divisor=among.divisor,
            more_is_better=among.more_is_better,
            label=f"{value.unit.short} {value.unit.name}, {among.first} to {among.last}",
        )
    )


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A symbol of the sprite, always beside text or in something that is labelled."""
    cls = f"i {size}".strip()
    return _html(f'<svg class="{cls}" aria-hidden="true"><use href="{_sprite()}#{escape(name)}"></use></svg>')


@lru_cache(maxsize=1)
def _sprite() -> str:
    """The address of the sprite, which is asked for a hundred times a page."""
    return escape(static(ICONS))
