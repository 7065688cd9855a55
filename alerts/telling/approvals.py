"""What a letter says of a proposal: who wants which terms changed, and what was decided.

Terms are what people set, and no figures: they may be written into a letter. What they are is read when the letter is
sent, with the eyes of its reader: units out of reach are neither named nor counted.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.timezone import localtime

from alerts.approving.need import ABILITY as APPROVE
from alerts.approving.reading import touched_by
from alerts.approving.shown import Shown
from alerts.approving.states import LIVES, why_void
from alerts.approving.touched import READ
from alerts.judging.manual import Manual
from alerts.models import AlertNews, Letter, ThresholdProposal
from alerts.rulebook import manual
from alerts.telling.desk import NO_RIGHT, OVER
from alerts.telling.letters import mail, one_line
from alerts.telling.outbox import PROPOSED
from alerts.terms import ALL_LEVELS, FLOORS, Terms
from alerts.wording import LEVEL_WORDS, stated
from units.scope import Scope

State = ThresholdProposal.State
SAID = {
    PROPOSED: "Waits for your approval",
    State.APPROVED: "Your change is approved",
    State.REFUSED: "Your change is refused",
    State.VOID: "Your change is void",
}
NONE = "none"
PRINTED = (*ALL_LEVELS, *FLOORS)
WHERE = frozenset({"version", "retired", "valid_from"})
"""What of the terms is no term: which version it is, that it is retired, since when."""


def why_untold(news: AlertNews, reader: Scope, *, at: datetime) -> str:
    """Why a reader may not be told of something any more; empty where it is told.

    Of a proposal that waits nobody is told who may not decide on it, nor of one that was decided or cannot be approved
    any more.
    """
    proposal = news.proposal
    if proposal is None:
        return "" if reader.may("alerts.read", news.unit) else NO_RIGHT
    if not reader.may(APPROVE if news.template == PROPOSED else READ, news.unit):
        return NO_RIGHT
    if news.template != PROPOSED:
        return ""
    return "" if proposal.state == State.WAITING and not why_void([proposal], at=at) else OVER


def mail_of_proposal(letter: Letter, proposal: ThresholdProposal, template: str, *, reader: Scope) -> EmailMessage:
    """The mail that asks for a decision, or says what it was."""
    label, unit = one_line(proposal.shown["after"]["label"]), one_line(proposal.unit.name)
    (touched,) = touched_by([proposal], reader).values()
    return mail(
        letter,
        f"{SAID[template]}: {label}, {unit}",
        "emails/proposal.txt",
        proposal=proposal,
        is_asked=template == PROPOSED,
        label=label,
        unit=unit,
        terms=changed_terms(proposal.shown, manual()),
        count=len({each.code for each in touched}),
        until=f"{localtime(proposal.proposed + LIVES):%-d %b %Y, %H:%M}",
        address=f"{settings.SITE_URL}/alerts/proposals/{proposal.public_id}/",
    )


def changed_terms(shown: Shown, book: Manual) -> list[str]:
    """Each level and floor that changes, as it was and as it is to be (`Warning: 10% → 15%`); the rest by its name."""
    before, after = shown["before"], shown["after"]
    if after["retired"]:
        return ["It is retired: it judges nothing any more."]
    was, will = _printed(before, book, shown["currency"]), _printed(after, book, shown["currency"])
    found = [
        f"{LEVEL_WORDS[name]}: {was[name] or NONE} → {will[name] or NONE}"
        for name in PRINTED
        if was[name] != will[name]
    ]
    others = [name for name in after if name not in (*PRINTED, *WHERE) and before and before[name] != after[name]]
    return [*found, *([f"Also changed: {', '.join(others).replace('_', ' ')}"] if others else [])]


def _printed(side: Shown | None, book: Manual, currency: str) -> dict[str, str]:
    """The levels and floors of one side as people read them; empty where it states none."""
    if side is None:
        return dict.fromkeys(PRINTED, "")
    terms = Terms(**{each.name: side[each.name] for each in fields(Terms)})
    return {name: stated(name, terms, book.metrics.get(terms.metric), currency) for name in PRINTED}
