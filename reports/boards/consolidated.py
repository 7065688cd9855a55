"""The section of a group's page that says how its figures come about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from metrics.catalogue import METRICS
from metrics.consolidation import NAMES, Columns
from reports.figures import ConsolidationRow, ConsolidationTable, Section
from reports.formatting import amount, scale_for

CODES = ("revenue", "cost_of_sales", "gross_profit", "operating_cost", "operating_income", "net_income")
HEADS = ("Units", "Adjustments", "Eliminations", "Exchange rates", "Minority", "Group")
MISSING = "–"


def consolidated(
    found: Mapping[str, Columns], *, currency: str, label: str, href: Callable[[str], str], notes: Sequence[str] = ()
) -> ConsolidationTable | None:
    """The figures of a group in columns, with what else there is to say; None where units are all there is to them."""
    known = {code: each for code, each in found.items() if each.group is not None}
    if not any(each.adjustments or each.eliminations or each.fx or each.minority for each in known.values()):
        return None
    scale = scale_for([each.group for each in known.values()], currency=currency)
    reasons = dict.fromkeys(each.fx_reason for each in known.values() if each.fx is None)
    rates = "at the period's own rates" if reasons else "at budget rates"
    return ConsolidationTable(
        Section("Consolidation", f"From the sum of units {rates} to the group, {scale.unit}, {label}."),
        HEADS,
        tuple(
            ConsolidationRow(
                METRICS[code].label,
                href(code),
                tuple(MISSING if (number := getattr(each, name)) is None else amount(number, scale) for name in NAMES),
                each.fx_reason,
            )
            for code, each in known.items()
        ),
        (*(f"Exchange rates are not told apart: {each.partition(': ')[2]}." for each in reasons if each), *notes),
    )
