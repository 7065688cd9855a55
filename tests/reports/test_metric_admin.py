"""The form of a metric: tried out before it is saved, refused with position and guess, and its versions told apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alerts.actions import set_threshold
from alerts.terms import Terms
from alerts.vetting import Proposal
from audit.models import Record
from metrics.actions import change_metric, define_metric
from metrics.models import MetricVersion, Run
from metrics.recompute import recompute
from metrics.vetting import Definition
from people.models import Person
from tests.company import Company
from tests.reports.conftest import COMPUTED
from units.scope import Scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SignIn = Callable[[Person], Client]

ADD = "/admin/metrics/metric/add/"
PER_HEAD = Definition("sales_per_head", "Sales per head", "money", "revenue / headcount")


def typed(**more: Any) -> dict[str, Any]:
    """The form as somebody fills it in, sent to be looked at."""
    return {
        "code": "sales_per_head",
        "label": "Sales per head",
        "kind": "money",
        "better": "1",
        "compare": "percent",
        "formula": "revenue / headcount",
        "_preview": "1",
    } | more


@pytest.fixture
def admin(finance_admin: Person, signed_in: SignIn, computed: Company) -> Client:
    return signed_in(finance_admin)


@pytest.fixture
def defined(computed: Company, at: datetime) -> MetricVersion:
    """The metric is in force, another one reads it, and Retail has a threshold on it."""
    system = Scope.system("test")
    version = define_metric(actor=system, definition=PER_HEAD, at=at)
    define_metric(
        actor=system,
        definition=Definition("twice", "Twice that", "money", "revenue", impact="value * sales_per_head"),
        at=at,
    )
    recompute(actor="process:test", clock=lambda: COMPUTED)
    terms = Terms("sales_per_head", "month", "absolute", "level", direction=-1, warning="90")
    proposal = Proposal(code="low", unit=computed.retail, terms=terms, label="Sales per head of Retail")
    set_threshold(actor=system, proposal=proposal, at=at)
    return version


def change(version: MetricVersion) -> str:
    return f"/admin/metrics/metric/{version.metric_id}/change/"


def cells(rows: Any) -> list[tuple[str, ...]]:
    return [(row.label, row.before.text, row.after.text, row.difference.text) for row in rows]


def test_a_new_formula_is_shown_over_the_last_closed_months_and_nothing_is_saved(admin: Client) -> None:
    before = (MetricVersion.objects.count(), Record.objects.count(), Run.objects.count())

    answer = admin.post(ADD, typed(on_unit="shops"))

    board = answer.context["trial"]
    assert answer.status_code == 200
    assert board.title == "Sales per head at SHOPS Shops, month"
    assert board.summary == "3 of 12 months to 2026-08 have a number. Nothing is saved yet."
    assert [(row.label, row.after.text) for row in board.months[-4:]] == [
        ("2026-05", "n/a"),
        ("2026-06", "100.00"),
        ("2026-07", "110.00"),
        ("2026-08", "109.09"),
    ]
    assert board.months[0].after.reason == "no figures"
    assert (MetricVersion.objects.count(), Record.objects.count(), Run.objects.count()) == before


def test_what_was_typed_stays_in_the_form(admin: Client) -> None:
    answer = admin.post(ADD, typed(reason="for the board", description="Sales a head."))

    assert b"for the board" in answer.content
    assert b"Sales a head." in answer.content
    assert b"revenue / headcount" in answer.content


def test_a_changed_formula_stands_beside_the_one_in_force_with_who_changes_most_and_what_depends_on_it(
    admin: Client, defined: MetricVersion
) -> None:
    board = admin.post(change(defined), typed(formula="revenue / (headcount + 1)")).context["trial"]

    assert cells(board.months[-1:]) == [("2026-08", "100.00", "97.14", "−2.86")]  # 3,400 of the group over 34 heads
    assert cells(board.units) == [
        ("SHOPS Shops", "109.09", "100.00", "−9.09"),
        ("RETAIL Retail", "92.31", "85.71", "−6.59"),
        *[(f"{code} Zephyrgoods", "114.29", "109.09", "−5.19") for code in ("WHOLESALE Wholesale", "DEPOT Depot")],
    ]
    assert "3 of them would read differently, and 4 of 4 units below in the newest" in board.summary
    assert [(each.name, each.about) for each in board.metrics] == [("Twice that", "revenue")]
    assert [(each.name, each.about) for each in board.thresholds] == [
        ("Sales per head of Retail", "RETAIL, sales_per_head, month")
    ]
    assert board.thresholds[0].href.startswith("/admin/alerts/threshold/")


def test_the_same_formula_changes_nothing(admin: Client, defined: MetricVersion) -> None:
    board = admin.post(change(defined), typed()).context["trial"]

    assert board.units == ()
    assert {row.difference.text for row in board.months[-3:]} == {"0"}


@pytest.mark.parametrize("basis", ["qtd", "ytd", "ltm"])
def test_what_the_preview_shows_is_what_the_next_recompute_stores(
    admin: Client, defined: MetricVersion, basis: str, at: datetime
) -> None:
    formula = "per(revenue, headcount) - ltm(cost_of_sales) / 12 + lag(revenue, 1) * share_of_group(revenue)"
    shown = admin.post(change(defined), typed(formula=formula, on_unit="RETAIL", on_basis=basis)).context["trial"]

    change_metric(
        actor=Scope.system("test"), definition=Definition("sales_per_head", "Sales per head", "money", formula), at=at
    )
    recompute(actor="process:test", clock=lambda: COMPUTED)

    stored = admin.post(change(defined), typed(formula=formula, on_unit="RETAIL", on_basis=basis)).context["trial"]
    assert [row.before.text for row in stored.months] == [row.after.text for row in shown.months]


@pytest.mark.parametrize(
    ("typed_wrong", "field", "sentence"),
    [
        ({"formula": "revnue / headcount"}, "formula",
         "At character 1: there is no metric “revnue”. Did you mean “revenue”?"),
        ({"formula": "role:revenu * 2"}, "formula",
         "At character 1: there is no role “revenu”. Did you mean “role:revenue”?"),
        ({"formula": "1 + budget.revnue"}, "formula",
         "At character 5: there is no metric “revnue”. Did you mean “revenue”?"),
        ({"formula": "bugdet.revenue"}, "formula",
         "At character 1: “bugdet” is not a version; there are actual, budget, forecast. Did you mean “budget”?"),
        ({"formula": "shareof(revenue)"}, "formula",
         "At character 1: there is no function “shareof”. Did you mean “share_of”?"),
        ({"formula": "account:REVENU"}, "formula",
         "At character 1: there is no account “REVENU”. Did you mean “account:REVENUE”?"),
        ({"impact": "(valeu - target) * 12"}, "impact",
         "At character 2: there is no metric “valeu”. Did you mean “value”?"),
        ({"impact": "share_of(revenue)"}, "impact",
         "At character 1: share_of cannot be used in an impact formula: not everybody who is told may see the whole."),
        ({"formula": "sales_per_head + 1"}, "formula",
         "These metrics need one another: sales_per_head → sales_per_head."),
        ({"on_unit": "NOWHERE"}, "on_unit", "There is no unit “NOWHERE”."),
    ],
)  # fmt: skip
def test_what_is_typed_badly_is_refused_at_its_place_and_nothing_is_lost(
    admin: Client, typed_wrong: dict[str, str], field: str, sentence: str
) -> None:
    answer = admin.post(ADD, typed(**typed_wrong, reason="for the board"))

    assert answer.context["adminform"].form.errors[field] == [sentence]
    assert "trial" not in answer.context
    assert b"for the board" in answer.content


def test_versions_are_listed_with_who_when_why_and_what_changed(
    admin: Client, defined: MetricVersion, finance_admin: Person, at: datetime
) -> None:
    change_metric(
        actor=Scope.of(finance_admin, at=at),
        definition=Definition("sales_per_head", "Sales per head", "money", "revenue / avg(headcount)"),
        at=at,
        reason="the mean is fairer",
    )

    page = admin.get(change(defined)).content.decode()

    assert "Fiona Finance" in page
    assert "the mean is fairer" in page
    assert "revenue / <ins>avg(</ins>headcount<ins>)</ins>" in page


def test_the_preview_asks_as_much_for_many_units_as_for_few(admin: Client, defined: MetricVersion) -> None:
    def asked(unit: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert admin.post(change(defined), typed(formula="lag(revenue, 1)", on_unit=unit)).context["trial"]
        return len(queries)

    asked("GROUP")  # what a process reads once

    assert asked("RETAIL") == asked("GROUP")
