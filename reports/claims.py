"""Which rows count in a line, and how: flows of a whole stretch of time, stocks of its end, means of its months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ledger.models import Account
from reports.derivation import BALANCE_DIFFERENCE, EQUITY_RESULT, Claim
from reports.evidence import Evidence
from reports.facts import NET_ASSETS, Company


def claims(evidence: Evidence, terms: Mapping[int, int], version: str, window: range) -> list[Claim]:
    """Which rows count in the accounts of `terms`, each with its factor.

    How an account adds up over time is its own affair; what lies below it is summed into it month by month.
    """
    company = evidence.company
    merged: dict[range, dict[int, int]] = {}
    found = []
    for account, factor in terms.items():
        weights, rollup = company.weights(account), company.accounts[account].time_rollup
        if _is_mean(rollup, window):
            months = evidence.delivered_months(account, version, window)
            found.append(Claim(weights, window, months=max(months, 1), factor=factor))
            continue
        into = merged.setdefault(window[-1:] if rollup == Account.Rollup.LAST else window, {})
        for at, weight in weights.items():
            into[at] = into.get(at, 0) + factor * weight
    for ordinals, weights in merged.items():
        found.append(Claim({at: weight for at, weight in weights.items() if weight}, ordinals))
    return found


def want_means(evidence: Evidence, terms: Iterable[int], version: str, window: range) -> None:
    """Say that the months of accounts will be asked for of which a mean is taken."""
    for account in terms:
        if _is_mean(evidence.company.accounts[account].time_rollup, window):
            evidence.want_months(account, version, window)


def _is_mean(rollup: str, window: range) -> bool:
    return rollup == Account.Rollup.AVERAGE and len(window) > 1


def line_claims(company: Company, line: str, window: range) -> list[Claim]:
    """Which rows count in a line of consolidation; none where the chart has no accounts it is made of."""
    profit = company.signs()
    match line:
        case "net_income":
            return [Claim(profit, window), Claim(profit, window, line=EQUITY_RESULT)] if profit else []
        case "balance_difference":
            return [Claim(company.signs(NET_ASSETS), window[-1:], line=BALANCE_DIFFERENCE)]
        case "minority_equity":
            balances = company.signs(NET_ASSETS)
            return [Claim(balances, window[-1:], line=line)] if balances else []
        case "equity_result" | "minority_share":
            return [Claim(profit, window, line=line)] if profit else []
    return [Claim(profit, window, line=line)]
