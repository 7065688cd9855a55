"""What happened to an alert, in sentences: who did what, when, and what it changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.timezone import localtime

from alerts.models import Alert, AlertEvent
from reports import formatting
from reports.boards.actors import Actor
from reports.figures import Activity

DID = {
    "opened": "opened the alert",
    "fired": "saw it last long enough to fire",
    "escalated": "raised the severity to {after}",
    "eased": "lowered the severity to {after}",
    "recovering": "saw the figure back inside its limit",
    "relapsed": "saw the figure beyond its limit again",
    "restated": "changed it after a restatement",
    "returned": "brought it back after a restatement",
    "ended": "ended it: {text}",
    "acknowledged": "acknowledged it",
    "started": "started work on it",
    "assigned": "gave it to {after}",
    "snoozed": "snoozed it until {after}: “{text}”",
    "woken": "brought it back after its snooze",
    "passed_on": "escalated it to {after}: “{text}”",
    "climbed": "passed it on to {after}: {text}",
    "resolved": "resolved it as {after}",
    "reopened": "opened it again: “{text}”",
    "labelled": "called it {after}",
    "listed": "put on the list: {text}",
    "ticked": "ticked “{text}”",
    "unticked": "took the tick off “{text}”",
    "struck": "struck off the list “{text}”",
    "undone": "took back the last step",
}
TO_PEOPLE = ("assigned", "passed_on", "climbed")
WITH_WORDS = ("acknowledged", "started", "resolved", "labelled")
"""Steps whose words are printed as a comment; without words they are a line of the history."""
WORDS = dict(Alert.Verdict.choices) | {Alert.Outcome.FALSE_ALARM: "a false alarm"}


def people_in(events: Iterable[AlertEvent]) -> list[str]:
    """The people whom events name, as actors."""
    return [
        f"person:{person}"
        for event in events
        if _kind(event) in TO_PEOPLE
        for person in (event.before, event.after)
        if person
    ]


def activity(event: AlertEvent, names: Mapping[str, Actor]) -> Activity:
    """One thing that happened."""
    who = names[event.actor]
    before, after = _said(event, event.before, names), _said(event, event.after, names)
    words = "; ".join(event.text.splitlines())
    what = DID.get(event.kind, event.kind.replace("_", " ")).format(after=after, text=words)
    is_comment = event.kind == "commented" or (event.kind in WITH_WORDS and bool(event.text))
    if is_comment:
        what = event.text if event.kind == "commented" else f"{what[:1].upper()}{what[1:]}: {event.text}"
    when = f"{localtime(event.at):%-d %b %H:%M}"
    return Activity(who.name, what, when, who.initials, is_comment, before, after)


def _kind(event: AlertEvent) -> str:
    """What an event speaks of: a step taken back, of that step."""
    return event.text if event.kind == "undone" else event.kind


def _said(event: AlertEvent, value: str, names: Mapping[str, Actor]) -> str:
    """What stood before or after a step, in words."""
    kind = _kind(event)
    if not value:
        return ""
    if kind in TO_PEOPLE:
        return names[f"person:{value}"].name
    if kind in ("snoozed", "woken"):
        return f"the {value}" if value.startswith("close") else formatting.day(date.fromisoformat(value))
    return WORDS.get(value, value.replace("_", " ")).lower()
