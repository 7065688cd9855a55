"""Packing news into letters, each for itself: one that cannot be packed keeps no other from being told."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from django.db import transaction

from alerts.models import Alert, AlertNews, Letter
from alerts.telling.desk import Desk, Later, Withheld, desk_for
from alerts.telling.outbox import ask_for_sending, tell, tell_of_gaps, untold_of
from alerts.telling.patience import ATTEMPTS, pause
from audit.actions import record
from units.models import Placement, Unit
from units.scope import Scope

logger = logging.getLogger(__name__)

TAKEN_BACK = "The step was taken back before it was told."


class Packed(NamedTuple):
    """What a round came to: its letters, and how many pieces of news could not be packed and wait or were given up."""

    letters: list[Letter]
    delayed: int
    dead: int


def pack_news(*, actor: Scope, at: datetime) -> Packed:
    """Put the news that is due into letters: of alerts one for each reader, way and unit above those it tells of, of
    gaps one for each reader and way, of proposals one for each reader and proposal.

    Written are the letters, what waits until when, and what is withheld, that with its record; whoever answers for
    somebody who left or is away gets news of the own. What nobody expected puts off a piece of news or a letter and
    nothing else; after eight attempts it is a dead letter with its reason and its record.
    """
    letters: list[Letter] = []
    stumbled: Counter[str] = Counter()
    with transaction.atomic():
        rows = _due(at)
        desk = desk_for(rows, at=at)
        going: list[AlertNews] = []
        for news in rows:
            try:
                if _goes(actor, desk, news):
                    going.append(news)
            except Exception as error:  # what one piece of news has wrong must not keep others from being told
                stumbled[_put_off(actor, news, error, at=at)] += 1
        for unit, parcel in _parcels(going):
            try:
                with transaction.atomic():
                    letters.append(_letter(parcel, unit, at))
            except Exception as error:  # and neither must a letter
                stumbled.update(_put_off(actor, news, error, at=at) for news in parcel)
        for channel in sorted({letter.channel_id for letter in letters if letter.channel_id is not None}):
            ask_for_sending(at=at, channel=channel)
    return Packed(letters, stumbled["delayed"], stumbled["dead"])


def withhold(*, actor: Scope, news: AlertNews, why: str, at: datetime) -> None:
    """Not tell something to somebody, and say why in the record."""
    with transaction.atomic():
        AlertNews.unscoped.filter(pk=news.pk).update(state=AlertNews.State.DROPPED, said=why)
        record(
            actor=actor.actor,
            verb="alerts.news.dropped",
            target=("alerts.news", news.pk),
            unit=news.unit_id,
            at=at,
            after={"recipient": news.recipient_id, **news.about, "template": news.template},
            reason=why,
        )


def withdraw(*, actor: Scope, alert: Alert, number: int, at: datetime) -> None:
    """Not tell what nobody was told yet of a step that was taken back."""
    for news in untold_of(alert, number):
        withhold(actor=actor, news=news, why=TAKEN_BACK, at=at)


def _due(at: datetime) -> list[AlertNews]:
    """What nobody packs meanwhile, with all that is asked about it."""
    waiting = AlertNews.unscoped.filter(state=AlertNews.State.WAITING, due__lte=at)
    about = ("unit", "alert__unit", "alert__version", "gap", "proposal")
    with_all = waiting.select_related(*about, "recipient", "channel__unit")
    return list(with_all.select_for_update(of=("self",)).order_by("pk"))


def _goes(actor: Scope, desk: Desk, news: AlertNews) -> bool:
    """Whether a piece of news goes into a letter now; else it is written what becomes of it."""
    match desk.look(news):
        case Later(until, why):
            with transaction.atomic():
                AlertNews.unscoped.filter(pk=news.pk).update(due=until, said=why)
        case Withheld(why, heir):
            with transaction.atomic():
                withhold(actor=actor, news=news, why=why, at=desk.at)
                if heir is not None:
                    _tell_instead(news, heir, at=desk.at)
        case None:
            return True
    return False


def _tell_instead(news: AlertNews, heir: int, *, at: datetime) -> None:
    if news.gap is not None:
        tell_of_gaps([(news.gap, news.template)], at=at, to=heir)
    elif news.alert is not None:
        tell(news.alert, (news.template,), at=at, to=(heir,))


def _put_off(actor: Scope, news: AlertNews, error: Exception, *, at: datetime) -> str:
    """Try again later what could not be packed, at last give it up; which of the two it was."""
    logger.error("News %s could not be packed.", news.pk, exc_info=error)
    said = f"It could not be packed: {type(error).__name__}"  # its words may hold what nobody may read here
    attempts = news.attempts + 1
    if attempts >= ATTEMPTS:
        _bury(actor, news, said, at=at)
        return "dead"
    due = at + pause(attempts, news.key)
    AlertNews.unscoped.filter(pk=news.pk).update(attempts=attempts, due=due, said=said)
    return "delayed"


def _bury(actor: Scope, news: AlertNews, said: str, *, at: datetime) -> None:
    """Make a dead letter of a piece of news: it stands where the others do, and can be sent again like them."""
    letter = Letter.unscoped.create(
        key=_key([news]),
        unit_id=news.unit_id,
        recipient_id=news.recipient_id,
        channel_id=news.channel_id,
        state=Letter.State.DEAD,
        packed=at,
        due=at,
        attempts=ATTEMPTS,
        error=said,
    )
    AlertNews.unscoped.filter(pk=news.pk).update(
        state=AlertNews.State.DEAD, letter=letter, attempts=ATTEMPTS, said=said
    )
    record(
        actor=actor.actor,
        verb="alerts.news.failed",
        target=("alerts.letter", letter.pk),
        unit=letter.unit_id,
        at=at,
        after={"recipient": letter.recipient_id, "channel": letter.channel_id, "news": [news.pk]},
        reason=said,
    )


def _parcels(going: Sequence[AlertNews]) -> list[tuple[int | None, list[AlertNews]]]:
    """What goes into one letter each, with the unit above the alerts it tells of; all else stands anywhere: None."""
    above = _units_above({news.unit_id for news in going if news.alert_id is not None})
    parcels: dict[tuple[int | None, ...], list[AlertNews]] = {}
    for news in going:
        unit = above.get(news.unit_id, news.unit_id) if news.alert_id is not None else None
        place = (news.recipient_id, news.channel_id, news.proposal_id, unit)
        parcels.setdefault(place, []).append(news)
    return [(place[-1], parcel) for place, parcel in parcels.items()]


def _letter(parcel: Sequence[AlertNews], unit: int | None, at: datetime) -> Letter:
    letter = Letter.unscoped.create(
        key=_key(parcel),
        unit_id=_around(parcel) if unit is None else unit,
        recipient_id=parcel[0].recipient_id,
        channel_id=parcel[0].channel_id,
        packed=at,
        due=at,
    )
    carried = AlertNews.unscoped.filter(pk__in=[news.pk for news in parcel])
    carried.update(state=AlertNews.State.PACKED, letter=letter, said="")
    return letter


def _key(parcel: Iterable[AlertNews]) -> str:
    return sha256("/".join(sorted(news.key for news in parcel)).encode()).hexdigest()


def _around(parcel: Sequence[AlertNews]) -> int:
    """The smallest part of the tree that holds all that a letter tells of."""
    left, right = min(news.unit.left for news in parcel), max(news.unit.right for news in parcel)
    holding = Unit.unscoped.filter(tree=parcel[0].unit.tree, left__lte=left, right__gte=right)
    return holding.order_by("-left").values_list("pk", flat=True).first() or parcel[0].unit_id


def _units_above(units: Iterable[int]) -> dict[int, int]:
    """By unit its parent of today; the top has none."""
    standing = Placement.unscoped.filter(unit__in=units, until_mark__isnull=True, parent__isnull=False)
    return {unit: parent for unit, parent in standing.values_list("unit", "parent") if parent is not None}
