"""The page of a figure: formula with figures, inputs that lead on, files and rows, and what it was before."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from metrics.actions import define_metric
from metrics.recompute import recompute
from metrics.vetting import Definition
from people.models import Person
from tests.company import MARKER_NAME, Company
from tests.reports.conftest import COMPUTED
from units.scope import Scope

SignedIn = Callable[..., Client]
pytestmark = pytest.mark.django_db

PERIOD = "?period=2026-08"


def board_of(browser: Client, address: str) -> object:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.context["board"]


def test_a_ratio_opens_to_its_operands_with_the_numbers_put_in(
    signed_in: SignedIn, retail_lead: Person, computed: Company
) -> None:
    board = board_of(signed_in(retail_lead), f"/units/SHOPS/explain/operating_margin/{PERIOD}")

    assert board.formula.over[0] == ("Operating income", "Revenue")
    assert [(node.label, node.figure.number) for node in board.inputs] == [
        ("Operating income", 400_0000),
        ("Revenue", 1_200_0000),
    ]
    assert all(node.figure.href for node in board.inputs)


def test_every_input_opens_down_to_the_accounts(signed_in: SignedIn, executive: Person, computed: Company) -> None:
    browser = signed_in(executive)
    waiting, seen = [f"/units/GROUP/explain/operating_margin/{PERIOD}"], set()
    while waiting:
        seen.add(address := waiting.pop())
        found = [node.figure.href for node in board_of(browser, address).inputs if node.figure]
        waiting += [href for href in found if href and href not in seen]

    opened = {address.split("/")[4] for address in seen}
    assert {"revenue", "role:revenue", "account:REVENUE"} <= opened


def test_an_account_says_its_code_and_how_many_files_have_rows_on_it(
    signed_in: SignedIn, executive: Person, computed: Company
) -> None:
    def notes(nodes: object) -> set[str]:
        return {node.note for node in nodes} | {note for node in nodes for note in notes(node.children)}

    board = board_of(signed_in(executive), f"/units/SHOPS/explain/operating_income/{PERIOD}")

    assert {"REVENUE, 1 file", "COSTS, 1 file, taken off"} <= notes(board.inputs)


def test_a_group_opens_to_its_units_and_eliminations(signed_in: SignedIn, executive: Person, computed: Company) -> None:
    board = board_of(signed_in(executive), f"/units/GROUP/explain/revenue/{PERIOD}")

    units = next(node for node in board.inputs if node.label.startswith("Units"))
    parts = [each.figure.number for each in units.children]
    assert sum(parts) == board.figure.number == 3_400_0000
    assert -200_0000 in parts


def test_the_files_behind_a_figure_add_up_to_it(signed_in: SignedIn, executive: Person, computed: Company) -> None:
    board = board_of(signed_in(executive), f"/units/GROUP/explain/revenue/{PERIOD}&basis=ytd")

    assert sum(source.amount.number for source in board.sources) == board.figure.number


def test_a_page_of_earlier_figures_says_as_of_when(signed_in: SignedIn, retail_lead: Person, computed: Company) -> None:
    browser = signed_in(retail_lead)
    address = f"/units/SHOPS/explain/revenue/{PERIOD}"

    assert "As known on 31 Dec 2099" in browser.get(f"{address}&as_of=2099-12-31").content.decode()
    assert "Later changes are left out" not in browser.get(address).content.decode()


def test_the_steps_of_an_explanation_are_numbered_without_gaps(
    signed_in: SignedIn, retail_lead: Person, computed: Company
) -> None:
    page = signed_in(retail_lead).get(f"/units/SHOPS/explain/account:PEOPLE/{PERIOD}").content.decode()

    assert re.findall(r'class="stp" aria-hidden="true">(\d)<', page) == ["1", "2"]
    assert "against budget" not in page


def test_a_formula_is_written_with_what_its_names_are_called(
    signed_in: SignedIn, executive: Person, computed: Company
) -> None:
    board = board_of(signed_in(executive), f"/units/GROUP/explain/operating_income/{PERIOD}")

    assert board.formula.text == "Gross profit - Operating cost"
    assert board.title == "Operating income, Example Group, Aug 2026"
    assert [crumb.label for crumb in board.crumbs] == ["Example Group"]


def test_a_role_says_that_it_is_one(signed_in: SignedIn, retail_lead: Person, computed: Company) -> None:
    board = board_of(signed_in(retail_lead), f"/units/SHOPS/explain/role:revenue/{PERIOD}")

    assert board.formula.text == "Revenue is a role: the sum of the accounts that carry it."


def test_only_a_number_that_was_another_one_before_was_restated(
    signed_in: SignedIn, retail_lead: Person, company: Company
) -> None:
    recompute(actor="process:test", clock=lambda: COMPUTED)
    share = Definition("pay_share", "Pay per sale", "ratio", "personnel_cost / revenue", better=-1, compare="points")
    define_metric(actor=Scope.system("test"), definition=share, at=COMPUTED + timedelta(days=1))
    recompute(actor="process:test", clock=lambda: COMPUTED + timedelta(days=1))
    browser = signed_in(retail_lead)

    for metric in ("pay_share", "revenue"):
        board = board_of(browser, f"/units/SHOPS/explain/{metric}/{PERIOD}")
        assert board.restatements == () and board.remark.startswith("Unchanged since"), metric


def test_the_drawer_gets_the_panel_alone(signed_in: SignedIn, executive: Person, computed: Company) -> None:
    answer = signed_in(executive).get(f"/units/GROUP/explain/revenue/{PERIOD}", headers={"HX-Target": "drawer"})

    assert b"<html" not in answer.content and b"Revenue" in answer.content


@pytest.mark.parametrize(
    "address",
    ["/units/DEPOT/explain/revenue/", "/units/SHOPS/explain/nonsense/", "/units/SHOPS/explain/account:NONE/"],
)
def test_what_names_nothing_of_the_reader_is_not_found(
    address: str, signed_in: SignedIn, retail_lead: Person, computed: Company
) -> None:
    assert signed_in(retail_lead).get(address).status_code == 404


def test_the_other_side_of_a_sale_is_not_named_to_a_stranger_to_it(
    signed_in: SignedIn, retail_lead: Person, computed: Company
) -> None:
    page = signed_in(retail_lead).get(f"/units/SHOPS/explain/account:COSTS/{PERIOD}").content.decode()

    assert "DEPOT" not in page and MARKER_NAME not in page


@pytest.mark.parametrize("unit", ["SHOPS", "GROUP"])
def test_an_explanation_costs_the_same_queries_for_a_unit_and_for_the_group(
    unit: str, signed_in: SignedIn, executive: Person, computed: Company
) -> None:
    browser = signed_in(executive)
    browser.get("/units/SHOPS/")

    with CaptureQueriesContext(connection) as asked:
        assert browser.get(f"/units/{unit}/explain/revenue/{PERIOD}&basis=ytd").status_code == 200

    assert len(asked) <= 28, "\n".join(query["sql"][:160] for query in asked)
