"""What travels with a reader from page to page: the stretch of time, what to compare with, and as known when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from metrics.arrangement import AS_IS_NOW
from metrics.comparisons import MODES
from metrics.rates import CONSTANT
from reports.baselines import BASELINES
from reports.selection import OWN_BASES, is_basis
from units.moments import moment

_CODE = re.compile(r"[A-Za-z0-9-]{1,20}")
LONGEST = 40


def carried(asked: Mapping[str, str]) -> dict[str, str]:
    """The parts of an address that every page of figures understands, as they may stand in a link to any of them.

    What reads as nothing is left behind, whatever page it was given to. Quarters and years of a unit's own calendar
    become the company's, which every unit has.
    """
    found = {name: asked.get(name) or "" for name in ("period", "basis", "like", "tree", "rates", "against", "as_of")}
    found["basis"] = found["basis"].removeprefix("own_") if found["basis"] in OWN_BASES else found["basis"]
    is_understood = {
        "period": _CODE.fullmatch(found["period"]),
        "basis": is_basis(found["basis"]),
        "like": found["like"] in MODES,
        "tree": found["tree"] == AS_IS_NOW,
        "rates": found["rates"] in CONSTANT and not found["tree"],
        "against": found["against"] in BASELINES,
        "as_of": len(found["as_of"]) < LONGEST and moment(found["as_of"]) is not None,
    }
    return {name: found[name] for name, is_kept in is_understood.items() if found[name] and is_kept}


def link(path: str, parts: Mapping[str, str]) -> str:
    """An address with these parts, or alone where there are none."""
    return f"{path}?{urlencode(parts)}" if parts else path
