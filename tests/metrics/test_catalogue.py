"""The shipped catalogue: complete, closed and without circles."""

from __future__ import annotations

import pytest

from metrics.catalogue import (
    CATALOGUE,
    METRICS,
    REPORTED_ROLES,
    ROLES,
    SEVERITY_WORDS,
    Metric,
    MetricCycle,
    check,
    order,
)
from metrics.formula import FormulaError, is_code, is_exact, parse, references
from metrics.roles import DERIVED_ROLES

CODES = """
    revenue cost_of_sales gross_profit personnel_cost contractor_cost marketing_cost cloud_cost other_operating_cost
    operating_cost total_cost operating_income gross_margin operating_margin
    cost_of_sales_to_revenue personnel_cost_to_revenue contractor_cost_to_revenue marketing_cost_to_revenue
    cloud_cost_to_revenue other_operating_cost_to_revenue operating_cost_to_revenue total_cost_to_revenue
    headcount open_positions contractors_fte revenue_per_head revenue_per_head_avg contractor_share
    contractor_share_of_budget budget_utilisation share_of_year_gone roi_on_budget
    revenue_growth revenue_growth_month operating_margin_change growth_efficiency
    customers new_customers churned_customers acquisition_spend cac churn retention ltv ltv_cac
    receivables dso dso_count_back payables operating_cash_flow cash net_burn runway
    satisfaction market_share market_growth competitive_index brand productivity quality innovation
    unit_class elimination_difference elimination_rounding balance_difference
    net_income equity_result minority_share net_income_to_owners
    net_assets equity translation_difference minority_equity
"""


def test_the_catalogue_in_the_order_of_the_finance_manual() -> None:
    assert [metric.code for metric in CATALOGUE] == CODES.split()


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.code)
def test_every_formula_reads_and_names_only_what_exists(metric: Metric) -> None:
    check(metric.formula, METRICS)
    if metric.impact:
        check(metric.impact, METRICS, impact=True)


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.code)
def test_every_metric_declares_what_fits_its_kind(metric: Metric) -> None:
    assert is_code(metric.code)
    assert metric.label and metric.group
    assert bool(metric.choices) == (metric.kind == "class") == (metric.compare == "none")
    assert (metric.reported_role in REPORTED_ROLES) == bool(metric.reported_role)
    if metric.kind == "ratio" and metric.time_rollup == "formula" and metric.unit_of_measure == "ratio":
        assert metric.compare == "points"
    if metric.impact_on == "cash":
        assert metric.impact


def test_lines_of_the_statement_stay_exact() -> None:
    exact: dict[str, bool] = {}
    for code in order(CATALOGUE):
        node = parse(METRICS[code].formula)
        exact[code] = is_exact(node, of=lambda name: exact.get(name.code, True))

    assert [code for code in CODES.split() if METRICS[code].unit_rollup == "sum" and not exact[code]] == []
    assert not exact["operating_margin"]


def test_how_the_levels_of_a_threshold_are_called() -> None:
    assert dict(SEVERITY_WORDS) == {"emergency": "high", "critical": "high", "warning": "medium", "target": "low"}


def test_all_roles_that_formulas_ask_for_are_known() -> None:
    asked = {name.code for metric in CATALOGUE for name in references(parse(metric.formula))}

    assert {code for code in asked if ":" in code} <= {f"role:{role}" for role in (*ROLES, *DERIVED_ROLES)}


def metric(code: str, formula: str) -> Metric:
    return Metric(code, code, "money", 1, "percent", "currency", formula)


def test_every_metric_comes_after_what_it_needs() -> None:
    places = {code: place for place, code in enumerate(order(CATALOGUE))}

    assert len(places) == len(CATALOGUE)
    assert [
        (each.code, name.code)
        for each in CATALOGUE
        for name in references(parse(each.formula))
        if name.code in places and places[name.code] >= places[each.code]
    ] == []


@pytest.mark.parametrize(
    ("formulas", "sentence"),
    [
        ({"b": "c", "c": "a + 1", "a": "b"}, "These metrics need one another: a → b → c → a"),
        ({"a": "prior(a)"}, "These metrics need one another: a → a"),
        ({"x": "1", "b": "x + a", "a": "budget.b"}, "These metrics need one another: a → b → a"),
    ],
)
def test_a_circle_is_named(formulas: dict[str, str], sentence: str) -> None:
    with pytest.raises(MetricCycle) as refused:
        order([metric(code, formula) for code, formula in formulas.items()])

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("formula", "sentence"),
    [
        ("revenue - revenu", "At character 11: there is no metric “revenu”. Did you mean “revenue”?"),
        ("budget.hedcount", "At character 1: there is no metric “hedcount”. Did you mean “headcount”?"),
        ("role:contractor", "At character 1: there is no role “contractor”. Did you mean “role:contractors”?"),
        ("account:4001", "At character 1: there is no account “4001”. Did you mean “account:4000”?"),
        ("1 + xyzzy", "At character 5: there is no metric “xyzzy”."),
    ],
)
def test_a_name_that_does_not_exist_is_refused_where_it_stands(formula: str, sentence: str) -> None:
    with pytest.raises(FormulaError) as refused:
        check(formula, {*METRICS, "account:4000"})

    assert str(refused.value) == sentence
