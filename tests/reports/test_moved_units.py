"""Units that moved: pages by the tree of each period or of today, and who sees what of a unit's past."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from ledger.models import Period
from metrics.querysets import computed_mark, sheets
from people.models import Person
from reports.derivation import Branch
from reports.explanation import Explanation
from tests.company import Company
from tests.metrics.engine import AT, compute, move
from tests.prepared import prepared
from units.scope import Scope

SignedIn = Callable[..., Client]
pytestmark = pytest.mark.django_db

AUGUST, SEPTEMBER = "basis=month&period=2026-08", "basis=month&period=2026-09"


@prepared
def moved(company: Company) -> Company:
    """Shops were Retail's until August and have been Wholesale's since."""
    compute()
    move("SHOPS", "2026-09-01", "WHOLESALE")
    compute()
    return company


def shown(client: Client, address: str) -> tuple[list[str], object]:
    """The units an overview lists, and its revenue."""
    board = client.get(f"/overview/?{address}").context["board"]
    rows = {row.unit.short: row.revenue.actual.number for row in board.matrix.rows}
    return list(rows)[:-1], list(rows.values())[-1]


def test_an_overview_lists_the_units_of_its_period(signed_in: SignedIn, executive: Person, moved: Company) -> None:
    client = signed_in(executive)

    assert shown(client, f"unit=WHOLESALE&{AUGUST}") == (["DEPOT"], 2400_0000)
    assert shown(client, f"unit=WHOLESALE&{SEPTEMBER}") == (["SHOPS", "DEPOT"], 3600_0000)


def test_as_is_now_it_lists_those_of_today_in_every_period(
    signed_in: SignedIn, executive: Person, moved: Company
) -> None:
    units, revenue = shown(signed_in(executive), f"unit=WHOLESALE&{AUGUST}&tree=as-is-now")

    assert (units, revenue) == (["SHOPS", "DEPOT"], 2400_0000 + 1200_0000 - 200_0000)


def test_the_switch_is_there_where_units_came_or_left_and_nowhere_else(
    signed_in: SignedIn, executive: Person, moved: Company
) -> None:
    client = signed_in(executive)
    offered = {
        code: [each.label for each in client.get(f"/units/{code}/").context["board"].picker.trees]
        for code in ("GROUP", "RETAIL", "WHOLESALE", "SHOPS", "DEPOT")
    }

    both = ["As was", "As is now"]
    assert offered == {"GROUP": both, "RETAIL": both, "WHOLESALE": both, "SHOPS": [], "DEPOT": []}


def test_the_line_under_the_headline_says_which_tree_it_is(
    signed_in: SignedIn, executive: Person, moved: Company
) -> None:
    client = signed_in(executive)
    said = [
        [remark.text for remark in client.get(f"/units/RETAIL/?{AUGUST}{tree}").context["board"].headline.meta]
        for tree in ("", "&tree=as-is-now")
    ]

    assert "Units have moved; see it as is now" in said[0]
    assert "August 2026, units as they hang today" in said[1]
    assert "Units have moved; see it as is now" not in said[1]


def test_a_company_in_which_nobody_moved_is_not_asked(
    signed_in: SignedIn, executive: Person, computed: Company
) -> None:
    assert signed_in(executive).get("/units/GROUP/").context["board"].picker.trees == ()


def test_a_tree_nobody_has_is_no_address(signed_in: SignedIn, executive: Person, moved: Company) -> None:
    assert signed_in(executive).get("/units/RETAIL/?tree=legal").status_code == 404


# --- explaining --------------------------------------------------------------------------------------------


def explained(scope: Scope, unit: int, month: str, *, basis: str = "month", is_now: bool = False) -> Branch:
    ordinal = Period.objects.get(code=month).ordinal
    explanation = Explanation(scope, computed_mark(), is_now=is_now)
    return explanation.of("revenue", unit=unit, ordinal=ordinal, basis=basis, version="actual")


def files(tree: Branch) -> int:
    """What the rows of a tree add up to."""
    return sum(int(leaf.value or 0) for leaf in tree.leaves() if leaf.row)


def test_a_group_opens_into_its_units_of_the_period(moved: Company) -> None:
    everybody = Scope.system("test")
    was = explained(everybody, moved.wholesale.pk, "2026-09", basis="ytd")
    now = explained(everybody, moved.wholesale.pk, "2026-09", basis="ytd", is_now=True)

    assert was.value == files(was) == 2200_0000 + 2300_0000 + 2400_0000 + 3600_0000
    assert now.value == files(now) == was.value + 1000_0000 + 1100_0000 + 1200_0000 - 3 * 200_0000


def test_the_command_explains_on_either_tree(moved: Company) -> None:
    values = []
    for tree in ("as-was", "as-is-now"):
        out = StringIO()
        asked = {"metric": "revenue", "unit": "WHOLESALE", "period": "2026-08", "tree": tree}
        call_command("explain", as_json=True, stdout=out, **asked)
        values.append(json.loads(out.getvalue())["value"])

    assert values == ["2400.0000", "3400.0000"]


def test_values_are_printed_on_either_tree_and_in_constant_currency_on_one(moved: Company) -> None:
    asked = {"metric": ["revenue"], "unit": ["RETAIL", "WHOLESALE", "GROUP"], "period": ["2026-08"]}
    found = {}
    for tree in ("as-was", "as-is-now"):
        out = StringIO()
        call_command("values", as_json=True, stdout=out, tree=tree, **asked)
        found[tree] = {row["unit"]: row["value"] for row in json.loads(out.getvalue())}

    assert found["as-was"] == {"GROUP": "3400.0000", "RETAIL": "1200.0000", "WHOLESALE": "2400.0000"}
    assert found["as-is-now"] == {"GROUP": "3400.0000", "RETAIL": "0.0000", "WHOLESALE": "3400.0000"}
    with pytest.raises(CommandError, match="on the tree of today"):
        call_command("values", tree="as-is-now", currency="prior-year", **asked)


def test_the_api_reads_on_either_tree(
    signed_in: SignedIn, calling: Callable[..., Client], executive: Person, moved: Company
) -> None:
    asked = "/api/v1/values/?unit=WHOLESALE&unit=DEPOT&period=2026-08&basis=month&metric=revenue"
    found = {}
    for tree in ("", "&tree=as-is-now", "&tree=as-is-now&version=actual"):
        rows = signed_in(executive).get(asked + tree).json()["results"]
        found[tree] = {(row["unit"], row["version"]): row["values"][0]["value"] for row in rows}

    assert found[""]["WHOLESALE", "actual"] == "2400.0000"
    assert found["&tree=as-is-now"]["WHOLESALE", "actual@as-is-now"] == "3400.0000"
    assert ("WHOLESALE", "actual") not in found["&tree=as-is-now"]
    assert found["&tree=as-is-now&version=actual"] == {
        ("WHOLESALE", "actual@as-is-now"): "3400.0000",
        ("DEPOT", "actual"): found[""]["DEPOT", "actual"],
    }


# --- who sees a moved unit's past ------------------------------------------------------------------------


def periods_seen(person: Person, unit: int) -> list[str]:
    seen = sheets(Scope.of(person, at=AT)).standing_at(computed_mark()).of_units([unit]).of_basis("month")
    return sorted({each.period.code for each in seen.of_version("actual").select_related("period")})


def test_who_leads_a_unit_today_sees_all_of_its_past_and_who_led_it_before_nothing(
    wholesale_lead: Person, retail_lead: Person, moved: Company
) -> None:
    assert periods_seen(wholesale_lead, moved.shops.pk) == ["2026-06", "2026-07", "2026-08", "2026-09"]
    assert periods_seen(retail_lead, moved.shops.pk) == []


def test_a_groups_reported_past_keeps_the_unit_that_left_as_one_sum_its_leader_may_not_open(
    retail_lead: Person, moved: Company
) -> None:
    tree = explained(Scope.of(retail_lead, at=AT), moved.retail.pk, "2026-08")
    words = [leaf.label for leaf in tree.leaves()]

    assert (tree.value, words) == (1200_0000, ["Rows you may not see"])
    assert sum(int(leaf.value or 0) for leaf in tree.leaves()) == tree.value


def test_she_who_gained_a_unit_does_not_find_its_earlier_figures_in_her_groups_total(
    wholesale_lead: Person, moved: Company
) -> None:
    tree = explained(Scope.of(wholesale_lead, at=AT), moved.wholesale.pk, "2026-08")

    assert tree.value == files(tree) == 2400_0000


def test_the_page_of_the_group_that_lost_a_unit_says_that_some_of_it_may_not_be_seen(
    signed_in: SignedIn, retail_lead: Person, moved: Company
) -> None:
    answer = signed_in(retail_lead).get(f"/units/RETAIL/explain/revenue/?{AUGUST}")

    assert answer.status_code == 200
    assert "SHOPS" not in answer.content.decode()
