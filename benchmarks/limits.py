"""The eight limits that the peers of the side-by-side measure watch too (two of them levels of one threshold).

python -m benchmarks.limits          after the figures are imported; DATABASE_URL names the database
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

import django

FIRST_MONTH = "2021-01"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()

    from alerts.actions import set_threshold
    from alerts.terms import Terms
    from alerts.vetting import Proposal
    from ledger.models import Period
    from units.models import Unit
    from units.scope import Scope

    at = datetime.now(UTC)
    actor = Scope.system("side-by-side")  # a default of the whole group, which no person sets alone
    limits = {
        "revenue": Terms("revenue", "month", "budget", "percent", 0, warning="5%", critical="12%"),
        "income-15": Terms("operating_income", "month", "budget", "percent", 0, critical="15%", periods=2),
        "margin-5": Terms("operating_margin", "month", "absolute", "level", 0, warning="5%"),
        "cost-8": Terms("operating_cost", "month", "budget", "percent", 0, warning="8%"),
        "revenue-year": Terms("revenue", "month", "prior_year", "percent", 0, warning="5%", periods=3),
        "contractors-25": Terms("contractor_share", "month", "absolute", "level", 0, warning="25%"),
        "on-time-90": Terms("quality", "month", "absolute", "level", 0, critical="0.9"),
    }
    group = Unit.objects.within(actor).get(code="GROUP")
    since = Period.objects.get(code=FIRST_MONTH)
    for code, terms in limits.items():
        proposal = Proposal(code=code, unit=group, terms=terms, label=code, valid_from=since)
        set_threshold(actor=actor, proposal=proposal, at=at, reason="Side by side")


if __name__ == "__main__":
    main()
