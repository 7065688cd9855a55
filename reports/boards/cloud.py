"""Cloud told apart from the cost of sales it lies in, so that lines of cost add up with cloud as one of them. Pure.

Sheets hold all cloud cost, above and below gross profit, and cost of sales with the part above. Below is what operating
cost holds besides its named lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

SALES, CLOUD, OPERATING = "cost_of_sales", "cloud_cost", "operating_cost"
NAMED = ("personnel_cost", "contractor_cost", "marketing_cost", "other_operating_cost")
READ = (SALES, CLOUD, OPERATING, *NAMED)
"""What has to be known of a unit for it."""

U = TypeVar("U")


def apart(amounts: Mapping[tuple[U, str], int]) -> dict[tuple[U, str], int]:
    """The amounts by unit (or what else they are of) and code, cost of sales without the cloud inside it.

    Where cloud is not known nothing is taken out.
    """
    found = dict(amounts)
    for of, code in amounts:
        if code == SALES and (of, CLOUD) in amounts:
            found[of, SALES] -= amounts[of, CLOUD] - _below(amounts, of)
    return found


def _below(amounts: Mapping[tuple[U, str], int], of: U) -> int:
    """Cloud below gross profit."""
    if (of, OPERATING) not in amounts:
        return 0
    return amounts[of, OPERATING] - sum(amounts.get((of, code), 0) for code in NAMED)
