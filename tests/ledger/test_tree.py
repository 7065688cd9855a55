"""Another tree from a file: whole or not at all, and who may see its nodes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from jobs.models import Job
from ledger.actions import import_structure, import_tree, take_up_places
from ledger.actions.structure import StructureFile
from ledger.company import group_currency
from ledger.report import FileReport
from people.models import Person
from reports.selection import home_unit
from tests.cast import person
from tests.ledger.imports import AT, bring, csv, recorded
from units import roles
from units.actions import grant_role
from units.marks import newest_mark
from units.models import Assignment, Unit
from units.scope import AbilityMissing, Scope

REGIONS = """
    code  | name  | parent
    WORLD | World |
    NORTH | North | WORLD
    SHOPS |       | NORTH
"""


@pytest.fixture
def admin(company, finance_admin) -> Scope:
    return Scope.of(finance_admin, at=AT)


def plant(actor: Scope, text: str = REGIONS, *, tree: str = "region", dry_run: bool = False) -> FileReport:
    file = StructureFile("tree.csv", csv(text))
    return import_tree(actor=actor, tree=tree, file=file, at=AT, dry_run=dry_run)


def hung(tree: str = "region") -> dict[str, str]:
    """What hangs on what."""
    standing = Assignment.unscoped.filter(until_mark=None, tree=tree, parent__isnull=False)
    return dict(standing.values_list("unit__code", "parent__code"))


def test_nodes_are_made_units_hang_on_them_and_one_node_takes_the_rest(admin):
    report = plant(admin)

    assert (report.status, report.counts.new) == ("imported", 4)
    assert hung() == {"NORTH": "WORLD", "SHOPS": "NORTH", "WORLD-REST": "WORLD"}
    assert Unit.unscoped.get(code="WORLD-REST").name == "Assigned nowhere"


def test_the_same_file_again_changes_nothing(admin):
    plant(admin)
    mark = newest_mark()

    assert plant(admin).status == "unchanged"
    assert newest_mark() == mark


def test_a_file_states_the_whole_tree(admin):
    plant(admin)
    report = plant(admin, "code | name | parent\nWORLD | |\nEAST | East | WORLD\nDEPOT | | EAST")

    assert (report.counts.new, report.counts.closed) == (2, 2)
    assert hung() == {"EAST": "WORLD", "DEPOT": "EAST", "WORLD-REST": "WORLD"}


def test_a_name_may_change(admin):
    plant(admin)
    report = plant(admin, REGIONS.replace("| North |", "| Far North |"))

    assert [str(each) for each in report.differences] == ["nodes NORTH name: North → Far North"]
    assert Unit.unscoped.get(code="NORTH").name == "Far North"


def test_wrong_rows_are_all_named_and_nothing_lands(admin):
    plant(admin, tree="legal")
    report = plant(
        admin,
        """
        code   | name  | parent
        TOP    | Top   |
        BOTTOM | Other |
        SHOPS  |       | NOWHERE
        DEPOT  |       |
        RETAIL |       | TOP
        ELIM   |       | TOP
        NEW    |       | TOP
        A      | A     | B
        B      | B     | A
        WORLD  | World | TOP
        """,
    )

    assert report.status == "refused"
    assert {(problem.row, problem.column) for problem in report.errors} == {
        (3, "parent"), (4, "parent"), (5, "parent"), (6, "code"), (7, "code"), (8, "name"), (9, "parent"),
        (10, "parent"), (11, "code"),
    }  # fmt: skip
    assert hung() == {}


def test_a_dry_run_names_what_would_change_and_changes_nothing(admin):
    report = plant(admin, dry_run=True)

    assert report.status == "previewed"
    assert "units SHOPS region: – → NORTH" in [str(each) for each in report.differences]
    assert (hung(), Unit.unscoped.exclude(tree="").count()) == ({}, 0)


def test_it_is_recorded(admin):
    plant(admin)

    (deed,) = recorded("ledger.tree.imported")
    assert (deed.actor, deed.after["tree"], deed.after["hung"]["SHOPS"]) == (admin.actor, "region", "NORTH")


def test_a_new_name_is_recorded_with_the_old_one(admin):
    plant(admin)
    plant(admin, REGIONS.replace("North ", "Boreal"))

    deed = recorded("ledger.tree.imported")[-1]
    assert (deed.before["named"], deed.after["named"]) == ({"NORTH": "North"}, {"NORTH": "Boreal"})


def test_whoever_led_a_node_that_was_dropped_sees_no_other_that_was(admin):
    plant(admin)
    plant(admin, "code | name | parent\nLAW | Law |\nFIRM | Firm | LAW\nDEPOT | | FIRM", tree="legal")
    lead = Person.objects.create(name="Node lead", email="node@example.com", joined=AT)
    grant_role(actor=admin.actor, person=lead, role="unit_leader", unit=Unit.unscoped.get(code="NORTH"), at=AT)
    assert [unit.code for unit in Unit.objects.within(Scope.of(lead, at=AT))] == ["NORTH"]

    plant(admin, "code | name | parent\nWORLD | World |\nSHOPS | | WORLD")
    plant(admin, "code | name | parent\nLAW | Law |\nDEPOT | | LAW", tree="legal")

    assert not Unit.objects.within(Scope.of(lead, at=AT)).exists()


def test_who_may_not_import_structure_imports_no_tree(admin, retail_lead):
    with pytest.raises(AbilityMissing):
        plant(Scope.of(retail_lead, at=AT))


def test_figures_are_never_delivered_for_a_node(admin):
    plant(admin)
    report = bring(admin, "unit | account | period | version | amount\nNORTH | REVENUE | 2026-09 | actual | 5")

    assert [problem.column for problem in report.errors] == ["unit"]


def test_the_command_says_what_it_did(admin, finance_admin, tmp_path):
    file, out = tmp_path / "tree.csv", StringIO()
    file.write_bytes(csv(REGIONS))
    call_command("import_tree", str(file), tree="region", actor=finance_admin.email, as_json=True, stdout=out)

    assert json.loads(out.getvalue())["status"] == "imported"


# --- since when ------------------------------------------------------------------------------------------

DATED = """
    code  | name  | parent | from
    WORLD | World |        |
    NORTH | North | WORLD  |
    SOUTH | South | WORLD  |
    SHOPS |       | NORTH  |
    SHOPS |       | SOUTH  | 2026-09-01
    DEPOT |       | NORTH  | 2026-05-01
    DEPOT |       |        | 2027-01-01
