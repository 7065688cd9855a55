"""The evidence of the units above one, as far as a reader may see them: what shares are shares of."""

from __future__ import annotations

from metrics.above import MASKED
from metrics.formula.functions import NO_UNIT_ABOVE
from metrics.formula.syntax import GROUP
from reports.evidence import Evidence


def evidence_above(evidence: Evidence, which: str, ordinal: int) -> Evidence | str:
    """That of the unit right above in a period, or of the one at the top (GROUP); why there is none to read."""
    units, at = evidence.company.units, evidence.unit
    parent = found = units[at].parent_in(ordinal)
    while which == GROUP and parent is not None:
        at, parent = parent, units[parent].parent_in(ordinal)
    is_top = parent is None and units[at].is_top
    if which == GROUP:
        found = at if is_top else None
    if found is None:
        return NO_UNIT_ABOVE if is_top else MASKED
    if evidence.is_own:
        return "not_applicable: shares are not read in a year of its own"
    return evidence.of_unit(found)
