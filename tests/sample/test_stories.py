"""The planted stories, found by the product: imported through the commands, computed by the engine, read as stored.

Units 4, 6 and 10 are read by quarters (the quarter to date of its last month), unit 7 by twelve months, unit 8 by its
last month.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from alerts.models import Alert
from audit.models import Record
from ledger.models import ONE, Entry, Import
from metrics.models import Sheet
from people.models import Person
from sample.company import CODES
from tests.sample.conftest import answer
from tests.tables import assert_reads
from units.models import Grant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("halden")]

SEPTEMBER = "2026-09"


def value(metric: str, unit: str, basis: str = "month", *, period: str = SEPTEMBER, version: str = "actual") -> Any:
    """One stored value: money and counts exact, ratios as numbers."""
    words = ("--metric", metric, "--unit", unit, "--period", period, "--basis", basis, "--version", version)
    (found,) = answer("values", *words)
    assert found["reason"] is None, found
    return (
        Decimal(found["value"]) if isinstance(found["value"], str) and found["value"][-1].isdigit() else found["value"]
    )


def share(part: Any, whole: Any) -> float:
    return float(part) / float(whole)


def test_the_strip_of_figures_over_the_group() -> None:
    strip = [
        {
            "figure": metric,
            "actual": value(metric, "HALDEN", "qtd"),
            "budget": value(metric, "HALDEN", "qtd", version="budget"),
        }
        for metric in ("revenue", "operating_income", "headcount")
    ]
    for row in strip[:2]:
        row |= {name: row[name] / 1_000_000 for name in ("actual", "budget")}

    assert_reads(
        strip,
        """
        figure           | actual | budget
        revenue          |   49.5 |   49.0
        operating_income |   7.96 |   8.29
        headcount        |    158 |    163
    """,
    )


def test_what_units_sell_each_other_is_taken_out_of_the_group() -> None:
    together = sum(value("revenue", unit, "qtd") for unit in CODES)

    assert share(together - value("revenue", "HALDEN", "qtd"), together) == pytest.approx(0.0118, abs=0.00001)
    assert value("elimination_difference", "HALDEN", "ltm") == 0
    assert value("operating_income", "HALDEN", "qtd") == sum(
        value("operating_income", unit, "qtd") for unit in (*CODES, "CORP")
    )


def test_nothing_is_entered_on_the_elimination_unit() -> None:
    assert not Entry.unscoped.filter(unit__code="ELIM").exists()


def test_unit_4_contractors() -> None:
    spent = value("contractor_cost", "U04", "qtd")
    budget = value("contractor_cost", "U04", "qtd", version="budget")

    assert share(spent, budget) - 1 == pytest.approx(0.67, abs=0.005)
    assert value("contractor_share_of_budget", "U04", "qtd") == pytest.approx(0.60, abs=0.005)
    assert float(4 * (spent - budget)) == pytest.approx(180_000, abs=500)


def test_unit_6_growth_paid_for_with_margin() -> None:
    assert value("revenue_growth", "U06", "qtd") == pytest.approx(0.40, abs=0.005)
    assert value("operating_margin", "U06", "qtd") == pytest.approx(0.15, abs=0.005)
    assert value("operating_margin", "U06", "qtd", period="2026-03") == pytest.approx(0.23, abs=0.005)


def test_unit_6_cloud_cost_grows_faster_than_revenue() -> None:
    cloud = share(value("cloud_cost", "U06", "qtd"), value("cloud_cost", "U06", "qtd", period="2025-09")) - 1

    assert cloud > value("revenue_growth", "U06", "qtd")
    assert float(value("revenue", "U06", "ltm")) * 0.05 == pytest.approx(850_000, abs=5_000)


def test_unit_7_earns_more_with_fewer() -> None:
    assert share(value("headcount", "U07"), value("headcount", "HALDEN")) == pytest.approx(0.12, abs=0.005)
    assert share(value("revenue", "U07", "ltm"), value("revenue", "HALDEN", "ltm")) == pytest.approx(0.18, abs=0.005)
    assert float(value("revenue_per_head", "U07")) == pytest.approx(1_800_000, abs=50_000)
    assert float(value("revenue_per_head", "HALDEN")) == pytest.approx(1_200_000, abs=50_000)


def test_unit_8_waits_for_its_money() -> None:
    assert value("dso", "U08") == pytest.approx(72, abs=0.001)


def test_unit_10_sells_less_than_planned() -> None:
    sold, planned = value("revenue", "U10", "qtd"), value("revenue", "U10", "qtd", version="budget")

    assert share(sold, planned) - 1 == pytest.approx(-0.18, abs=0.005)


def test_the_class_of_every_unit_that_sells() -> None:
    words = [word for unit in (*CODES, "CORP", "ELIM") for word in ("--unit", unit)]
    assert_reads(
        [
            {"unit": row["unit"], "class": row["value"], "reason": (row["reason"] or "").partition(":")[0]}
            for row in answer("values", "--metric", "unit_class", *words, "--period", SEPTEMBER)
        ],
        """
        unit | class      | reason
        U01  | high       |
        U02  | stable     |
        U03  | high       |
        U04  | struggling |
        U05  | stable     |
        U06  | growing    |
        U07  | high       |
        U08  | stable     |
        U09  | stable     |
        U10  | struggling |
        U11  | stable     |
        U12  | growing    |
        CORP | –          | not_applicable
        ELIM | –          | not_applicable
        """,
    )


def test_every_month_of_every_unit_was_delivered() -> None:
    found = answer("values", "--metric", "revenue", "--unit", "HALDEN", "--basis", "ltm", "--period", SEPTEMBER)

    assert [row["coverage"] for row in found] == ["156 of 156"]


def test_the_alerts_that_stand() -> None:
    standing = [
        {
            "unit": alert.unit.code,
            "title": alert.title,
            "severity": alert.severity,
            "owner": alert.owner.name if alert.owner else "",
            "impact": None if alert.impact is None else round(alert.impact / 10_000_000),
        }
        for alert in Alert.unscoped.filter(condition="firing")
        .select_related("unit", "owner")
        .order_by("unit__code", "pk")
    ]

    assert_reads(
        standing,
        """
        unit | title                                                            | severity | owner           | impact
        U04  | Contractors 67% over budget                                      | critical | Marcus Oyelaran | -180
        U06  | Cloud 42% over budget                                            | critical | Noor Haddad     | -1,758
        U06  | Operating margin against six months earlier −8.0 pp, floor −5.0 pp | warning  | Noor Haddad    | -1,547
        U06  | Cost to acquire a customer $18.4K, limit $17K                    | warning  | Noor Haddad     | -134
        U08  | Days sales outstanding 72 days, limit 70 days                    | critical | Greta Sand      | -1,084
        U10  | Revenue 18% below budget                                         | critical | Paolo Ferri     | -1,325
        U12  | Operating margin 1.4 pp below budget                             | warning  | Mei Tanaka      | -190
    """,
    )


def test_the_people_of_the_company_are_at_work_on_them() -> None:
    shown = Alert.unscoped.filter(condition="firing").select_related("unit", "escalated_to", "version")
    assert_reads(
        [
            {"unit": alert.unit.code, "metric": alert.version.metric, "handling": alert.handling}
            | {"passed on": alert.escalated_to.name if alert.escalated_to else ""}
            for alert in shown.order_by("unit__code", "pk")
        ],
        """
        unit | metric                  | handling     | passed on
        U04  | contractor_cost         | open         |
        U06  | cloud_cost              | acknowledged |
        U06  | operating_margin_change | in_progress  |
        U06  | cac                     | open         |
        U08  | dso                     | open         | Clara Voss
        U10  | revenue                 | in_progress  |
        U12  | operating_margin        | acknowledged |
        """,
    )


def test_what_is_recommended_is_computed() -> None:
    actions = dict(Alert.unscoped.filter(condition="firing").values_list("threshold__code", "action"))

    assert actions["contractors-over-budget"] == (
        "Convert 3 contractors to employees; saves $180K a year. 2 positions are open for it.\n"
        "- Confirm which roles are permanent\n- Release the positions from the reserve\n"
        "- End the remaining day-rate contracts"
    )
    assert actions["cloud-over-budget"].endswith(
        "Five points of the last twelve months' revenue are worth $852K a year."
    )
    assert actions["cloud-hosting-margin-change"].endswith("The margin is 15%, six months ago it was 23%.")


def test_the_share_of_contractors_has_a_target_that_does_not_fire() -> None:
    assert value("contractor_share_of_budget", "U04", "qtd") > 0.15
    assert not Alert.unscoped.filter(threshold__code="contractor-share").exists()


def test_september_was_restated_when_two_invoices_came_late() -> None:
    first, final = (
        sheet.numbers["cloud_cost"]
        for sheet in Sheet.unscoped.filter(
            unit__code="U06", period__code=SEPTEMBER, basis="month", version="actual"
        ).order_by("from_mark")
    )
    late = Entry.unscoped.get(unit__code="U06", text__contains="INV 88-1093")

    assert (final - first, late.amount) == (19_000 * ONE, 19_000 * ONE)
    assert late.origin.filename == "ledger-2026-09.csv"


def test_people_sign_in_with_passwords_that_were_shown_once(halden: dict[str, Any]) -> None:
    for shown in halden["people"]:
        person = Person.objects.get(email=shown["email"])
        assert person.check_password(shown["password"]) and not person.must_change_password
        (grant,) = Grant.objects.filter(person=person)
        assert (grant.role, grant.unit.code if grant.unit else None) == (shown["role"], shown["unit"])


def test_every_import_stands_in_the_record_and_the_loading_itself() -> None:
    assert Record.objects.filter(verb="ledger.figures.imported").count() == Import.objects.count() == 49
    loaded = Record.objects.get(verb="sample.loaded")
    assert loaded.after["imports"] == list(Import.objects.order_by("pk").values_list("pk", flat=True))
    assert len(loaded.after["people"]) == Person.objects.count()


def test_no_file_of_the_demonstration_imports_with_a_warning() -> None:
    assert [one.filename for one in Import.objects.all() if one.warnings] == []
