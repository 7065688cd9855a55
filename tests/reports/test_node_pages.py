"""Nodes of other trees on pages: the same reading, and nothing of units a reader may not see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from ledger.actions import import_tree
from ledger.actions.structure import StructureFile
from ledger.models import Period
from metrics.querysets import computed_mark
from people.models import Person
from reports.explanation import Explanation
from tests.cast import person
from tests.company import Company
from tests.ledger.imports import csv
from tests.metrics.engine import AT, SYSTEM, compute
from tests.prepared import prepared
from units import roles
from units.models import Unit
from units.scope import Scope

SignedIn = Callable[..., Client]
pytestmark = pytest.mark.django_db

REGIONS = """
    code  | name  | parent
    WORLD | World |
    NORTH | North | WORLD
    SHOPS |       | NORTH
    DEPOT |       | NORTH
"""


@prepared
def world(company: Company) -> Company:
    assert import_tree(actor=SYSTEM, tree="region", file=StructureFile("t.csv", csv(REGIONS)), at=AT).status
    compute()
    return company


@pytest.fixture
def north_lead(world: Company) -> Person:
    return person("Nora North", roles.UNIT_LEADER, Unit.unscoped.get(code="NORTH"))


def test_the_top_of_another_tree_lists_its_nodes_and_what_is_assigned_nowhere(
    signed_in: SignedIn, executive: Person, world: Company
) -> None:
    board = signed_in(executive).get("/overview/?unit=WORLD&basis=month").context["board"]

    rows = {row.unit.short: row.revenue.actual.number for row in board.matrix.rows}
    assert list(rows)[:2] == ["NORTH", "WORLD-REST"]
    assert rows["World"] == 3600_0000


def test_the_left_margin_leads_to_the_top_a_reader_may_see(
    signed_in: SignedIn, executive: Person, north_lead: Person, retail_lead: Person
) -> None:
    shown = [
        [item.label for item in signed_in(each).get("/units/").context["frame"].trees]
        for each in (executive, north_lead, retail_lead)
    ]

    assert shown == [["World"], ["North"], []]


def test_a_leader_of_a_node_reads_its_totals_and_no_unit_below_it(
    signed_in: SignedIn, north_lead: Person, world: Company
) -> None:
    client = signed_in(north_lead)
    page = client.get("/units/NORTH/?basis=month")

    assert page.status_code == 200
    assert "SHOPS" not in page.content.decode()
    assert [client.get(f"/units/{code}/").status_code for code in ("SHOPS", "WORLD", "GROUP")] == [404, 404, 404]


def test_explaining_a_node_shows_what_may_not_be_seen_as_one_sum(north_lead: Person, world: Company) -> None:
    ordinal = Period.objects.get(code="2026-09").ordinal
    node = Unit.unscoped.get(code="NORTH").pk
    asked = {"unit": node, "ordinal": ordinal, "basis": "month", "version": "actual"}
    hers = Explanation(Scope.of(north_lead, at=AT), computed_mark()).of("revenue", **asked)
    whole = Explanation(SYSTEM, computed_mark()).of("revenue", **asked)

    assert [(leaf.label, leaf.value) for leaf in hers.leaves()] == [("Rows you may not see", hers.value)]
    assert sum(int(leaf.value or 0) for leaf in whole.leaves() if leaf.row) == whole.value == hers.value


def test_the_page_that_explains_a_node_opens_into_its_units(
    signed_in: SignedIn, executive: Person, world: Company
) -> None:
    answer = signed_in(executive).get("/units/NORTH/explain/revenue/?basis=month")

    assert answer.status_code == 200
    assert "SHOPS" in answer.content.decode()


def test_the_api_names_the_tree_and_the_node_above(signed_in: SignedIn, executive: Person, world: Company) -> None:
    found = {unit["code"]: unit for unit in signed_in(executive).get("/api/v1/units/").json()["results"]}

    assert (found["NORTH"]["tree"], found["NORTH"]["parent"]) == ("region", "WORLD")
    assert (found["SHOPS"]["tree"], found["SHOPS"]["parent"]) == ("", "RETAIL")
