"""A forecast explained: it opens to lines, units and methods, and what it opens to adds up to it exactly."""

from __future__ import annotations

from io import StringIO
from typing import Any

import orjson
import pytest
from django.core.management import call_command

from metrics.querysets import computed_mark
from metrics.statement import FORECAST_METRICS
from reports.explanation import Explanation
from reports.foresight import KNOWN, NO_FORECAST, OWN, Foresight
from tests.company import Company
from tests.metrics.engine import SYSTEM, compute
from tests.metrics.foresight import close, expected, forecast, lived_in
from tests.prepared import prepared
from units.commands import WrongCall
from units.models import Unit


@prepared
def company() -> Company:
    return lived_in()


def foresight(unit: str, metric: str) -> Foresight:
    pk = Unit.unscoped.get(code=unit).pk
    return Foresight(Explanation(SYSTEM, computed_mark()).figure(pk, 0).evidence, metric)


def explained(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("explain", "--version", "forecast", *arguments, "--json", stdout=out)
    found: dict[str, Any] = orjson.loads(out.getvalue())
    return found


def test_the_leaves_of_every_forecast_add_up_to_it(company: Company) -> None:
    for unit in ("GROUP", "RETAIL", "WHOLESALE", "SHOPS", "DEPOT", "ELIM"):
        for metric in FORECAST_METRICS:
            found, rows = foresight(unit, metric), expected(unit, metric)
            for row in rows.values():
                tree = found.tree([row.period.ordinal])
                assert tree.value == row.number == sum(leaf.value for leaf in tree.leaves())


def test_months_together_open_to_the_same_parts(company: Company) -> None:
    rows = [row for code, row in expected("GROUP", "operating_income").items() if code <= "2026-12"]
    tree = foresight("GROUP", "operating_income").tree([row.period.ordinal for row in rows])

    assert tree.value == sum(row.number for row in rows) == sum(leaf.value for leaf in tree.leaves())
    assert [line.label for line in tree.children][:2] == ["Revenue", "Cost of sales"]
    assert tree.children[1].value < 0


def test_a_leaf_says_how_it_was_made_and_how_wrong_that_was(company: Company) -> None:
    row = expected("SHOPS", "revenue")["2026-12"]
    leaf = foresight("SHOPS", "revenue").tree([row.period.ordinal])

    assert leaf.note == f"{row.method}, from 27 months up to 2026-09, wrong by {row.wape:.1%} before"
    assert leaf.children == ()


def test_what_is_a_groups_own_stands_beside_its_units(company: Company) -> None:
    tree = foresight("RETAIL", "personnel_cost").tree([expected("RETAIL", "personnel_cost")["2026-12"].period.ordinal])

    assert [(part.label, part.value) for part in tree.children if part.label == OWN] == [(OWN, 100_0000)]


def test_a_unit_known_further_than_its_group_stands_with_its_actual(company: Company) -> None:
    close(company, "2026-10", company.retail)
    compute(full=True)
    forecast()
    row = expected("GROUP", "revenue")["2026-10"]
    tree = foresight("GROUP", "revenue").tree([row.period.ordinal])

    assert tree.value == row.number == sum(leaf.value for leaf in tree.leaves())
    assert KNOWN in {leaf.note for leaf in tree.leaves()}


def test_what_is_not_forecast_is_missing_with_the_reason(company: Company) -> None:
    tree = foresight("SHOPS", "contractor_cost").tree([10])

    assert (tree.value, tree.reason) == (None, NO_FORECAST)


def test_the_command_prints_the_same_tree(company: Company) -> None:
    row = expected("GROUP", "gross_profit")["2026-12"]
    printed = explained("--metric", "gross_profit", "--unit", "GROUP", "--period", "2026-12")

    assert printed["value"] == f"{row.number / 10_000:.4f}"
    assert sum(round(float(leaf["value"]) * 10_000) for leaf in leaves(printed)) == row.number
    assert all("note" in leaf or leaf["label"] == OWN for leaf in leaves(printed))


def leaves(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [leaf for child in node["children"] for leaf in leaves(child)] if node["children"] else [node]


def test_the_command_refuses_what_is_not_forecast(company: Company) -> None:
    with pytest.raises(WrongCall, match="“dso” is not forecast"):
        explained("--metric", "dso", "--unit", "SHOPS")
    with pytest.raises(WrongCall, match="no forecast of revenue of SHOPS for 2026-01"):
        explained("--metric", "revenue", "--unit", "SHOPS", "--period", "2026-01")
