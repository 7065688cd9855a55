"""Ownership by date: whole or not at all, the same file changes nothing, and the record keeps what stood."""

from __future__ import annotations

import pytest

from ledger.actions import import_ownership
from ledger.actions.structure import StructureFile
from ledger.report import FileReport
from tests.ledger.imports import AT, csv, recorded
from units.marks import newest_mark
from units.models import Holding
from units.scope import AbilityMissing, Scope

HELD = """
    unit  | from       | ownership | method
    SHOPS | 2026-07-01 | 0.60      | full
    SHOPS | 2026-09-01 | 0.80      |
    DEPOT | 2026-07-01 | 0.5       | proportional
"""


@pytest.fixture
def admin(company, finance_admin) -> Scope:
    return Scope.of(finance_admin, at=AT)


def bring(actor: Scope, text: str) -> FileReport:
    return import_ownership(actor=actor, file=StructureFile("ownership.csv", csv(text)), at=AT)


def standing() -> list[tuple[str, str, str, str]]:
    rows = Holding.unscoped.filter(until_mark=None).order_by("unit__code", "starts").select_related("unit")
    return [(row.unit.code, row.starts.isoformat(), row.ownership, row.method) for row in rows]


def test_terms_stand_from_their_day_and_a_method_left_open_is_full(admin):
    report = bring(admin, HELD)

    assert (report.status, report.counts.new) == ("imported", 3)
    assert standing() == [
        ("DEPOT", "2026-07-01", "0.5", "proportional"),
        ("SHOPS", "2026-07-01", "0.6", "full"),
        ("SHOPS", "2026-09-01", "0.8", "full"),
    ]


def test_the_same_file_again_changes_nothing(admin):
    bring(admin, HELD)
    mark = newest_mark()

    assert bring(admin, HELD).status == "unchanged"
    assert newest_mark() == mark


def test_a_file_states_all_terms_of_the_units_it_mentions_and_of_no_others(admin):
    bring(admin, HELD)

    report = bring(admin, "unit | from | ownership\nSHOPS | 2026-09-01 | 0.7")

    assert (report.counts.changed, report.counts.closed) == (1, 1)
    assert standing() == [("DEPOT", "2026-07-01", "0.5", "proportional"), ("SHOPS", "2026-09-01", "0.7", "full")]
    assert Holding.unscoped.count() == 4  # what stood before is kept


def test_a_row_without_a_day_takes_a_units_terms_back(admin):
    bring(admin, HELD)
    bring(admin, "unit | from | ownership\nSHOPS | |")

    assert [row[0] for row in standing()] == ["DEPOT"]


def test_wrong_rows_are_all_named_and_nothing_lands(admin):
    report = bring(
        admin,
        """
        unit    | from       | ownership | method
        SHOPS   | 2026-07-01 | 1.2       | full
        NOBODY  | 2026-07-01 | 0.5       | full
        ELIM    | 2026-07-01 | 0.5       | full
        DEPOT   | 1 July     | 0.5       | full
        """,
    )

    assert report.status == "refused"
    assert {(problem.row, problem.column) for problem in report.errors} == {
        (2, "ownership"),
        (3, "unit"),
        (4, "unit"),
        (5, "from"),
    }
    assert standing() == []


def test_it_is_recorded_with_what_stood_before(admin, company):
    bring(admin, HELD)
    bring(admin, "unit | from | ownership\nSHOPS | |")

    deed = recorded("ledger.ownership.imported")[-1]
    assert deed.actor == admin.actor
    assert [row[1:] for row in deed.before["holdings"]] == [
        ["2026-07-01", "0.6", "full"],
        ["2026-09-01", "0.8", "full"],
    ]


def test_who_may_not_import_structure_may_not_set_ownership(admin, retail_lead):
    with pytest.raises(AbilityMissing):
        bring(Scope.of(retail_lead, at=AT), HELD)
