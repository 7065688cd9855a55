"""What a back-test comes to in sentences, and what it takes for granted."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.backtest.comparing import Outcome
from alerts.backtest.replaying import Alarm
from reports import formatting
from reports.boards.thresholds.trying import Tried
from reports.wording import Phrase, count, listed


def title(tried: Tried) -> tuple[Phrase, ...]:
    said = "With these limits" if tried.compares else "With its limits of today"
    fires = Phrase(_times(len(tried.found.draft.alarms)), "hl")
    return Phrase(f"{said} this rule would have fired "), fires, Phrase(f" in {tried.months} months")


def _times(number: int) -> str:
    return {0: "not once", 1: "once", 2: "twice"}.get(number, f"{number} times")


def about(tried: Tried) -> str:
    found = tried.found
    if tried.active is None:
        return f"{_where(tried, found.draft)} Nothing judges this figure there in this way today."
    if not tried.compares:
        return _where(tried, found.draft)
    said = [f"The limits in force fire {_times(len(found.active.alarms))}{_in_units(tried, found.active)}."]
    new = found.adds
    gone = [alarm for alarm in found.active.alarms if not found.draft.also(alarm)]
    if new:
        said.append(
            f"{count(len(new)).capitalize()} {'alert is' if len(new) == 1 else 'alerts are'} new{_size(tried, new)}."
        )
    if gone:
        said.append(
            f"{count(len(gone)).capitalize()} {'is' if len(gone) == 1 else 'are'} told no more{_size(tried, gone)}."
        )
    if not new and not gone:
        said.append("The draft tells of the same.")
    return " ".join(said)


def _where(tried: Tried, outcome: Outcome) -> str:
    return f"It fires{_in_units(tried, outcome)}." if outcome.alarms else "No figure passed a limit for long enough."


def _in_units(tried: Tried, outcome: Outcome) -> str:
    """`, all in Unit 4`, ` in Unit 4 and Unit 6`, ` in 7 units`."""
    units = outcome.units
    if not units:
        return ""
    if len(units) == 1:
        return f"{', each time' if len(outcome.alarms) > 1 else ''} in {tried.short(units[0])}"
    return f" in {listed([tried.short(unit) for unit in units])}" if len(units) <= 3 else f" in {len(units)} units"


def _size(tried: Tried, alarms: Sequence[Alarm]) -> str:
    """`, the largest $48K a year`: of those whose impact hurts and is known."""
    hurts = [alarm for alarm in alarms if alarm.impact is not None and alarm.impact < 0]
    if not hurts:
        return ""
    largest = min(hurts, key=lambda alarm: alarm.impact or 0)
    unit = "of cash" if largest.is_cash else "a year"
    word = "the largest worth" if len(alarms) > 1 else "worth"
    return f", {word} {formatting.single(abs(largest.impact or 0), tried.currency)} {unit}"


def assumed(tried: Tried) -> tuple[str, ...]:
    said = []
    if tried.found.assumed:
        judged = next(each.through for each in tried.trial.past.vintages if not each.is_assumed)
        said.append(
            f"Nothing was judged before {tried.month(judged)}: the {tried.found.assumed} months until then are judged"
            " as each was over, with the figures as they were first known."
        )
    return (
        *said,
        "From the first judging on, every month is judged with what was known then, restatements at their time.",
        "Other thresholds are those of each time; a unit with a nearer one is judged by that.",
        "The tree of units and what metrics mean are those of today.",
        "What people did is no part of it: an alert somebody resolved stays open here until its figures recover.",
    )
