"""What has become of proposals: whether those that wait still stand as they were shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from alerts.approving.ground import Ground, ground
from alerts.approving.shown import owners_of, would_show
from alerts.models import ThresholdProposal
from people.models import Person

LIVES = timedelta(days=7)
EXPIRED = "Nobody decided within seven days."
MOVED = (
    "Something it shows has changed since: the threshold, a unit it touches, or the money limit. Look at what stands"
    " now and propose it again."
)


def why_void(proposals: Sequence[ThresholdProposal], *, at: datetime) -> dict[int, str]:
    """By the pk of those that wait and cannot be approved any more, why; as many queries however many there are."""
    waiting = [each for each in proposals if each.state == ThresholdProposal.State.WAITING]
    if not waiting:
        return {}
    here, people = ground(at=at), owners_of(waiting)
    found = {each.pk: why_not(each, here, people, at=at) for each in waiting}
    return {pk: why for pk, why in found.items() if why}


def why_not(proposal: ThresholdProposal, here: Ground, people: Mapping[int, Person], *, at: datetime) -> str:
    """Why a waiting proposal cannot be approved any more; empty where it stands as it was shown."""
    if at >= proposal.proposed + LIVES:
        return EXPIRED
    return "" if would_show(proposal, here, people) == proposal.hash else MOVED
