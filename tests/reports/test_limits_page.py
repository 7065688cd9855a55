"""Operating metrics on a unit's page stand against their limits over the stretch these were set for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client

from metrics.recompute import recompute
from tests.cast import person
from tests.company import ACCOUNTS, FIGURES, Company, build_company
from tests.prepared import prepared
from tests.reports.conftest import COMPUTED
from tests.reports.limits import limit
from units import roles

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

CUSTOMERS = """
    CUSTOMERS | statistical | last        | customers         | higher | count
    LOST      | statistical | sum         | churned_customers | lower  | count
"""
COUNTED = """
    SHOPS     | CUSTOMERS |              | actual      |     100 |     100 |     100 |     100
    SHOPS     | LOST      |              | actual      |       1 |       1 |       1 |       2
"""


@prepared
def with_customers() -> Company:
    found = build_company(figures=FIGURES.rstrip() + COUNTED, accounts=ACCOUNTS.rstrip() + CUSTOMERS)
    recompute(actor="process:test", clock=lambda: COMPUTED)
    return found


@pytest.fixture
def churn(with_customers: Company, signed_in: Callable[..., Client]) -> Callable[[str], tuple[str, float, str, str]]:
    """What the page of Shops says of churn over a stretch up to September: label, figure, status, explained at."""
    reader = signed_in(person("Erin Executive", roles.EXECUTIVE))

    def read(basis: str) -> tuple[str, float, str, str]:
        metrics = reader.get(f"/units/SHOPS/?period=2026-09&basis={basis}").context["board"].metrics
        found = next(each for each in metrics.items if each.label.startswith("Churn"))
        return found.label, round(found.figure.number, 4), found.status_label, found.figure.href.partition("basis=")[2]

    return read


def test_a_limit_of_months_is_held_against_the_month_whatever_stretch_is_picked(with_customers, churn, at: datetime):
    limit(with_customers.shops, "churn", at, warning=Decimal("0.03"), critical=Decimal("0.05"))

    assert churn("month") == ("Churn", 0.02, "Within limits", "month")
    assert churn("qtd") == ("Churn, month", 0.02, "Within limits", "month")  # the quarter lost 3.95%


def test_a_limit_of_the_stretch_picked_goes_before_one_of_another(with_customers, churn, at: datetime):
    limit(with_customers.shops, "churn", at, warning=Decimal("0.03"), critical=Decimal("0.05"))
    limit(with_customers.retail, "churn", at, basis="qtd", warning=Decimal("0.03"), critical=Decimal("0.05"))

    assert churn("qtd")[:3] == ("Churn", 0.0395, "Warning")
    assert churn("ytd")[0] != "Churn"


def test_without_limits_a_metric_is_shown_over_the_stretch_picked(with_customers, churn):
    assert churn("qtd")[:3] == ("Churn", 0.0395, "")
