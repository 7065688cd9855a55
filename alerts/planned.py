"""What setting or retiring a threshold would write: its terms as they are kept, beside those that stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from alerts.judging.manual import Manual
from alerts.judging.refusals import Refusal
from alerts.models import Threshold, ThresholdVersion
from alerts.rulebook import terms_of, times
from alerts.terms import Terms
from alerts.vetting import Proposal, vet
from ledger.models import Period
from units.models import Unit
from units.scope import Scope


class ThresholdRefused(ValueError):
    """A threshold cannot be set like this; `refusals` name each field and what to change."""

    def __init__(self, refusals: list[Refusal]) -> None:
        self.refusals = refusals
        super().__init__(" ".join(refusal.sentence for refusal in refusals))


@dataclass(frozen=True)
class Planned:
    """A change of a threshold, ready to be written: `given` are the columns of the version it makes.

    `before` is the version that stands now, None for a new threshold.
    """

    code: str
    unit: Unit
    before: ThresholdVersion | None
    given: dict[str, Any]

    @property
    def is_same(self) -> bool:
        """Whether it would say what stands already."""
        before = self.before
        return before is not None and says(before) | {"retired": before.retired} == {"retired": False} | self.given


def vetted(proposal: Proposal, *, scope: Scope, book: Manual, at: datetime) -> Terms:
    """The terms as they would be stored; raises ThresholdRefused with everything that speaks against them."""
    terms, refused = vet(proposal, scope=scope, book=book, at=at)
    taken = Threshold.objects.within(Scope.system("alerts")).filter(code=proposal.code)
    if taken.exclude(unit=proposal.unit).exists():
        refused.append(Refusal("unit", f"{proposal.code} is a threshold of another unit. Choose another code."))
    if refused:
        raise ThresholdRefused(refused)
    return terms


def plan(
    proposal: Proposal,
    terms: Terms,
    *,
    label: str,
    before: ThresholdVersion | None,
    newest: Callable[[], Period | None],
) -> Planned:
    """A proposal beside what stands. `newest` is the newest finished period, from which an edit without a date judges.

    What lies before that stays with the version before; setting the same terms again keeps their date.
    """
    given = {
        **asdict(terms),
        "label": proposal.label.strip() or label,
        "action": proposal.action.strip(),
        "inherits": proposal.inherits,
        "unit_type": proposal.unit_type,
        "owner": proposal.owner,
        "valid_from": proposal.valid_from,
        "valid_until": proposal.valid_until,
    }
    if before is not None and proposal.valid_from is None:
        kept = given | {"valid_from": before.valid_from}
        is_same = not before.retired and says(before) == kept
        given = kept if is_same else given | {"valid_from": newest()}
    return Planned(proposal.code, proposal.unit, before, given)


def plan_retirement(before: ThresholdVersion) -> Planned:
    """The end of a threshold: the terms that stand, judging nothing."""
    given = {**says(before), "retired": True, "valid_from": None, "valid_until": None}
    return Planned(before.threshold.code, before.threshold.unit, before, given)


def standing(code: str) -> ThresholdVersion | None:
    """The version of a threshold that stands now."""
    versions = ThresholdVersion.objects.within(Scope.system("alerts")).select_related("threshold__unit", "owner")
    found: ThresholdVersion | None = versions.filter(threshold__code=code, until_mark__isnull=True).first()
    return found


def says(version: ThresholdVersion) -> dict[str, Any]:
    """What a version says, by its columns."""
    return {
        **asdict(terms_of(version)),
        "label": version.label,
        "action": version.action,
        "inherits": version.inherits,
        "unit_type": version.unit_type,
        "owner": version.owner,
        "valid_from": version.valid_from,
        "valid_until": version.valid_until,
    }


def newest_finished(at: datetime) -> Period | None:
    """The newest finished period with figures; None before there are any."""
    known = times(Scope.system("alerts"), at=at)
    return None if known.newest is None else known.periods[known.newest]


def as_record(given: dict[str, Any]) -> dict[str, Any]:
    """Terms for the record: ids and codes, no names."""
    shown = {
        name: value for name, value in given.items() if name not in ("label", "owner", "valid_from", "valid_until")
    }
    owner, first, last = given["owner"], given["valid_from"], given["valid_until"]
    return shown | {
        "owner": owner.pk if owner else None,
        "valid_from": first.code if first else None,
        "valid_until": last.code if last else None,
    }
