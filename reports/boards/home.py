"""The home of one's own: pinned figures and units over the stretch picked, saved views, alerts to do, what is new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from django.urls import reverse
from django.utils.timezone import localtime

from alerts.judging.inheritance import Edition, holding
from alerts.models import Alert
from alerts.rulebook import spot_of
from metrics.declaration import Metric
from reports.baselines import IN_WORDS, LABELS
from reports.boards.contributors import baselines_of
from reports.boards.matrix import TREND_SPAN, WORDS, status_of
from reports.boards.metrics import Seen, line
from reports.boards.naming import short_name, unit_name
from reports.boards.overview import in_currency
from reports.boards.picker import moved, picker, read_at
from reports.boards.picture import Picture
from reports.boards.waiting import summary
from reports.figures import (
    AlertSummary,
    Choice,
    Figure,
    Headline,
    HomeBoard,
    MetricLine,
    Piece,
    PinnedFigure,
    PinnedUnit,
    Remark,
    Section,
    Spark,
    ViewForm,
    ViewLink,
)
from reports.formatting import moment, scale_for
from reports.levels import ACTUAL
from reports.models import Pin, SavedView
from reports.saved import read_address
from reports.selection import Selection
from reports.wording import Phrase, count

MONTHS = 12
NEWEST = 6
TOLD = 3
"""How many figures beyond their limits the sentence names."""
GONE = "the catalogue has no such metric any more"
OF_UNITS = ("revenue", "operating_income", "operating_margin")
"""What is read of a unit that is pinned."""


@dataclass(frozen=True)
class AtHome:
    """What somebody keeps and what was read of it: pins and views in their order, and what judges the units.

    `labels` are names of added metrics, by code, whether `metrics` still has them or not.
    """

    seen: Picture
    pins: Sequence[Pin]
    views: Sequence[SavedView]
    metrics: Mapping[str, Metric]
    editions: Sequence[Edition]
    alerts: Sequence[Alert]
    labels: Mapping[str, str] = field(default_factory=dict)


def home_board(kept: AtHome, *, at: datetime, is_arranging: bool, saving: ViewForm | None = None) -> HomeBoard:
    """The whole page from what was read."""
    seen, selection = kept.seen, kept.seen.selection
    figures = tuple(_figure(kept, pin) for pin in kept.pins if pin.metric)
    units = tuple(_unit(seen, pin.unit) for pin in kept.pins if not pin.metric)
    here = reverse("own-home")
    arrange = {"arrange": None if is_arranging else "1"}
    against = f"{selection.label}, {IN_WORDS[selection.baseline]}"
    scale = scale_for([_float(each.revenue.actual.number) for each in units], currency=seen.currency)
    return HomeBoard(
        title="Home",
        picker=picker(selection, baselines=baselines_of(selection, str)),
        headline=Headline(_sentence(figures), _meta(selection)),
        against=LABELS[selection.baseline],
        figures=figures,
        figures_section=Section("Pinned figures", f"{against}.{_lost(kept)}"),
        units=units,
        units_section=Section("Pinned units", f"{scale.unit}, {against}."),
        views=tuple(_view(each) for each in kept.views),
        views_section=Section("Saved views", "Pages as they were picked."),
        alerts=_alerts(kept, at=at),
        news=tuple(_news(kept, at=at)),
        arrange=Choice("Done" if is_arranging else "Arrange", here + selection.query(**arrange), is_arranging),
        scale=scale,
        form=saving,
        notes=(in_currency(seen),),
    )


def saving_of(address: str, *, name: str = "", refused: str = "") -> ViewForm | None:
    """The form for an address; None where it is none that can be saved."""
    found = read_address(address)
    return ViewForm(address, _what(found.page, found.unit, found.query), name, refused) if found else None


def _figure(kept: AtHome, pin: Pin) -> PinnedFigure:
    found = _line(kept, pin) if pin.metric in kept.metrics else _gone(kept, pin)
    return PinnedFigure(unit_name(pin.unit, kept.seen.query), found, pin.unit.code, pin.metric)


def _gone(kept: AtHome, pin: Pin) -> MetricLine:
    """A metric that was retired: its name, where anybody remembers it, and why it has no figure."""
    label = kept.labels.get(pin.metric, pin.metric)
    return MetricLine(label, "", Figure(None, reason=f"not_applicable: {GONE}"), reason=f"T{GONE[1:]}.")


def _lost(kept: AtHome) -> str:
    """How many of the pinned metrics have no figure because nothing defines them; empty where none."""
    number = sum(bool(pin.metric) and pin.metric not in kept.metrics for pin in kept.pins)
    if not number:
        return ""
    return f" {count(number).capitalize()} pinned {'metric is' if number == 1 else 'metrics are'} not in the catalogue."


def _line(kept: AtHome, pin: Pin) -> MetricLine:
    """The metric as the board of its unit prints it."""
    seen, unit = kept.seen, pin.unit
    found = Seen(
        selection=replace(seen.selection, unit=unit),
        metrics=kept.metrics,
        reader=seen.reader(unit),
        series=replace(seen.series, periods=seen.series.periods[-MONTHS:]),
        editions=holding(spot_of(unit), kept.editions),
        alerts=[each for each in kept.alerts if each.unit_id == unit.pk],
    )
    return line(found, kept.metrics[pin.metric])


def _unit(seen: Picture, unit: Any) -> PinnedUnit:
    reader, status = seen.reader(unit), status_of(seen, unit)
    margins, baseline = (
        tuple(_float(each.number) for each in seen.series.of(unit.pk, version, "operating_margin")[-MONTHS:])
        for version in (ACTUAL, seen.baseline)
    )
    trend = Spark(margins, baseline, span=TREND_SPAN) if any(each is not None for each in margins) else None
    return PinnedUnit(
        unit=unit_name(unit, seen.query),
        code=unit.code,
        revenue=reader.reading("revenue"),
        profit=reader.reading("operating_income"),
        trend=trend,
        status=status,
        status_label=WORDS[status],
    )


def _float(number: Any) -> float | None:
    return None if number is None else float(number)


def _view(view: SavedView) -> ViewLink:
    found = read_address(view.address)
    page = found.page if found else "A page that is no more"
    return ViewLink(view.public_id, view.name, view.address, _what(page, view.unit, view.query))


def _what(page: str, unit: str, query: str) -> str:
    """`Overview, GROUP, 2026-09, prior year`: the page and what was picked on it."""
    picked = dict(parse_qsl(query))
    against = picked.get("against", "")
    known = f"as known on {picked['as_of'][:10]}" if picked.get("as_of") else ""
    parts = (page, short_name(unit), picked.get("period", ""), IN_WORDS.get(against, ""), known)
    return ", ".join(part for part in parts if part)


def _alerts(kept: AtHome, *, at: datetime) -> AlertSummary:
    """What waits for this reader: her own first, where she owns any, else all she may see."""
    own = [each for each in kept.alerts if each.owner_id == kept.seen.scope.person_id]
    return summary(own or kept.alerts, at=at, currency=kept.seen.currency)


def _news(kept: AtHome, *, at: datetime) -> list[Piece]:
    """The newest of what came about: figures that came, changed and were closed, and alerts that opened."""
    selection, now = kept.seen.selection, localtime(at)
    found: list[tuple[datetime, str, str]] = [
        (each.at, each.label, selection.query(as_of=each.at.isoformat())) for each in selection.moments[: NEWEST // 2]
    ]
    found += [
        (each.opened, _opened(each), reverse("alerts:detail", args=[each.public_id]))
        for each in sorted(kept.alerts, key=lambda each: each.opened, reverse=True)[: NEWEST - len(found)]
    ]
    newest = sorted(found, key=lambda each: each[0], reverse=True)
    return [Piece(text, moment(localtime(when), now=now), href) for when, text, href in newest]


def _opened(alert: Alert) -> str:
    return f"{short_name(alert.unit.code)} {alert.title[:1].lower()}{alert.title[1:]}"


# --- sentences -----------------------------------------------------------------------------------------


def _sentence(figures: Sequence[PinnedFigure]) -> tuple[Phrase, ...]:
    """`Two of six pinned figures pass a limit: Unit 6 operating margin and Unit 8 days sales outstanding.`"""
    if not figures:
        return (Phrase("No figure is pinned yet. Pin one on the page of a unit or a metric."),)
    judged = [each for each in figures if each.line.status]
    out = sorted((each for each in judged if each.line.status in ("m", "h")), key=lambda each: each.line.status != "h")
    number = f"{count(len(figures))} pinned {'figure' if len(figures) == 1 else 'figures'}"
    if not judged:
        return (Phrase(f"No limit holds on {_the(number, len(figures))}."),)
    if not out:
        return (Phrase(f"None of {_the(number, len(figures))} passes a limit."),)
    verb = "passes" if len(out) == 1 else "pass"
    opening = Phrase(f"{count(len(out)).capitalize()} of {_the(number, len(figures))} {verb} a limit: ")
    return (opening, *_named(out), Phrase("."))


def _the(number: str, figures: int) -> str:
    return "the one pinned figure" if figures == 1 else f"your {number}"


def _named(out: Sequence[PinnedFigure]) -> Iterable[Phrase]:
    """The first few as links, the gravest first, and how many more there are."""
    told = [Phrase(_called(each), href=each.line.href) for each in out[:TOLD]]
    more = [Phrase(f"{len(out) - TOLD} more")] if len(out) > TOLD else []
    ends = [*told, *more]
    for place, each in enumerate(ends):
        if place:
            yield Phrase(" and " if place == len(ends) - 1 else ", ")
        yield each


def _called(figure: PinnedFigure) -> str:
    label = figure.line.label
    return f"{figure.unit.short} {label if label[:2].isupper() else label[:1].lower() + label[1:]}"


def _meta(selection: Selection) -> tuple[Remark, ...]:
    return (Remark(f"{selection.in_words}."), *moved(selection), *read_at(selection))
