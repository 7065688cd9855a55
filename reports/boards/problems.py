"""Problems reported with a figure: the page that takes one, its thread, and what the explanation says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef
from django.urls import reverse
from django.utils.timezone import localtime

from ledger.models import Import
from reports import drill
from reports.boards.actors import Actor, authors, with_author
from reports.boards.explained import Asked, figure_of, printed, sources_behind
from reports.boards.naming import explain_href, place
from reports.commentary import rights
from reports.commentary.asking import ProblemForm, ReplyForm
from reports.commentary.problems import Seen, taking_part, whom
from reports.explanation import Figures
from reports.figures import Action, Activity, ExplanationBoard, Figure, ProblemsPage
from reports.formatting import day, missing
from reports.models import Commentary, CommentaryEvent
from reports.rows import Rows
from reports.selection import Selection
from reports.wording import count, listed
from units.scope import Scope

REPORTED = CommentaryEvent.Kind.REPORTED


@dataclass(frozen=True)
class Problems:
    """One figure with what was said of it, and who is `able` to take part.

    `report` and `reply` are forms that were refused, as they were sent.
    """

    scope: Scope
    selection: Selection
    asked: Asked
    figure: Figure
    seen: Seen
    events: Sequence[CommentaryEvent]
    names: Mapping[str, Actor]
    able: Sequence[Any]
    report: Any = None
    reply: Any = None


def problems_href(words: Commentary) -> str:
    """Where the thread of a figure stands, wherever it was read."""
    parts = {"period": words.period.code, "basis": words.basis}
    return f"{reverse('explain-problems', args=[words.unit.code, words.line])}?{urlencode(parts)}#said"


def said_of(scope: Scope, figure: str) -> Rows:
    """What was said of a figure in any period, to be asked for beside its unit: the oldest first."""
    found = CommentaryEvent.objects.within(scope, ability=rights.WORK).filter(commentary__state="thread")
    here = found.filter(commentary__unit=OuterRef("pk"), commentary__line=figure).order_by("pk")
    return Rows(here, "commentary__period__code", "commentary__basis", "kind")


def said_here(rows: Sequence[Sequence[str]], selection: Selection) -> list[str]:
    """The kinds of what was said in the stretch that is picked."""
    return [kind for period, basis, kind in rows if (period, basis) == (selection.period.code, selection.basis)]


def with_problems(
    board: ExplanationBoard, scope: Scope, selection: Selection, asked: Asked, *, said: Sequence[str]
) -> ExplanationBoard:
    """The explanation with the way to report a problem and the problems reported, for who takes part."""
    if not scope.may(rights.WORK, selection.unit):
        return board
    number = list(said).count(REPORTED)
    told = f"{count(number).capitalize()} {'problem' if number == 1 else 'problems'} reported"
    told += ", answered" if number and said[-1] != REPORTED else ""
    reported = Action(told, f"{asked.problems}#said", "flag") if number else None
    return replace(board, report=Action("Report a problem", asked.problems, "flag"), reported=reported)


def _events(scope: Scope, selection: Selection, asked: Asked) -> Any:
    """What was said of a figure, the oldest first."""
    here = {"unit": selection.unit, "line": asked.code, "period": selection.period, "basis": selection.basis}
    found = CommentaryEvent.objects.within(scope).filter(commentary__state="thread")
    return found.filter(**{f"commentary__{name}": each for name, each in here.items()}).order_by("pk")


def read_seen(figures: Figures, asked: Asked, selection: Selection) -> tuple[Figure, Seen]:
    """The figure as it stands for its reader, and what a problem with it would be bound to."""
    figures.gather(asked.code, asked.context)
    figure = figure_of(figures, asked, drill.formula(figures, asked.code, asked.context))
    _, sources = sources_behind(figures, asked, drill.operands(figures, asked.code, asked.context))
    brought = Import.objects.filter(public_id__in={each.import_id for each in sources})
    is_apart = figures.looks_above(asked.code, asked.context)
    shown = printed(figure.number, figure.kind, asked) or missing(figure.reason).word
    version = asked.context.version
    return figure, Seen(
        selection,
        asked.code,
        version,
        "" if is_apart else shown,
        asked.here.partition("?")[2],
        tuple(brought.values_list("actor", flat=True)),
    )


def read_problems(
    scope: Scope,
    figures: Figures,
    asked: Asked,
    selection: Selection,
    *,
    said: Sequence[str],
    report: Any = None,
    reply: Any = None,
) -> Problems:
    """Read a figure with its thread, within a scope; where nothing was `said` there is no thread to read."""
    figure, seen = read_seen(figures, asked, selection)
    found = with_author(_events(scope, selection, asked).select_related("commentary").reverse(), "actor")
    events = list(found) if said else []
    able = taking_part(selection.unit, at=asked.at)
    return Problems(scope, selection, asked, figure, seen, events, authors(events, "actor"), able, report, reply)


def problems_page(found: Problems) -> ProblemsPage:
    """The page, and what stands in the drawer."""
    asked, selection = found.asked, found.selection
    number = sum(each.kind == REPORTED for each in found.events)
    return ProblemsPage(
        title=asked.title,
        crumbs=asked.crumbs,
        href=asked.problems,
        explain_href=asked.here,
        figure=replace(found.figure, href=asked.here),
        facts=tuple(_facts(selection, asked)),
        told=_told(found),
        form=found.report or ProblemForm(initial={"shown": found.seen.shown}),
        heading=f"{count(number).capitalize()} {'problem' if number == 1 else 'problems'} reported" if number else "",
        **(_thread(found) if number else {}),
    )


def _facts(selection: Selection, asked: Asked) -> list[tuple[str, str]]:
    """Which figure it is: unit, period, basis, version, and as known when."""
    known = f"On {day(localtime(selection.as_of))}" if selection.as_of else "Now"
    version = asked.context.version.partition("@")[0].replace("-", " ").capitalize()
    return [
        ("Unit", place(selection.unit)),
        ("Period", selection.label),
        ("Basis", selection.bases[selection.basis]),
        ("Version", version),
        ("As known", known),
    ]


def _told(found: Problems) -> str:
    """Who will be asked."""
    seen = found.seen
    people = whom(found.able, seen.importers, reporter=found.scope.actor)
    if not people:
        return "It is kept with the figure. Nobody else who may import here takes part in its thread."
    brought = {f"person:{each.pk}" for each in people} & set(seen.importers)
    why = "who imported its rows" if brought else "who may import figures here"
    return (
        f"{listed([each.name for each in people])}, {why}, {'is' if len(people) == 1 else 'are'} asked to look at it."
    )


def _thread(found: Problems) -> dict[str, Any]:
    """What was said, the newest first, and the field to answer in."""
    return {
        "thread": tuple(_activity(each, found) for each in found.events),
        "reply": found.reply or ReplyForm(),
        "reply_href": reverse("commentary-step", args=[found.events[0].commentary.public_id, "reply"]),
        "askable": tuple(each.name for each in found.able),
    }


def _activity(event: CommentaryEvent, found: Problems) -> Activity:
    """A reply as it stands; a problem with the value it was written about."""
    who, when = found.names[event.actor], f"{localtime(event.at):%-d %b %H:%M}"
    said = Activity(who.name, event.text, when, who.initials, is_comment=True)
    if event.kind != REPORTED:
        return said
    shown = event.terms["shown"]
    href = explain_href(found.selection.unit.code, found.asked.code, f"?{event.terms['query']}")
    about = f"Problem with {shown}" if shown else "Problem"
    version = event.terms["version"]
    if version != found.seen.version:
        about = f"{about}, {version}"
    return replace(said, about=about, href=href, moved=_moved(event, found))


def _moved(event: CommentaryEvent, found: Problems) -> str:
    """`Written for 14.2%, now 13.9%.` Empty where it has not moved, and where another reading of it is on the page."""
    selection, then, now = found.selection, event.terms["shown"], found.seen.shown
    is_same = event.terms["version"] == found.seen.version and event.terms["tree"] == selection.tree
    if not is_same or selection.as_of is not None or not then or not now or then == now:
        return ""
    return f"Written for {then}, now {now}."
