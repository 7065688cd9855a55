"""Who has written what: how many differences of each unit need words, how far those have come, and what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Window

from metrics.catalogue import METRICS
from reports.boards.actors import Actor, authors, with_author
from reports.boards.commentary import href_of
from reports.boards.naming import full_name, unit_name
from reports.boards.picker import picker
from reports.boards.problems import problems_href
from reports.boards.statement import Chart, lines
from reports.commentary import rights
from reports.commentary.needs import Needs, commentary_board
from reports.figures import Choice, CommentaryBoard, Remarked, Section, Variance, WrittenRow
from reports.footing import Footing
from reports.models import Commentary, CommentaryMention
from reports.selection import Selection
from reports.wording import count
from units.models import Unit
from units.scope import Scope

TITLE = "Commentary"
ON_PAGE = 50
WAITING = 25
ASKED = 10


@dataclass(frozen=True)
class Written:
    """What was read: the units of a page with what they need, submitted words, and where the reader was asked."""

    scope: Scope
    selection: Selection
    units: Sequence[Unit]
    needs: Mapping[int, Needs]
    waiting: Sequence[Commentary]
    asked: Sequence[CommentaryMention]
    names: Mapping[str, Actor]
    labels: Mapping[str, str]
    currency: str
    page: int
    pages: int


def read_written(scope: Scope, on: Footing, selection: Selection, *, page: int) -> Written:
    """Read one page of units within the scope; the same number of queries however many stand on it."""
    chart = Chart.of(on.accounts)
    found = Unit.objects.within(scope, ability=rights.READ).filter(tree="", left__gt=0)
    units, page, pages = _on_page(found.exclude(kind=Unit.Kind.ELIMINATION).order_by("left"), page)
    return Written(
        scope=scope,
        selection=selection,
        units=units,
        needs=commentary_board(scope, selection, [unit.pk for unit in units], chart=chart, groups=units),
        waiting=(waiting := list(_waiting(scope, selection)[:WAITING])),
        asked=(asked := list(_asked(scope)[:ASKED])),
        names={**authors(waiting), **authors(asked, "event__actor")},
        labels={line.code: line.label for line in lines(chart)},
        currency=on.currency,
        page=page,
        pages=pages,
    )


def _on_page(units: QuerySet[Unit], page: int) -> tuple[list[Any], int, int]:
    """The units of a page, its number and how many there are; the last one where fewer are than was asked for."""
    counted = units.annotate(of=Window(Count("pk")))
    found: list[Any] = list(counted[(page - 1) * ON_PAGE : page * ON_PAGE])
    if not found and page > 1:
        return _on_page(units, max(1, -(-units.count() // ON_PAGE)))
    return found, page, max(1, -(-found[0].of // ON_PAGE)) if found else 1


def _waiting(scope: Scope, selection: Selection) -> QuerySet[Commentary]:
    """Submitted words of the period, on any stretch and baseline, the oldest first."""
    submitted = Commentary.objects.within(scope, ability=rights.WORK).filter(state="submitted")
    here = submitted.filter(period=selection.period).select_related("unit", "period")
    told: QuerySet[Commentary] = with_author(here)
    return told.order_by("submitted", "pk")


def _asked(scope: Scope) -> QuerySet[CommentaryMention]:
    """Where somebody named the reader, the newest first."""
    named = CommentaryMention.objects.within(scope).filter(person=scope.person_id)
    joined = named.select_related("event__commentary__unit", "event__commentary__period")
    told: QuerySet[CommentaryMention] = with_author(joined, "event__actor")
    return told.order_by("-pk")


def commentary_overview(found: Written) -> CommentaryBoard:
    """The page."""
    rows = tuple(_row(unit, found.needs[unit.pk], found.selection) for unit in found.units)
    missing, required = sum(row.missing for row in rows), sum(row.required for row in rows)
    works = found.scope.may(rights.WORK)
    return CommentaryBoard(
        title=TITLE,
        picker=picker(found.selection),
        heading=_heading(missing, required) if works else f"Accepted commentary, {found.selection.label}",
        text=f"{found.selection.in_words}, actual against budget.",
        section=Section("By unit", "Differences that need words, and how far those have come."),
        waiting=tuple(_waits(each, found) for each in found.waiting),
        asked=tuple(_asks(each, found) for each in found.asked),
        rows=rows,
        pages=_pages(found),
    )


def _heading(missing: int, required: int) -> str:
    if not required:
        return "No difference needs words"
    if not missing:
        return "Every material difference has words"
    wanting = "needs" if missing == 1 else "need"
    return f"{count(missing).capitalize()} of {count(required)} material differences still {wanting} words"


def _row(unit: Unit, needs: Needs, selection: Selection) -> WrittenRow:
    return WrittenRow(
        unit=unit_name(unit, selection.query() + "#commentary"),
        required=needs.required,
        missing=needs.missing,
        draft=needs.in_state("draft"),
        submitted=needs.in_state("submitted"),
        accepted=needs.in_state("accepted"),
        stale=needs.stale,
        late=len(needs.unreversed),
    )


def _waits(words: Commentary, found: Written) -> Remarked:
    who = found.names[words.author]
    return Remarked(
        f"{full_name(words.unit)}, {found.labels.get(words.line, words.line)}",
        href_of(words),
        Variance(words.variance, currency=found.currency),
        text=words.text,
        who=who.name,
        initials=who.initials,
        state="Submitted",
        tone="info",
    )


def _asks(mention: CommentaryMention, found: Written) -> Remarked:
    words, who = mention.event.commentary, found.names[mention.event.actor]
    is_problem = mention.event.kind == "reported"
    return Remarked(
        f"{full_name(words.unit)}, {_label(words.line, found)}",
        problems_href(words) if words.is_thread else href_of(words),
        None if words.is_thread else Variance(words.variance, currency=found.currency),
        text=mention.event.text,
        who=who.name,
        initials=who.initials,
        state="Problem reported" if is_problem else "",
        tone="warn" if is_problem else "",
    )


def _label(line: str, found: Written) -> str:
    """What a line or any other figure is called."""
    if line in METRICS:
        return found.labels.get(line, METRICS[line].label)
    return found.labels.get(line, line.partition(":")[2] or line.replace("_", " ").capitalize())


def _pages(found: Written) -> tuple[Choice, ...]:
    """Links to the other pages of units; none where all are on this one."""
    if found.pages < 2:
        return ()
    numbers = range(1, found.pages + 1)
    near: Any = [each for each in numbers if each in (1, found.pages) or abs(each - found.page) <= 2]
    return tuple(Choice(str(each), found.selection.query(page=each), is_on=each == found.page) for each in near)
