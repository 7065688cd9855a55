"""Units that move: whole or not at all, the same file changes nothing, earlier periods keep the parent they had."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from jobs.models import Job
from jobs.work import drain
from ledger.actions import import_placements, import_structure, take_up_places
from ledger.actions.structure import StructureFile
from ledger.report import FileReport
from tests.ledger.imports import AT, csv, recorded
from units.marks import newest_mark
from units.models import FormerParent, Placement, PlannedParent, Unit
from units.scope import AbilityMissing, Scope

MOVE = """
    unit  | from       | parent
    SHOPS | 2026-09-01 | WHOLESALE
"""


@pytest.fixture
def admin(company, finance_admin) -> Scope:
    return Scope.of(finance_admin, at=AT)


def bring(actor: Scope, text: str, *, dry_run: bool = False) -> FileReport:
    return import_placements(actor=actor, file=StructureFile("moves.csv", csv(text)), at=AT, dry_run=dry_run)


def places(code: str) -> list[str]:
    """Where a unit hung, the earliest first, where it hangs, and where it will."""
    before = FormerParent.unscoped.filter(unit__code=code, until_mark=None).order_by("ends").select_related("parent")
    now = Placement.unscoped.select_related("parent").get(unit__code=code, until_mark=None)
    later = PlannedParent.unscoped.filter(unit__code=code, until_mark=None).order_by("starts").select_related("parent")
    return [
        *(f"{row.parent.code} until {row.ends}" for row in before),
        now.parent.code,
        *(f"{row.parent.code} from {row.starts}" for row in later),
    ]


def test_a_unit_hangs_on_its_new_parent_from_the_day_on_and_on_the_old_one_until_then(admin):
    report = bring(admin, MOVE)

    assert (report.status, report.counts.changed) == ("imported", 1)
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
        DEPOT  | soon       | RETAIL
        """,
    )

    assert report.status == "refused"
    assert [(problem.row, problem.column) for problem in report.errors] == [
        (6, "from"), (2, "unit"), (3, "unit"), (4, "unit"), (5, "parent"),
    ]  # fmt: skip
    assert places("SHOPS") == ["RETAIL"]


# --- days that have not come -------------------------------------------------------------------------------

LATER = """
    unit  | from       | parent
    SHOPS | 2027-01-01 | WHOLESALE
"""
NEW_YEAR = datetime(2027, 1, 1, 0, 5, tzinfo=UTC)


def test_a_day_that_has_not_come_is_planned_and_until_then_nothing_changes(admin, retail_lead):
    before = list(Unit.unscoped.order_by("pk").values_list("left", "right"))
    bring(admin, LATER)

    assert places("SHOPS") == ["RETAIL", "WHOLESALE from 2027-01-01"]
    assert list(Unit.unscoped.order_by("pk").values_list("left", "right")) == before
    assert Scope.of(retail_lead, at=AT).may("figures.read", Unit.unscoped.get(code="SHOPS"))


def test_the_worker_is_asked_for_the_day(admin):
    bring(admin, LATER)

    job = Job.objects.get(kind="ledger.places.take_up")
    assert (job.key, job.due) == ("2027-01-01", datetime(2027, 1, 1, tzinfo=UTC))


def test_on_the_day_the_unit_moves_and_those_who_may_see_it_with_it(admin, retail_lead, wholesale_lead):
    bring(admin, LATER)
    moved = take_up_places(actor=Scope.system("worker"), at=NEW_YEAR)
    shops = Unit.unscoped.get(code="SHOPS")

    assert moved == ["SHOPS"]
    assert places("SHOPS") == ["RETAIL until 2026-12-31", "WHOLESALE"]
    assert Scope.of(wholesale_lead, at=NEW_YEAR).may("figures.read", shops)
    assert not Scope.of(retail_lead, at=NEW_YEAR).may("figures.read", shops)
    assert take_up_places(actor=Scope.system("worker"), at=NEW_YEAR) == []


def test_days_that_a_worker_slept_through_are_taken_up_in_their_order(admin):
    bring(admin, f"{LATER}    SHOPS | 2027-02-01 | GROUP")
    take_up_places(actor=Scope.system("worker"), at=datetime(2027, 3, 1, tzinfo=UTC))

    assert places("SHOPS") == ["RETAIL until 2026-12-31", "WHOLESALE until 2027-01-31", "GROUP"]


def test_taking_up_is_recorded(admin, company):
    bring(admin, LATER)
    take_up_places(actor=Scope.system("worker"), at=NEW_YEAR)

    (deed,) = recorded("ledger.places.taken_up")
    assert (deed.actor, deed.after["units"]) == (
        "process:worker",
        {str(company.shops.pk): company.wholesale.pk},
    )


def test_the_job_of_a_day_takes_it_up(admin):
    bring(admin, LATER)
    drain(clock=lambda: NEW_YEAR, kinds={"ledger.places.take_up"})

    assert places("SHOPS") == ["RETAIL until 2026-12-31", "WHOLESALE"]


def test_a_file_takes_a_plan_back_that_it_does_not_mention(admin):
    bring(admin, LATER)
    report = bring(admin, "unit | from | parent\nSHOPS | | RETAIL")

    assert [str(each) for each in report.differences] == [
        "units SHOPS parent: RETAIL; WHOLESALE from 2027-01-01 → RETAIL"
    ]
    assert places("SHOPS") == ["RETAIL"]


def test_units_csv_says_what_is_planned_all_the_same(admin):
    bring(admin, LATER)
    file = StructureFile("units.csv", csv("code | name | parent\nSHOPS | Shops | GROUP"))
    report = import_structure(actor=admin, at=AT, units=file)

    assert "SHOPS will hang on WHOLESALE from 2027-01-01 on all the same." in report.warnings[1].reason
    assert places("SHOPS") == ["GROUP", "WHOLESALE from 2027-01-01"]


def test_no_tree_of_a_day_to_come_may_have_a_circle(admin):
    bring(admin, LATER)
    report = bring(admin, "unit | from | parent\nWHOLESALE | 2027-02-01 | SHOPS")

    assert "in the tree of the time from 2027-02-01" in report.errors[0].reason


# --- trees of all days -------------------------------------------------------------------------------------


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
