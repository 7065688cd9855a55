"""Which figures tell about units above their own, and how a sheet keeps them apart. Pure.

A unit's share of its parent's revenue, beside its own revenue, *is* the parent's revenue. So it does not stand
among the numbers of the unit's sheet, where everybody who may see the unit would read it: there it is `MASKED`.
It stands under `SEEN_FROM` and the id of the unit it is a share of, and only who may see that unit too is shown it
(`metrics.veils`). Whoever forgets to ask shows "masked", never a number.
"""

from __future__ import annotations

from collections.abc import Mapping

from .formula import Call, Node, references, walk
from .formula.functions import WHOLES
from .formula.syntax import GROUP, PARENT

SEEN_FROM = "seen_from"
MASKED = "masked: a share of figures that need the right to a unit above"


def looking_up(trees: Mapping[str, Node]) -> dict[str, str]:
    """By code PARENT or GROUP: up to where a metric tells about others, its own formula or one it names.

    Metrics that tell about nobody else are not in it. A share of what is a share itself tells of more than the
    parent, and counts as GROUP.
    """
    found: dict[str, str] = {}

    def reach(code: str) -> str:
        if code not in found:
            found[code] = ""
            named = {reach(name.code) for name in references(trees[code]) if name.code in trees}
            shares = {WHOLES[each.function] for each in walk(trees[code]) if isinstance(each, Call) and _is_share(each)}
            is_far = GROUP in named | shares or (shares and named - {""})
            found[code] = GROUP if is_far else PARENT if PARENT in named | shares else ""
        return found[code]

    return {code: told for code in trees if (told := reach(code))}


def _is_share(call: Call) -> bool:
    return call.function in WHOLES
