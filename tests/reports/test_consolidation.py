"""A group's figure in columns, as commands, the API and the explanation tell it, within a scope."""

from __future__ import annotations

import json
import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from metrics.consolidation import Columns, Split, Stand, columns, split
from tests.cast import person
from tests.prepared import prepared
from tests.reports.textbook import build_textbook
from tests.tables import assert_reads
from units import roles
from units.commands import WrongCall
from units.models import Unit

pytestmark = pytest.mark.django_db


@prepared
def group() -> dict[str, Unit]:
    return build_textbook()


def asked(*options: str, command: str = "consolidation") -> Any:
    out = StringIO()
    call_command(command, *options, "--json", stdout=out)
    return json.loads(out.getvalue())


def rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Lines and total with whole numbers, as a table reads them."""
    lines = [({"unit": line["unit"], "taken": line["taken"] or ""}, line["columns"]) for line in found["lines"]]
    lines.append(({"unit": "total", "taken": ""}, found["columns"]))
    return [
        head | {name: None if number is None else round(float(number), 2) for name, number in cells.items()}
        for head, cells in lines
    ]


def test_the_columns_of_revenue_add_up_across_and_down(group):
    assert_reads(
        rows(asked("--unit", "TOP", "--period", "2026-06", "--metric", "revenue")),
        """
        unit  | taken | units  | adjustments | eliminations | fx   | minority | group
        MID   | "1"   | 840.0  | 0.0         | -100.0       | 24.0 | 0.0      | 764.0
        SIS   | "1"   | 400.0  | 0.0         | 0.0          | 0.0  | 0.0      | 400.0
        TELIM | "1"   | 0.0    | 0.0         | -40.0        | -4.0 | 0.0      | -44.0
        total | ""    | 1240.0 | 0.0         | -140.0       | 20.0 | 0.0      | 1120.0
        """,
    )


def test_net_income_ends_with_what_belongs_to_the_owners(group):
    found = asked("--unit", "TOP", "--period", "2026-07", "--basis", "ytd")

    assert found["columns"] == {
        "units": "691.0000", "adjustments": "0.0000", "eliminations": "9.0000", "fx": "15.0000",
        "minority": "-280.9600", "group": "434.0400",
    }  # fmt: skip
    assert found["consolidated"] == "715.0000"


def test_a_mismatch_names_its_pair_and_whose_it_is(group):
    person("Mia Middle", roles.UNIT_LEADER, group["MID"])
    found = asked("--unit", "MID", "--period", "2026-06")

    assert found["left_over"] == {
        "elimination_difference": "5.0000", "elimination_rounding": "0.0000", "balance_difference": "0.0000",
    }  # fmt: skip
    assert found["pairs"] == [{"unit": "MID", "counterparty": "SUB", "amount": "5.0000"}]
    assert found["owners"] == ["Mia Middle"]


def test_operational_variance_and_currency_make_up_the_variance(group):
    """Revenue 1,120 for 1,150 budgeted: 1,100 at the budget's rates, so 50 less was sold, and 20 came of the euro."""
    found = asked("--unit", "TOP", "--period", "2026-06", "--metric", "revenue")

    assert found["variance"] == {
        "total": "-30.0000", "operational": "-50.0000", "currency": "20.0000", "reason": None,
    }  # fmt: skip


def test_who_sees_one_side_only_reads_it_in_full_with_a_note_and_nothing_of_the_other(group):
    person("Sue Subsidiary", roles.UNIT_LEADER, group["SUB"])
    found = asked("--period", "2026-06", "--metric", "revenue", "--person", "Sue Subsidiary")

    assert (found["unit"], found["columns"]["group"], found["columns"]["eliminations"]) == ("SUB", "374.0000", "0.0000")
    assert len(found["notes"]) == 1
    assert [word for word in ("MID", "SIS", "Middle", "Sister", "105") if word in json.dumps(found)] == []
    assert asked("--unit", "TOP", "--period", "2026-06", "--metric", "revenue")["notes"] == []


def test_a_ratio_has_no_columns(group):
    found = asked("--unit", "TOP", "--period", "2026-06", "--metric", "gross_margin")

    assert set(found["columns"].values()) == {None}
    assert found["reason"] == "not_applicable: no sum of units"


def test_an_unknown_metric_or_unit_is_a_wrong_call(group):
    for options in (["--metric", "no_such"], ["--unit", "NOWHERE"], ["--period", "2031-01"]):
        with pytest.raises(WrongCall):
            asked(*options)


@pytest.mark.parametrize("metric", ["revenue", "net_income", "minority_share", "elimination_difference"])
@pytest.mark.parametrize("version", ["actual", "actual@budget-rates"])
def test_the_leaves_of_an_explanation_add_up_to_the_cell(group, metric, version):
    found = asked(
        "--unit", "TOP", "--period", "2026-07", "--basis", "ytd", "--metric", metric, "--version", version,
        command="explain",
    )  # fmt: skip

    assert sum(float(leaf["value"]) for leaf in leaves(found)) == pytest.approx(float(found["value"]), abs=1e-9)


