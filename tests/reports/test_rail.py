"""The rail lists the first units of however many there are, in one query."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.actions import import_tree
from ledger.actions.structure import StructureFile
from people.models import Person
from reports.boards.rail import IN_RAIL, Place, Rail
from tests.cast import person
from tests.company import Company
from tests.ledger.imports import csv
from tests.metrics.engine import AT, SYSTEM
from units import roles
from units.models import Unit
from units.scope import Scope

pytestmark = pytest.mark.django_db


def rail(someone: Person) -> Rail:
    return Rail.of(Scope.of(someone, at=AT))


def codes(places: object) -> list[str]:
    return [place.code for place in places]  # type: ignore[attr-defined]  # of Place


def many(company: Company, units: int) -> None:
    """More units below the group, after what stands there."""
    last = Unit.unscoped.get(pk=company.group.pk).right
    Unit.unscoped.bulk_create(
        Unit(code=f"N{place:04}", name=f"New {place}", depth=1, left=last + 2 * place, right=last + 2 * place + 1)
        for place in range(units)
    )


def test_what_stands_for_itself_is_listed_in_the_order_of_the_tree(company: Company, executive: Person) -> None:
    found = rail(executive)

    assert found.top == Place(company.group.pk, "GROUP", "Example Group")
    assert codes(found.units) == ["RETAIL", "SHOPS", "WHOLESALE", "DEPOT"]
    assert (found.number, found.trees) == (4, [])


def test_a_leader_sees_his_own_and_what_is_below(company: Company, retail_lead: Person) -> None:
    found = rail(retail_lead)

    assert found.top is not None and found.top.code == "RETAIL"
    assert codes(found.units) == ["RETAIL", "SHOPS"]


def test_a_company_of_one_unit_lists_it(company: Company) -> None:
    Unit.unscoped.exclude(pk=company.group.pk).update(left=0)  # dropped from the tree

    found = rail(person("Olga Only", roles.EXECUTIVE))

    assert (codes(found.units), found.number) == (["GROUP"], 1)


def test_who_sees_no_unit_has_an_empty_rail(company: Company, stranger: Person) -> None:
    assert rail(stranger) == Rail(None, [], 0, [])


@pytest.mark.parametrize("more", [1, 300])
def test_of_many_units_the_first_are_handed_over_and_all_are_counted(
    company: Company, executive: Person, more: int
) -> None:
    many(company, more)
    scope = Scope.of(executive, at=AT)

    with CaptureQueriesContext(connection) as asked:
        found = Rail.of(scope)

    assert len(asked) == 1
    assert (found.number, len(found.units)) == (4 + more, min(4 + more, IN_RAIL))
    assert codes(found.units)[:5] == ["RETAIL", "SHOPS", "WHOLESALE", "DEPOT", "N0000"]


def test_of_another_tree_stands_the_node_from_which_a_reader_looks_down(company: Company, executive: Person) -> None:
    nodes = "code | name | parent\nWORLD | World |\nNORTH | North | WORLD\nSHOPS | | NORTH"
    import_tree(actor=SYSTEM, tree="region", file=StructureFile("t.csv", csv(nodes)), at=AT)
    north_lead = person("Nora North", roles.UNIT_LEADER, Unit.unscoped.get(code="NORTH"))

    assert codes(rail(executive).trees) == ["WORLD"]
    assert codes(rail(north_lead).trees) == ["NORTH"]
