"""Who may do what with commentary on a unit: its leaders write, people above them accept."""

from __future__ import annotations

from units.models import Unit
from units.scope import AbilityMissing, Scope

READ, WORK, WRITE = "commentary.read", "commentary.work", "commentary.write"
ACCEPT, ACCEPT_BELOW = "commentary.accept", "commentary.accept_below"


def may_accept(scope: Scope, unit: Unit) -> bool:
    """Whether somebody accepts words on a unit: by the role, or as the leader of a unit above it."""
    if scope.may(ACCEPT, unit):
        return True
    above = scope.spans.get(ACCEPT_BELOW, ())
    return any(left < unit.left and unit.right < right for left, right in above)


def require_accept(scope: Scope, unit: Unit) -> None:
    """Go on, or raise: 404 for a unit that is not this person's, 403 for a missing ability."""
    if not may_accept(scope, unit):
        scope.require(WORK, unit)
        raise AbilityMissing("Commentary is accepted by whoever leads a unit above, or by finance.", ability=ACCEPT)


def require_reopen(scope: Scope, unit: Unit) -> None:
    """The same for taking words back to a draft: who writes on the unit may, and who accepts."""
    if not scope.may(WRITE, unit):
        require_accept(scope, unit)
