"""One alert: where it stands, its evidence, what to do and what came of it, and what happened so far."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.timezone import localdate

from alerts.models import Alert, AlertEvent
from alerts.querysets import ASIDE
from alerts.wording import percent
from alerts.working.savings import saving_of
from metrics.catalogue import SEVERITY_WORDS
from reports import formatting
from reports.boards.about import day_of, properties, sources
from reports.boards.activity import activity
from reports.boards.breach import evidence, facts, trend
from reports.boards.months import month_of
from reports.boards.naming import place, short_name
from reports.boards.steps import MAIN, ON_BAR, STEPS, form_of, offered, undoable
from reports.boards.todo import recommendation
from reports.boards.told import Told
from reports.figures import (
    Action,
    AlertAction,
    AlertDetail,
    Choice,
    LifeStep,
    Pick,
    RefusedStep,
    Toast,
    Verdicts,
)
from reports.figures.alerts import Recommendation
from reports.scenarios.rights import MAKE

HANDLING = ("open", "acknowledged", "in_progress", "resolved")
STATIONS = ("Open", "Acknowledged", "In progress", "Resolved")
ENTERED = {"opened": 0, "reopened": 0, "returned": 0, "acknowledged": 1, "started": 2, "resolved": 3, "ended": 3}
OVER = {"month": "in {period}", "qtd": "for the quarter", "ytd": "for the year so far", "ltm": "over twelve months"}
SHOWS = {"": "All activity", "comments": "Comments", "history": "History"}


def alert_detail(told: Told) -> AlertDetail:
    """The whole page of an alert."""
    alert = told.alert
    comments = sum(event.kind == "commented" for event in told.events)
    shown = [event for event in told.events if _is_shown(event, told.show)]
    bar = [_action(told, name) for name in offered(alert, scope=told.scope)]
    aside = [action for action in bar if not action.is_primary and action.verb not in ON_BAR]
    return AlertDetail(
        number=alert.public_id[:6],
        unit=place(alert.unit),
        unit_href=reverse("unit", args=[alert.unit.code]),
        severity=SEVERITY_WORDS[alert.severity],
        title=_headline(told),
        life=_life(told),
        facts=facts(told.breach),
        evidence=evidence(told.breach, told.events),
        recommendation=_recommended(told),
        properties=properties(told),
        sources=sources(told),
        actions=tuple(action for action in bar if action not in aside or action.is_open),
        more=tuple(_behind(told, action) for action in aside if not action.is_open),
        more_on_phone=tuple(_behind(told, action) for action in bar if action.verb == "assign" and not action.is_open),
        comment=_action(told, "comment") if told.may_work else None,
        activities=tuple(activity(event, told.names) for event in shown),
        shown=tuple(
            Choice(label, told.href(show=show), show == told.show, counted)
            for (show, label), counted in zip(SHOWS.items(), (None, comments, len(told.events) - comments), strict=True)
        ),
        is_listed=told.show == "history",
        askable=_askable(told),
        toast=_toast(told),
        refused=_refused(told),
        verdicts=_verdicts(told),
    )


def _behind(told: Told, action: AlertAction) -> Action:
    """A step that opens this page with its form, for where there is no room for its button."""
    return Action(action.label, told.href(asks=action.verb), action.icon)


def _is_shown(event: AlertEvent, show: str) -> bool:
    if not show:
        return True
    return (event.kind == "commented") == (show == "comments")


def _headline(told: Told) -> str:
    """The title with its unit, the stretch of time and where it is going.

    `Contractors in Unit 4: 67% over budget for the quarter and rising`.
    """
    alert, breach = told.alert, told.breach
    label = breach.metric.label if breach.metric else ""
    if not label or not alert.title.startswith(f"{label} ") or alert.kind != "breach":
        return f"{short_name(alert.unit.code)}: {formatting.apart(alert.title)}"
    over = OVER[breach.terms.basis].format(period=month_of(alert.evidence.get("period", "")))
    rest = alert.title.removeprefix(f"{label} ")
    return f"{label} in {short_name(alert.unit.code)}: {formatting.apart(rest)} {over}{trend(breach)}"


def _life(told: Told) -> tuple[LifeStep, ...]:
    now = HANDLING.index(told.alert.handling)
    when: dict[int, str] = {}
    for event in told.events:  # the newest first, so the first of a station is when it was entered last
        station = ENTERED.get(event.kind)
        if station is not None:
            word = "reopened " if event.kind in ("reopened", "returned") else ""
            when.setdefault(station, word + day_of(event.at))
    notes = {station: said for station, said in when.items() if station <= now}
    if told.asked_next and now == 0:
        notes[1] = f"due {formatting.day(told.asked_next[0])}"
    elif told.alert.due and now in (1, 2):
        notes[3] = f"due {formatting.day(told.alert.due)}"
    return tuple(
        LifeStep(label, notes.get(i, ""), "now" if i == now else "done" if i < now else "todo")
        for i, label in enumerate(STATIONS)
    )


def _recommended(told: Told) -> Recommendation | None:
    """What to do about it, with its list, what it brings, and where it can be tried."""
    return recommendation(
        told.alert,
        told.items,
        told.names,
        today=localdate(told.at),
        act=_acts(told),
        bringing=_bringing(told),
        trial=_trial(told),
    )


def _trial(told: Told) -> Action | None:
    """Where a scenario of the unit begins, named after the alert; for whoever makes any, while it is not resolved."""
    alert = told.alert
    if alert.handling == "resolved" or alert.unit.tree or not told.scope.may(MAKE, alert.unit):
        return None
    named = {"unit": alert.unit.code, "name": alert.title}
    return Action("Try in a scenario", f"{reverse('scenarios')}?{urlencode(named)}#new")


def _acts(told: Told) -> Any:
    """What makes the buttons of the list, for whoever may press them."""
    if not told.may_work or told.alert.condition == Alert.Condition.ENDED:
        return None
    if told.alert.handling == Alert.Handling.RESOLVED:
        return None
    return lambda name: _action(told, name)


def _action(told: Told, name: str, **initial: object) -> AlertAction:
    step, alert = STEPS[name], told.alert
    refusal = told.refusal if told.refusal and told.refusal.name == name else None
    form = refusal.form if refusal else form_of(name, alert, around=told.around, at=told.at)
    form.initial.update(initial)
    if name == "comment" and told.refusal and not refusal and (said := _unsaid(told)):
        form.initial["text"] = said
    query = told.filters.query(page=told.filters.page, show=told.show)
    href = reverse("alerts:step", args=[alert.public_id, name]) + query
    is_primary = name == MAIN.get(alert.handling) or name == "reopen"
    is_open = refusal is not None or told.asks == name
    return AlertAction(name, step.label, href, step.icon, step.key, is_primary, form, step.asks, is_open)


def _bringing(told: Told) -> list[str]:
    """What the action was expected to bring when work on it began, and what came of it until today."""
    saving = saving_of(told.alert.promise)
    if saving is None:
        return []
    unit = "of cash" if saving.is_cash else "a year"
    expected = formatting.single(saving.expected, told.breach.currency)
    said = [f"Expected to bring {expected} {unit}, by the figures of {saving.period}."]
    if told.today is None:
        return [*said, "What came of it is not known yet."]
    impact, period = told.today
    realised = saving.realised(impact) or 0
    share = f", {percent(realised / saving.expected)} of it" if saving.expected > 0 and realised > 0 else ""
    came = formatting.single(realised, told.breach.currency, signed=True)
    return [
        *said,
        f"By {period} the impact is smaller by {came} {unit}{share}."
        if realised > 0
        else f"By {period} nothing came of it: {came} {unit}.",
    ]


def _toast(told: Told) -> Toast | None:
    last = next((event for event in told.events if event.kind not in ASIDE), None)
    words = undoable(last, scope=told.scope, at=told.at)
    if last is None or words is None or told.refusal:
        return None
    return Toast(words, _action(told, "undo", step=last.number))


def _refused(told: Told) -> RefusedStep | None:
    """Why a step was not taken, and what others did since the page was read."""
    refusal = told.refusal
    if refusal is None or not refusal.words:
        return None
    seen = refusal.form.data.get("seen") or ""
    since = int(seen) if seen.isdigit() and len(seen) < 10 else told.alert.transitions
    meanwhile = [
        activity(event, told.names) for event in told.events if event.number > since and event.actor != told.scope.actor
    ]
    return RefusedStep(refusal.words, tuple(meanwhile), is_kept=bool(_unsaid(told)))


def _unsaid(told: Told) -> str:
    """The words typed into a step that is no longer offered: they stand in the comment, so that none is lost."""
    refusal = told.refusal
    if refusal is None or refusal.name in ("comment", *offered(told.alert, scope=told.scope)):
        return ""
    words: str = refusal.form.said()
    return words


def _verdicts(told: Told) -> Verdicts | None:
    """Whoever works on it says what it was worth; others see what was said."""
    if not told.may_work:
        return None
    said = told.alert.verdict
    picks = tuple(Pick(value, label, value == said) for value, label in Alert.Verdict.choices)
    return Verdicts(_action(told, "label"), picks)


def _askable(told: Told) -> tuple[str, ...]:
    """The people a comment can ask: those who may see the alert, and nobody else."""
    if not told.may_work:
        return ()
    readers = told.around.who_may("alerts.read")
    return tuple(name for person, name in readers if person != told.scope.person_id)
