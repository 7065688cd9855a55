"""The board of one question: why was this figure quiet in that month, or was it not?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime

from alerts.models import Gap
from alerts.quiet import Change, Heard, Held, Quiet
from alerts.terms import AGAINST
from ledger.models import ONE, Period
from metrics.declaration import Metric
from metrics.querysets import reading, sheets
from reports import formatting
from reports.boards.actors import Actor, actors
from reports.boards.naming import explain_href
from reports.boards.reading import shown_kind
from reports.boards.thresholds.levels import lasts, limits, measured, place
from reports.figures import Action, Crumb, Fact, Figure, HeardThreshold, QuietBoard, Standing, TermsChange
from units.models import Unit
from units.scope import Scope

CRUMBS = (Crumb("Alerts", "/alerts/"),)
WORDS = {
    "fired": ("An alert fired", "bad"),
    "suppressed": ("Too small to be told", "info"),
    "no data": ("No figure to judge", "warn"),
    "not fired": ("Quiet", "good"),
}
SOMEBODY_ABOVE = "a unit above"
MISSING = {Gap.Kind.LATE: "Late", Gap.Kind.NO_DATA: "Withdrawn", Gap.Kind.ERROR: "In error"}


@dataclass(frozen=True)
class Asked:
    """The figure that was asked about. `as_of` is None for what is known now."""

    unit: Unit
    metric: Metric
    period: Period
    as_of: datetime | None
    at: datetime
    currency: str

    @property
    def label(self) -> str:
        return f"{self.metric.label} of {self.unit.name} in {self.period.ends:%B %Y}"

    def explained(self, basis: str) -> str:
        """Where the figure opens to what it is made of."""
        as_of = f"&as_of={self.as_of.date().isoformat()}" if self.as_of else ""
        return explain_href(self.unit.code, self.metric.code, f"?period={self.period.code}&basis={basis}{as_of}")

    def figure(self, number: Any, reason: str, *, href: str = "") -> Figure:
        return Figure(number, shown_kind(self.metric), reason, href, self.currency)


def quiet_board(found: Quiet, asked: Asked, *, form: object, scope: Scope) -> QuietBoard:
    """The answer as a page; two queries: the names of people, and the figure where nothing judged it."""
    people = actors(
        {change.actor for heard in found.heard for change in heard.changes} | {held.actor for held in found.silences}
    )
    units = _names(found, scope)
    return QuietBoard(
        form=form,
        crumbs=CRUMBS,
        title=asked.label,
        sentence=_sentence(found, asked),
        facts=() if found.heard else _unjudged(asked, scope),
        heard=tuple(_heard(each, asked, people, units) for each in found.heard),
        silences=tuple(_silence(each, people, units) for each in found.silences),
        gaps=tuple(_gap(each) for each in found.gaps),
        evaluations=tuple(f"{formatting.moment(localtime(each.at), now=asked.at)}" for each in found.evaluations),
    )


def _sentence(found: Quiet, asked: Asked) -> str:
    """The answer in one sentence: what came of it, and why."""
    if found.why:
        return f"It was quiet: {found.why}."
    fired = [each for each in found.heard if each.outcome == "fired"]
    if fired:
        return f"It was not quiet: an alert was {'; another '.join(each.why for each in fired)}."
    return f"It was quiet: {'; '.join(dict.fromkeys(each.why for each in found.heard))}."


def _unjudged(asked: Asked, scope: Scope) -> tuple[Fact, ...]:
    """The figure itself, where nothing judged it."""
    known = sheets(scope).known_at(asked.as_of).of_version("actual").of_basis("month")
    sheet = known.in_periods([asked.period.ordinal]).filter(unit=asked.unit).first()
    level = reading(sheet, asked.metric.code) if sheet else None
    number = level.number if level else None
    reason = level.reason if level else "late: not delivered"
    return (Fact("Value", asked.figure(number, reason, href=asked.explained("month"))),)


def _heard(each: Heard, asked: Asked, people: Mapping[str, Actor], units: Mapping[int, str]) -> HeardThreshold:
    word, tone = WORDS[each.outcome]
    stands = units.get(each.edition.unit.unit, SOMEBODY_ABOVE)
    return HeardThreshold(
        label=each.edition.label or asked.metric.label,
        word=word,
        tone=tone,
        why=each.why,
        facts=_facts(each, asked),
        terms=_terms(each, asked, stands),
        alerts=tuple(Action(alert.title, reverse("alerts:detail", args=[alert.public_id])) for alert in each.alerts),
        changes=tuple(_change(change, asked, people) for change in reversed(each.changes)),
    )


def _facts(each: Heard, asked: Asked) -> tuple[Fact, ...]:
    judged, terms = each.judged, each.edition.terms
    facts = [Fact("Value", asked.figure(judged.value.number, judged.value.reason, href=asked.explained(terms.basis)))]
    if terms.has_baseline:
        facts.append(
            Fact(AGAINST[terms.comparator].capitalize(), asked.figure(judged.baseline.number, judged.baseline.reason))
        )
    if judged.limit is not None:
        limit = int(judged.limit * ONE) if each.is_amount else float(judged.limit)
        facts.append(Fact("Limit", asked.figure(limit, ""), note=judged.suppressed or judged.severity or ""))
    return tuple(facts)


def _terms(each: Heard, asked: Asked, stands: str) -> tuple[tuple[str, str], ...]:
    """Label and text: what was in force then, where it comes from, and the state."""
    terms = each.edition.terms
    levels = ", ".join(words for _, words in limits(terms, asked.metric, asked.currency))
    state = f"{each.breach.condition.capitalize()}, {each.breach.severity}" if each.breach else "No alert standing"
    found = (
        ("Judged", measured(terms)),
        ("Limits", levels),
        ("Fires after", lasts(terms) or "the first month"),
        ("Holds for", place(each.edition, stands)),
        ("State", state),
    )
    return tuple((label, text) for label, text in found if text)


def _change(change: Change, asked: Asked, people: Mapping[str, Actor]) -> TermsChange:
    return TermsChange(
        when=formatting.moment(localtime(change.at), now=asked.at),
        who=people[change.actor].name if change.actor else "",
        reason=change.reason,
        changed=tuple(
            (name.replace("_", " ").removesuffix(" id").capitalize(), _shown(before), _shown(after))
            for name, (before, after) in change.changed.items()
        ),
    )


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value in ("", None) else str(value)


def _silence(each: Held, people: Mapping[str, Actor], units: Mapping[int, str]) -> Standing:
    starts, ends = (f"{localtime(moment):%-d %b %Y, %H:%M}" for moment in (each.starts, each.ends))
    by = f"By {people[each.actor].name}: {each.reason}" if each.actor else ""
    where = units.get(each.unit.pk, SOMEBODY_ABOVE)
    return Standing(words=f"Silenced on {where}", until=f"{starts} to {ends}", note=by)


def _gap(gap: Gap) -> Standing:
    until = f"until {formatting.day(localtime(gap.ended))}, {gap.ended_because}" if gap.ended else "still missing"
    owner = f"To be brought by {gap.owner.name}." if gap.owner else ""
    words = gap.text if gap.kind == Gap.Kind.NO_DATA else f"{MISSING[Gap.Kind(gap.kind)]}: {gap.text}"
    return Standing(words=words, until=f"{gap.period.code}, {until}", note=owner)


def _names(found: Quiet, scope: Scope) -> dict[int, str]:
    """The names of the units that thresholds and silences stand on, as far as the reader sees them."""
    units = [*(each.unit for each in found.heard), *(each.unit for each in found.silences)]
    return {unit.pk: unit.name for unit in units if scope.may("alerts.read", unit)}
