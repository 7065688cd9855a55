"""Words of finance: a formula in words, and a definition at hand wherever a metric is named."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from django.template import Context, Template
from django.test import Client

from metrics.catalogue import METRICS
from metrics.formula import parse
from people.models import Person
from reports.boards.metric.spelling import spelled
from tests.company import Company


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("operating_income / revenue", "operating income ÷ revenue"),
        ("gross_profit - optional(cost_of_sales)", "gross profit − cost of sales (if any)"),
        ("ltm(revenue) / headcount", "revenue of the last twelve months ÷ headcount"),
        ("ytd(cash) / year(budget.total_cost)", "cash of the year to date ÷ budgeted total cost of the whole year"),
        ("contractor_cost / total(personnel_cost, contractor_cost)", "contractors ÷ (personnel + contractors)"),
        ("(cash - prior(cash)) / abs(cash)", "(cash − cash a year earlier) ÷ cash without its sign"),
        ("lag(cash, 1) - lag(cash, 3)", "cash a month earlier − cash 3 months earlier"),
        ("cash / last(revenue, 3) * days(3)", "cash ÷ revenue of the last 3 months × days of the last 3 months"),
        ("when(net_burn > 0, cash / net_burn)", "cash ÷ net burn a month where net burn a month > 0"),
        ("if(churn >= 2.5%, 1, -cash)", "1 if churn ≥ 2.5%, else −cash"),
        ("1 - (churn - 0.5)", "1 − (churn − 50%)"),
        ("role:revenue + account:4000", "revenue accounts + account 4000"),
        ("max(dso, 30)", "max(days sales outstanding, 30)"),
    ],
)  # fmt: skip
def test_a_formula_in_words(formula: str, words: str) -> None:
    assert spelled(parse(formula), METRICS) == words


def test_every_shipped_metric_says_what_it_is() -> None:
    assert [metric.code for metric in METRICS.values() if not metric.description] == []


def shown(template: str, **values: object) -> str:
    return Template("{% load terms %}" + template).render(Context(values))


def test_the_name_of_a_metric_leads_to_its_definition_and_that_of_an_account_nowhere() -> None:
    assert shown("{% term 'dso' label %}", label="Days <of> sales") == (
        '<a class="term" href="/terms/dso/" data-term>Days &lt;of&gt; sales</a>'
    )
    assert shown("{% term 'account:5310' 'Compute' %} {% term '' 'Costs' %}") == "Compute Costs"
    assert "What <bdi>Margin</bdi> means" in shown("{% term_mark 'operating_margin' 'Margin' %}")
    assert shown("{% term_mark '' 'Status' %}") == ""


def test_a_text_has_each_of_its_terms_at_hand_once() -> None:
    text = "Margin & revenue against revenue."
    terms = (("operating_margin", "Margin"), ("revenue", "revenue"), ("dso", "not in it"))

    assert shown("{% told text terms %}", text=text, terms=terms) == (
        '<a class="term" href="/terms/operating_margin/" data-term>Margin</a> &amp; '
        '<a class="term" href="/terms/revenue/" data-term>revenue</a> against revenue.'
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_a_definition_is_a_page_a_part_of_others_and_a_line_of_the_glossary(
    company: Company, signed_in: Callable[..., Client], executive: Person
) -> None:
    browser = signed_in(executive)
    part = browser.get("/terms/revenue_per_head/", headers={"HX-Request": "true"}).content.decode()

    assert "Revenue of the last twelve months over closing headcount." in part and "<html" not in part
    assert "revenue of the last twelve months ÷ headcount" in browser.get("/terms/revenue_per_head/").content.decode()
    assert all(metric.label in unescape(browser.get("/terms/").content.decode()) for metric in METRICS.values())
    assert browser.get("/terms/no_such_metric/").status_code == 404