"""


def since(code: str) -> list[str]:
    """On what something hangs in the regions, and since when."""
    rows = Assignment.unscoped.filter(until_mark=None, tree="region", unit__code=code).order_by("starts")
    found = sorted(rows, key=lambda row: row.starts or date.min)
    return [f"{row.parent.code} from {row.starts}" if row.starts else row.parent.code for row in found]


def test_a_unit_hangs_on_a_node_from_a_day_on(admin):
    report = plant(admin, DATED)

    assert report.status == "imported"
    assert since("SHOPS") == ["NORTH", "SOUTH from 2026-09-01"]
    assert since("DEPOT") == ["NORTH from 2026-05-01", "WORLD-REST from 2027-01-01"]
    assert "units SHOPS region: – → NORTH; SOUTH from 2026-09-01" in [str(each) for each in report.differences]
    assert plant(admin, DATED).status == "unchanged"


def test_a_file_that_says_nothing_of_a_day_takes_it_back(admin):
    plant(admin, DATED)
    report = plant(admin, DATED.replace("    SHOPS |       | SOUTH  | 2026-09-01\n", ""))

    assert report.counts.changed == 1
    assert since("SHOPS") == ["NORTH"]


def test_the_worker_is_asked_for_days_that_have_not_come_and_nodes_are_numbered_on_them(admin):
    text = DATED + "    SOUTH | | NORTH | 2027-01-01\n"
    plant(admin, text)
    before = Unit.unscoped.get(code="SOUTH").depth
    take_up_places(actor=Scope.system("worker"), at=datetime(2027, 1, 1, tzinfo=UTC))

    assert [job.key for job in Job.objects.filter(kind="ledger.places.take_up")] == ["2027-01-01"]
    assert (before, Unit.unscoped.get(code="SOUTH").depth) == (1, 2)


def test_no_tree_of_any_day_may_have_a_circle_and_the_top_is_one_at_all_times(admin):
    report = plant(
        admin,
        """
        code  | name  | parent | from
        WORLD | World |        |
        WORLD |       | NORTH  | 2027-01-01
        NORTH | North | WORLD  |
        SOUTH | South | NORTH  |
        NORTH |       | SOUTH  | 2026-09-01
        """,
    )

    reasons = {(problem.row, problem.reason) for problem in report.errors}
    assert (3, "Only one node is the top, at all times.") in reasons
    assert {row for row, reason in reasons if reason == "Stands above itself."} >= {4, 5, 6}


# --- who sees a node --------------------------------------------------------------------------------------


def seen(actor) -> list[str]:
    return list(Unit.objects.within(Scope.of(actor, at=AT)).order_by("left").values_list("code", flat=True))


def test_a_node_is_seen_by_a_grant_on_it_or_on_the_whole_company_and_by_no_grant_on_a_unit(
    admin, company, executive, group_lead, retail_lead
):
    plant(admin)
    of_the_north = person("Nora North", roles.UNIT_LEADER, Unit.unscoped.get(code="NORTH"))

    assert seen(executive)[-3:] == ["WORLD", "NORTH", "WORLD-REST"]
    assert seen(of_the_north) == ["NORTH"]
    assert not {"WORLD", "NORTH"} & {*seen(group_lead), *seen(retail_lead)}


def test_who_leads_the_top_of_the_company_may_still_do_what_needs_all_of_it(admin, company, group_lead):
    may = Scope.of(group_lead, at=AT).may_everywhere("figures.read")
    plant(admin)

    assert may and Scope.of(group_lead, at=AT).may_everywhere("figures.read")


def test_a_node_that_left_its_tree_is_the_top_of_nothing(admin, company, executive):
    Unit.unscoped.filter(pk=company.group.pk).update(currency="USD")
    plant(admin)
    plant(admin, "code | name | parent\nWORLD | |")
    gone = Unit.unscoped.get(code="NORTH")

    assert (gone.left, gone.right) == (0, 0)
    assert group_currency() == "USD"
    assert home_unit(Unit.objects.within(Scope.of(executive, at=AT))) == company.group


def test_nodes_are_numbered_behind_the_company_whatever_moves_in_it(admin, company):
    plant(admin)
    import_structure(
        actor=admin, at=AT, units=StructureFile("units.csv", csv("code | name | parent\nNEW | New | RETAIL"))
    )
    numbers = sorted(Unit.unscoped.values_list("left", "right", "code"))

    flat = [number for left, right, _ in numbers for number in (left, right)]
    assert sorted(flat) == list(range(1, len(flat) + 1))
    assert [code for _, _, code in numbers][-3:] == ["WORLD", "NORTH", "WORLD-REST"]
