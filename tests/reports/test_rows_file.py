"""The rows behind a figure as a file: they sum to it, whoever reads, and the download is recorded."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from audit.models import Record
from people.models import Person
from reports.boards import rows_file
from tests.company import MARKER_NAME, Company

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SignedIn = Callable[[Person], Client]

PERIOD = "?period=2026-08"


def rows_of(reader: Client, figure: str, query: str = PERIOD) -> list[dict[str, str]]:
    answer = reader.post(f"/units/{figure}/rows/{query}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def added(rows: list[dict[str, str]]) -> Decimal:
    return sum((Decimal(row["adds"]) for row in rows), Decimal(0))


@pytest.mark.parametrize("basis", ["month", "ytd"])
@pytest.mark.parametrize(
    "figure", ["GROUP/explain/revenue", "GROUP/explain/operating_income", "SHOPS/explain/headcount"]
)
def test_the_rows_of_a_sum_add_up_to_it(
    figure: str, basis: str, executive: Person, signed_in: SignedIn, computed: Company
) -> None:
    reader = signed_in(executive)
    board = reader.get(f"/units/{figure}/{PERIOD}&basis={basis}").context["board"]

    assert added(rows_of(reader, figure, f"{PERIOD}&basis={basis}")) * 10_000 == board.figure.number


def test_a_figure_that_is_not_there_has_none(executive: Person, signed_in: SignedIn, computed: Company) -> None:
    assert rows_of(signed_in(executive), "GROUP/explain/revenue", f"{PERIOD}&basis=ltm") == []


def test_of_a_ratio_they_are_those_of_both_its_sides(executive: Person, signed_in: SignedIn, computed: Company) -> None:
    reader = signed_in(executive)
    rows = rows_of(reader, "SHOPS/explain/operating_margin")
    sides = {side: added([row for row in rows if row["figure"] == side]) for side in {row["figure"] for row in rows}}
    inputs = reader.get(f"/units/SHOPS/explain/operating_margin/{PERIOD}").context["board"].inputs

    assert {side: int(sum_ * 10_000) for side, sum_ in sides.items()} == {
        node.label: node.figure.number for node in inputs if node.figure
    }


def test_each_row_says_where_it_stood_and_who_brought_it(
    executive: Person, signed_in: SignedIn, computed: Company
) -> None:
    row = rows_of(signed_in(executive), "SHOPS/explain/account:REVENUE")[0]

    assert (row["unit"], row["account"], row["period"], row["amount"]) == ("SHOPS", "REVENUE", "2026-08", "1200.0000")
    assert row["file"] and int(row["row"]) > 0 and row["imported_by"] and row["imported_at"].startswith("2026-10-")


def test_a_leader_is_handed_her_own_rows_alone(retail_lead: Person, signed_in: SignedIn, computed: Company) -> None:
    reader = signed_in(retail_lead)
    rows = rows_of(reader, "RETAIL/explain/revenue")

    assert {row["unit"] for row in rows} <= {"RETAIL", "SHOPS", ""}
    assert MARKER_NAME not in str(rows)
    assert reader.post(f"/units/WHOLESALE/explain/revenue/rows/{PERIOD}").status_code == 404


def test_the_download_is_recorded_and_only_posted(executive: Person, signed_in: SignedIn, computed: Company) -> None:
    reader = signed_in(executive)
    rows = rows_of(reader, "SHOPS/explain/revenue")
    told = Record.objects.latest("pk").after or {}

    assert (told["what"], told["figure"], told["period"], told["rows"]) == ("rows", "revenue", "2026-08", len(rows))
    assert reader.get(f"/units/SHOPS/explain/revenue/rows/{PERIOD}").status_code == 405
    assert reader.post("/units/SHOPS/explain/nonsense/rows/").status_code == 404


def test_more_rows_than_a_file_holds_are_said_and_nothing_is_handed_out(
    executive: Person, signed_in: SignedIn, computed: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_file, "MOST", 1)
    answer = signed_in(executive).post(f"/units/GROUP/explain/revenue/rows/{PERIOD}")

    assert answer["Location"].startswith("/units/GROUP/explain/revenue/")
    assert "a file holds 1" in [str(each) for each in get_messages(answer.wsgi_request)][0]
    assert not Record.objects.filter(verb="reports.file.downloaded").exists()
