"""A flagged currency from the flag to the page: stored, explained to the row, in columns, and known since the flag.

The Subsidiary of the worked group keeps its books in euro: 1.10 and 1.20 on average, 1.05 and 1.30 at the end of June
and July.
"""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from ledger.actions import flag_hyperinflation, import_structure
from ledger.actions.structure import StructureFile
from metrics.models import Run, Sheet
from metrics.recompute import recompute
from tests.cast import person
from tests.ledger.imports import csv
from tests.prepared import prepared
from tests.reports.textbook import AT, build_textbook
from units import roles
from units.models import Unit
from units.scope import Scope

pytestmark = pytest.mark.django_db
SYSTEM = Scope.system("test")
LATER = AT + timedelta(days=1)
CLOSING = """
    currency | period  | kind    | rate
    EUR      | 2026-06 | closing | 1.05
    EUR      | 2026-07 | closing | 1.30
"""
NOTE = "EUR is hyperinflationary: wholly at the closing rate"
IN_COLUMNS = "EUR is hyperinflationary: everything of SUB stands at the closing rate of its month."


def compute(*, full: bool = False) -> Run | None:
    return recompute(actor="process:test", clock=lambda: LATER, full=full)


@prepared
def group() -> dict[str, Unit]:
    """July is flagged, a day after everything was computed unflagged."""
    units = build_textbook()
    rates = StructureFile("rates.csv", csv(CLOSING))
    assert not import_structure(actor=SYSTEM, at=AT, rates=rates).is_refused
    recompute(actor="process:test", clock=lambda: AT)
    flag_hyperinflation(actor=SYSTEM, currency="EUR", first="2026-07", at=LATER)
    compute()
    return units


def number(code: str, unit: str, period: str, basis: str = "month") -> int:
    standing = Sheet.unscoped.filter(until_mark=None, version="actual", basis=basis)
    found: int = standing.get(unit__code=unit, period__code=period).numbers[code]
    return found


def asked(command: str, *options: str) -> Any:
    out = StringIO()
    call_command(command, *options, "--json", stdout=out)
    return json.loads(out.getvalue())


def leaves(tree: dict[str, Any]) -> list[dict[str, Any]]:
    if "children" not in tree:
        return [tree]
    return [leaf for child in tree["children"] for leaf in leaves(child)]


def test_flows_stand_at_the_closing_rate_from_the_flagged_month_on(group):
    assert number("revenue", "SUB", "2026-06") == 340 * 1_1000
    assert number("revenue", "SUB", "2026-07") == 100 * 1_3000
    assert number("revenue", "SUB", "2026-07", basis="ytd") == 340 * 1_1000 + 100 * 1_3000
    assert number("revenue", "TOP", "2026-07") == (100 * 13_000) + (300 + 100) * 10_000


def test_nothing_is_left_to_compute_after_it(group):
    whole = compute(full=True)

    assert whole is not None
    assert (whole.written, whole.closed) == (0, 0)


@pytest.mark.parametrize("unit", ["SUB", "TOP"])
def test_an_explanation_says_it_of_every_row_it_is_true_of(group, unit):
    tree = asked("explain", "--metric", "revenue", "--unit", unit, "--period", "2026-07", "--basis", "ytd")
    rows = [leaf for leaf in leaves(tree) if "file" in leaf]
    noted = [leaf for leaf in rows if leaf.get("note") == NOTE]

    assert sum(float(leaf["value"]) for leaf in rows) == float(tree["value"])
    assert {leaf["rate"] for leaf in noted} == {"1.3"}
    assert sum(float(leaf["amount"]) for leaf in noted) == 100


def test_the_page_of_the_number_says_it_beside_the_file(group, client: Client):
    client.force_login(person("Tom Top", roles.UNIT_LEADER, group["TOP"]))
    page = client.get("/units/SUB/explain/revenue/?period=2026-07").content.decode()
    before = client.get("/units/SUB/explain/revenue/?period=2026-06").content.decode()

    assert NOTE in page
    assert NOTE not in before


def test_columns_say_it_and_tell_what_the_rates_did(group):
    found = asked("consolidation", "--unit", "TOP", "--period", "2026-07", "--metric", "revenue")

    assert (found["columns"]["units"], found["columns"]["fx"]) == ("500.0000", "30.0000")
    assert found["notes"] == [IN_COLUMNS]
    assert asked("consolidation", "--unit", "TOP", "--period", "2026-06", "--metric", "revenue")["notes"] == []


def test_the_page_of_the_group_says_it_below_its_columns(group, client: Client):
    client.force_login(person("Tom Top", roles.UNIT_LEADER, group["TOP"]))

    assert client.get("/units/TOP/?period=2026-07").context["board"].consolidation.notes == (IN_COLUMNS,)
    assert client.get("/units/TOP/?period=2026-06").context["board"].consolidation.notes == ()


def test_who_may_not_see_the_unit_reads_nothing_of_it(group):
    person("Sia Sister", roles.UNIT_LEADER, group["SIS"])
    found = asked("consolidation", "--unit", "SIS", "--period", "2026-07", "--person", "Sia Sister")

    assert IN_COLUMNS not in found["notes"]


def test_as_known_before_the_flag_everything_stands_as_it_was_reported(group):
    then = (
        "--unit",
        "SUB",
        "--metric",
        "revenue",
        "--period",
        "2026-07",
        "--as-of",
        (AT + timedelta(hours=1)).isoformat(),
    )

    assert [row["value"] for row in asked("values", *then)] == ["120.0000"]
    assert float(asked("explain", *then)["value"]) == 120