def test_an_explanation_tells_rate_share_and_layer(group):
    found = leaves(asked("--unit", "TOP", "--period", "2026-06", "--metric", "minority_share", command="explain"))

    sub = [leaf for leaf in found if leaf["currency"] == "EUR" and leaf["amount"] == "200.0000"]
    assert [(leaf["rate"], leaf["share"], leaf["value"]) for leaf in sub] == [("1.1", "0.64", "140.8000")]
    assert [leaf["layer"] for leaf in found if leaf["file"] == "group.csv"] == ["adjustment"]


def leaves(tree: dict[str, Any]) -> list[dict[str, Any]]:
    return [tree] if "file" in tree else [leaf for child in tree["children"] for leaf in leaves(child)]


def test_values_are_read_in_constant_currency_and_say_so(group):
    common = ("--unit", "TOP", "--unit", "SIS", "--period", "2026-06", "--metric", "revenue")
    reported = asked(*common, command="values")
    constant = asked(*common, "--currency", "constant", command="values")

    assert [row["value"] for row in reported] == ["1120.0000", "400.0000"]
    assert [(row["value"], row["currency"]) for row in constant] == [
        ("1100.0000", "at budget rates"),
        ("400.0000", "at budget rates"),
    ]


def test_constant_currency_is_of_actuals_and_needs_budget_rates(company):
    with pytest.raises(WrongCall, match="budget rates"):
        asked("--currency", "constant", command="values")
    with pytest.raises(WrongCall, match="actual"):
        asked("--currency", "constant", "--version", "budget", command="values")


def test_the_api_tells_the_same_as_the_command(group, client: Client):
    leader = person("Tom Top", roles.UNIT_LEADER, group["TOP"])
    client.force_login(leader)
    answer = client.get("/api/v1/consolidation/?unit=TOP&period=2026-06&metric=revenue").json()

    assert answer["results"] == [asked("--unit", "TOP", "--period", "2026-06", "--metric", "revenue")]


def test_a_leader_of_one_unit_has_no_columns_of_another_over_the_api(group, client: Client):
    client.force_login(person("Sue Subsidiary", roles.UNIT_LEADER, group["SUB"]))

    assert client.get("/api/v1/consolidation/?unit=TOP").json()["results"] == []


def test_values_over_the_api_leave_constant_currency_out_unless_it_is_asked_for(group, client: Client):
    client.force_login(person("Tom Top", roles.UNIT_LEADER, group["TOP"]))
    path = "/api/v1/values/?unit=TOP&period=2026-06&basis=month&metric=revenue"

    assert {row["version"] for row in client.get(path).json()["results"]} == {"actual", "budget-2026", "budget"}
    [row] = client.get(f"{path}&version=actual@budget-rates").json()["results"]
    assert row["values"][0]["value"] == "1100.0000"


def test_the_page_of_a_group_shows_its_columns_and_that_of_a_unit_none(group, client: Client):
    client.force_login(person("Tom Top", roles.UNIT_LEADER, group["TOP"]))
    page = client.get("/units/TOP/?period=2026-06&basis=month").content.decode()
    table = page[page.index('id="consolidation"') :]

    cells = re.findall(r"<td[^>]*>([^<]*)</td>", table[table.index("<tbody>") :])
    assert cells[:6] == ["1,240", "0", "\u2212140", "20", "0", "1,120"]
    assert 'id="consolidation"' not in client.get("/units/SIS/?period=2026-06&basis=month").content.decode()


# --- the arithmetic, on its own --------------------------------------------------------------------------------
def test_columns_add_up_whatever_is_known():
    found = columns(Stand(1_120, "", 3, -154), Stand(1_100, "", 3, -140), minority=60)

    assert found == Columns(units=1_237, adjustments=3, eliminations=-140, fx=20, minority=-60, group=1_060)
    assert found.consolidated == 1_120


def test_without_constant_rates_units_stand_at_the_periods_own_and_fx_says_why():
    found = columns(Stand(1_120, "", 3, -154), Stand(None, "error: no EUR budget rate for 2026-06"))

    assert (found.units, found.fx, found.group) == (1_271, None, 1_120)
    assert found.fx_reason == "error: no EUR budget rate for 2026-06"


def test_a_variance_without_a_reading_at_budget_rates_is_not_divided():
    assert split(Stand(110), None, Stand(100), reason="no") == Split(10, None, None, "no")
    assert split(Stand(110), Stand(105), Stand(100)) == Split(10, 5, 5)
    assert split(Stand(None, "late"), None, Stand(100)) == Split(None, None, None, "late")
