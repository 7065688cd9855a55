"""Units that move: whole or not at all, the same file changes nothing, earlier periods keep the parent they had."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from ledger.actions import import_placements, import_structure
from ledger.actions.placements import PlacementsReport
from ledger.actions.structure import StructureFile
from tests.ledger.imports import AT, csv, recorded
from units.marks import newest_mark
from units.models import FormerParent, Placement, Unit
from units.scope import AbilityMissing, Scope

MOVE = """
    unit  | from       | parent
    SHOPS | 2026-09-01 | WHOLESALE
"""


@pytest.fixture
def admin(company, finance_admin) -> Scope:
    return Scope.of(finance_admin, at=AT)


def bring(actor: Scope, text: str, *, dry_run: bool = False) -> PlacementsReport:
    return import_placements(actor=actor, file=StructureFile("moves.csv", csv(text)), at=AT, dry_run=dry_run)


def places(code: str) -> list[str]:
    """Where a unit hung, the earliest first, and where it hangs."""
    before = FormerParent.unscoped.filter(unit__code=code, until_mark=None).order_by("ends").select_related("parent")
    now = Placement.unscoped.select_related("parent").get(unit__code=code, until_mark=None)
    return [*(f"{row.parent.code} until {row.ends}" for row in before), now.parent.code]


def test_a_unit_hangs_on_its_new_parent_from_the_day_on_and_on_the_old_one_until_then(admin):
    report = bring(admin, MOVE)

    assert (report.status, report.units.changed) == ("imported", 1)
    assert places("SHOPS") == ["RETAIL until 2026-08-31", "WHOLESALE"]


def test_the_tree_of_today_is_numbered_anew(admin):
    bring(admin, MOVE)

    shops, wholesale = Unit.unscoped.get(code="SHOPS"), Unit.unscoped.get(code="WHOLESALE")
    assert wholesale.left < shops.left < shops.right < wholesale.right


def test_the_same_file_again_changes_nothing(admin):
    bring(admin, MOVE)
    mark = newest_mark()

    assert bring(admin, MOVE).status == "unchanged"
    assert newest_mark() == mark


def test_a_file_states_all_places_of_the_units_it_mentions(admin):
    bring(admin, MOVE)
    bring(
        admin,
        """
        unit  | from       | parent
        SHOPS | 2026-10-01 | GROUP
        SHOPS | 2026-08-01 | WHOLESALE
        SHOPS |            | RETAIL
        """,
    )

    assert places("SHOPS") == ["RETAIL until 2026-07-31", "WHOLESALE until 2026-09-30", "GROUP"]
    assert FormerParent.unscoped.filter(until_mark__isnull=False).count() == 1  # what stood before is kept


def test_a_row_without_a_day_takes_a_move_back(admin):
    bring(admin, MOVE)
    bring(admin, "unit | from | parent\nSHOPS | | RETAIL")

    assert places("SHOPS") == ["RETAIL"]


def test_wrong_rows_are_all_named_and_nothing_lands(admin):
    report = bring(
        admin,
        """
        unit   | from       | parent
        NOBODY | 2026-09-01 | RETAIL
        ELIM   | 2026-09-01 | RETAIL
        GROUP  | 2026-09-01 | RETAIL
        SHOPS  | 2026-09-01 | NOWHERE
        SHOPS  | 2026-12-01 | WHOLESALE
        DEPOT  | soon       | RETAIL
        """,
    )

    assert report.status == "refused"
    assert [(problem.row, problem.column) for problem in report.errors] == [
        (7, "from"), (2, "unit"), (3, "unit"), (4, "unit"), (5, "parent"), (6, "from"),
    ]  # fmt: skip
    assert places("SHOPS") == ["RETAIL"]


def test_a_day_that_has_not_come_is_refused_because_rights_follow_at_once(admin):
    report = bring(admin, "unit | from | parent\nSHOPS | 2027-01-01 | WHOLESALE")

    assert "has not come" in report.errors[0].reason


def test_no_tree_of_any_day_may_have_a_circle(admin):
    today = bring(admin, "unit | from | parent\nRETAIL | 2026-09-01 | SHOPS")
    before = bring(
        admin,
        """
        unit   | from       | parent
        RETAIL |            | SHOPS
        RETAIL | 2026-09-01 | GROUP
        """,
    )

    assert [each.reason for each in today.errors] == ["RETAIL would stand above itself in the tree of the time today."]
    assert "until 2026-08-31" in before.errors[0].reason


def test_units_csv_may_not_close_a_circle_in_an_earlier_tree(admin):
    bring(admin, MOVE)
    file = StructureFile("units.csv", csv("code | name | parent\nRETAIL | Retail | SHOPS"))
    report = import_structure(actor=admin, at=AT, units=file)

    assert "until 2026-08-31" in report.errors[0].reason


def test_units_csv_that_puts_a_moved_unit_elsewhere_says_since_when_that_holds(admin):
    bring(admin, MOVE)
    file = StructureFile("units.csv", csv("code | name | parent\nSHOPS | Shops | RETAIL"))
    report = import_structure(actor=admin, at=AT, units=file)

    assert "SHOPS moved after 2026-08-31" in report.warnings[1].reason
    assert places("SHOPS") == ["RETAIL until 2026-08-31", "RETAIL"]


def test_a_dry_run_names_what_would_change_and_changes_nothing(admin):
    report = bring(admin, MOVE, dry_run=True)

    assert report.status == "previewed"
    assert [str(each) for each in report.differences] == [
        "units SHOPS parent: RETAIL → RETAIL until 2026-08-31; WHOLESALE"
    ]
    assert places("SHOPS") == ["RETAIL"]


def test_it_is_recorded_with_what_stood_before(admin):
    bring(admin, MOVE)

    (deed,) = recorded("ledger.placements.imported")
    assert deed.actor == admin.actor
    assert deed.before["places"] == {"SHOPS": "RETAIL"}
    assert deed.after["places"] == {"SHOPS": "RETAIL until 2026-08-31; WHOLESALE"}


def test_who_may_not_import_structure_moves_nobody(admin, retail_lead):
    with pytest.raises(AbilityMissing):
        bring(Scope.of(retail_lead, at=AT), MOVE)


def test_the_command_says_what_it_did(admin, finance_admin, tmp_path):
    file, out = tmp_path / "moves.csv", StringIO()
    file.write_text("unit,from,parent\nSHOPS,2026-09-01,WHOLESALE\n")
    call_command("import_placements", str(file), actor=finance_admin.email, as_json=True, stdout=out)

    assert json.loads(out.getvalue())["status"] == "imported"
    assert FormerParent.unscoped.get(until_mark=None).ends == date(2026, 8, 31)
