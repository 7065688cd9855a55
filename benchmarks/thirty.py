"""The harness's thirty metrics in our formula language, so that both engines can be given the very same work.

Two of them are left out, because the accounts they need are not loaded: the share of orders on time and that of
contractors among heads. `agree` holds what ours finds against what a reference engine stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

from metrics.declaration import Metric

PARTS = {
    "gp": "account:revenue - account:cogs",
    "cost": "account:personnel + account:contractors + account:marketing + account:other_opex + account:depreciation",
    "oi": "gp - cost",
}
FORMULAS = {
    "revenue": "account:revenue",
    "revenue_var": "account:revenue - budget.account:revenue",
    "revenue_var_pct": "revenue_var / abs(budget.account:revenue)",
    "gross_profit": "gp",
    "gross_margin": "gp / account:revenue",
    "gross_margin_var": "gross_margin - budget.gp / budget.account:revenue",
    "opex": "cost",
    "opex_var": "cost - budget.cost",
    "opex_var_pct": "opex_var / abs(budget.cost)",
    "operating_income": "oi",
    "oi_var": "oi - budget.oi",
    "oi_var_pct": "oi_var / abs(budget.oi)",
    "oi_margin": "oi / account:revenue",
    "ebitda_margin": "(oi + account:depreciation) / account:revenue",
    "revenue_mom": "account:revenue / lag(account:revenue, 1) - 1",
    "revenue_yoy": "account:revenue / prior(account:revenue) - 1",
    "oi_yoy": "(oi - prior(oi)) / abs(prior(oi))",
    "revenue_ytd": "ytd(account:revenue)",
    "revenue_ytd_var_pct": "(revenue_ytd - ytd(budget.account:revenue)) / abs(ytd(budget.account:revenue))",
    "oi_ytd": "ytd(oi)",
    "oi_ytd_var_pct": "(oi_ytd - ytd(budget.oi)) / abs(ytd(budget.oi))",
    "revenue_ltm": "ltm(account:revenue)",
    "oi_ltm": "ltm(oi)",
    "oi_margin_ltm": "oi_ltm / revenue_ltm",
    "revenue_r3": "last(account:revenue, 3) / 3",
    "oi_margin_r3": "(oi_margin + lag(oi_margin, 1) + lag(oi_margin, 2)) / 3",
    "revenue_per_head": "account:revenue / account:headcount",
    "personnel_ratio": "(account:personnel + account:contractors) / account:revenue",
}
METRICS = {
    code: Metric(code, code, "money", 0, "difference", "money", formula) for code, formula in (PARTS | FORMULAS).items()
}
CLOSE = 1e-9


def agree(
    found: Mapping[str, tuple[int, float]], *, address: str, user: str, database: str, units: Sequence[str]
) -> None:
    """Ends the run where a metric has another number of figures, or another sum, than the reference stored."""
    columns = ", ".join(f"count({code}), coalesce(sum({code}), 0)" for code in found)
    query = f"SELECT {columns} FROM metric_wide JOIN unit ON id = unit_id WHERE code = ANY(%s)"
    with psycopg.connect(f"postgresql://{user}@{address}/{database}") as connection:
        stored: Any = connection.execute(query, [list(units)]).fetchone()  # type: ignore[call-overload]  # names of our own
    for place, (code, (number, total)) in enumerate(found.items()):
        theirs, their_total = stored[2 * place : 2 * place + 2]
        if number != theirs or abs(total - their_total) > CLOSE * max(abs(their_total), 1.0) * max(number, 1) ** 0.5:
            raise SystemExit(f"{code}: {number} figures, {total} together, against {theirs} and {their_total}.")
