"""Words for tests of studies: study, what stands of a unit, and a company that has cash to look ahead with."""

from __future__ import annotations

from typing import Any

from metrics.models import Study
from metrics.querysets import computed_mark
from metrics.studies import studies
from metrics.studying import Made, make_studies
from tests.company import ACCOUNTS, Company, build_company
from tests.metrics.engine import AT, SYSTEM, compute
from tests.metrics.foresight import MONTHS, figures, forecast

BALANCES = f"""{ACCOUNTS.rstrip()}
    OWED      | asset       | last        | receivables    | none   | money
    CASH      | asset       | last        | cash           | higher | money
"""


def with_cash() -> Company:
    """The company of `foresight` in which Shops has customers that owe it money, and less cash every month."""
    lines = [
        figures(),
        _line("OWED", [1500] * len(MONTHS)),
        _line("CASH", [9000 - 100 * month for month in range(len(MONTHS))]),
    ]
    company = build_company(figures="\n".join(lines), accounts=BALANCES)
    compute()
    forecast()
    return company


def _line(account: str, amounts: list[int]) -> str:
    return f"SHOPS | {account} | | actual | " + " | ".join(map(str, amounts))


def study() -> Made | None:
    """Study at the moment of the tests."""
    return make_studies(actor=SYSTEM, at=AT)


def standing(unit: str) -> Study:
    """What a reader finds of a unit."""
    return studies(SYSTEM, computed_mark()).get(unit__code=unit)


def figure(unit: str, metric: str) -> dict[str, Any]:
    found: dict[str, Any] = standing(unit).statistics["metrics"][metric]
    return found
