"""Metrics that administrators add: refused with position and reason, versioned, recorded, recomputed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from audit.models import Record
from jobs.models import Job
from metrics.actions import MetricRefused, change_metric, define_metric, retire_metric
from metrics.definitions import definitions
from metrics.models import Metric, MetricVersion
from metrics.vetting import Definition
from people.models import Person
from tests.cast import person
from tests.company import Company
from units import roles
from units.scope import Scope

pytestmark = pytest.mark.django_db

SYSTEM = Scope.system("test")
SPREAD = Definition("cost_spread", "Cost spread", "money", "operating_cost - cost_of_sales", better=-1)


def define(at: datetime, definition: Definition = SPREAD) -> MetricVersion:
    return define_metric(actor=SYSTEM, definition=definition, at=at)


def refused(at: datetime, definition: Definition) -> list[tuple[str, str]]:
    with pytest.raises(MetricRefused) as refusal:
        define(at, definition)
    return [(each.field, each.sentence) for each in refusal.value.refusals]


def test_a_metric_is_defined_with_record_mark_and_recompute(company: Company, finance_admin: Person, at: datetime):
    version = define_metric(actor=Scope.of(finance_admin, at=at), definition=SPREAD, at=at, reason="for the board")

    assert definitions()["cost_spread"].formula == "operating_cost - cost_of_sales"
    record = Record.objects.get(verb="metrics.metric.defined")
    assert (record.target_id, record.actor, record.reason, record.after["mark"]) == (
        "cost_spread", f"person:{finance_admin.pk}", "for the board", version.from_mark,
    )  # fmt: skip
    assert list(Job.objects.values_list("kind", flat=True)) == ["metrics.recompute"]


def test_a_bad_formula_is_refused_with_the_position_and_the_reason(company: Company, at: datetime):
    assert refused(at, replace(SPREAD, formula="revenue - opreating_cost")) == [
        ("formula", "At character 11: there is no metric “opreating_cost”. Did you mean “operating_cost”?")
    ]
    ((field, sentence),) = refused(at, replace(SPREAD, formula="revenue +"))
    assert (field, sentence[:13]) == ("formula", "At character ")
    assert [field for field, _ in refused(at, replace(SPREAD, formula="limit * 2"))] == ["formula"]
    assert [field for field, _ in refused(at, replace(SPREAD, impact="vlaue"))] == ["impact"]


def test_a_circle_is_refused_and_named(company: Company, at: datetime):
    define(at, replace(SPREAD, code="one", formula="revenue"))
    define(at, replace(SPREAD, code="two", formula="one + revenue"))

    with pytest.raises(MetricRefused) as refusal:
        change_metric(actor=SYSTEM, definition=replace(SPREAD, code="one", formula="two"), at=at)

    assert str(refusal.value) == "These metrics need one another: one → two → one."
    assert refused(at, replace(SPREAD, code="self", formula="self + 1")) == [
        ("formula", "These metrics need one another: self → self.")
    ]


@pytest.mark.parametrize("code", ["revenue", "Revenue growth", "ytd", "limit", "_x", ""])
def test_a_code_is_small_new_and_no_word_of_the_language(company: Company, at: datetime, code: str):
    assert [field for field, _ in refused(at, replace(SPREAD, code=code))] == ["code"]


def test_every_reason_is_said_at_once(company: Company, at: datetime):
    wrong = Definition("revenue", " ", "ratio", "1 +", better=2, compare="percent")

    assert [field for field, _ in refused(at, wrong)] == ["code", "label", "better", "compare", "formula"]


def test_a_change_is_a_new_version_and_the_old_one_stays_readable(company: Company, at: datetime):
    first = define(at)
    later = at + timedelta(days=1)
    second = change_metric(actor=SYSTEM, definition=replace(SPREAD, formula="operating_cost"), at=later)
    same = change_metric(actor=SYSTEM, definition=replace(SPREAD, formula="operating_cost"), at=later)

    first.refresh_from_db()
    assert (first.until_mark, first.formula, same.pk) == (second.from_mark, "operating_cost - cost_of_sales", second.pk)
    assert definitions(first.from_mark)["cost_spread"].formula == first.formula
    record = Record.objects.get(verb="metrics.metric.changed")
    assert (record.before["formula"], record.after["formula"]) == (first.formula, second.formula)


def test_a_metric_that_another_one_needs_is_not_retired(company: Company, at: datetime):
    define(at)
    define(at, replace(SPREAD, code="user", formula="cost_spread * 2"))

    with pytest.raises(MetricRefused, match="cost_spread is needed by user"):
        retire_metric(actor=SYSTEM, metric=Metric.objects.get(code="cost_spread"), at=at)


def test_a_retired_metric_is_gone_recorded_and_can_come_back(company: Company, at: datetime):
    metric = define(at).metric
    for _ in range(2):
        retire_metric(actor=SYSTEM, metric=metric, at=at)

    assert "cost_spread" not in definitions()
    assert Record.objects.filter(verb="metrics.metric.retired").count() == 1
    with pytest.raises(MetricRefused, match="no added metric"):
        change_metric(actor=SYSTEM, definition=SPREAD, at=at)
    define(at)
    assert "cost_spread" in definitions()


def test_metrics_are_defined_for_the_whole_company_or_not_at_all(company: Company, retail_lead: Person, at: datetime):
    half = person("Hal Half", roles.FINANCE_ADMIN, company.retail)

    for someone in (retail_lead, half):
        with pytest.raises(PermissionDenied):
            define_metric(actor=Scope.of(someone, at=at), definition=SPREAD, at=at)
