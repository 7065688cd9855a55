"""The tables of resources as a file: exact, of the units in sight only, and the download is recorded."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from hashlib import sha256

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Record
from ledger.models import Account
from people.models import Person
from tests.cast import person
from tests.company import Company
from tests.reports.staffed import board, build_staffed
from units import roles
from units.models import Unit

SignedIn = Callable[..., Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

FILE = "/resources/export/"
QUERIES = 15
Rows = list[dict[str, str]]


def rows(content: bytes) -> Rows:
    """The figures of a file, by the names at its head."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def values(found: Rows, table: str, unit: str, stretch: str) -> dict[str, str]:
    """What a table says of a unit: by figure its value, or in its place why there is none."""
    return {
        row["figure"]: row["value"] or f"({row['missing']})"
        for row in found
        if (row["table"], row["unit"], row["stretch"]) == (table, unit, stretch)
    }


def test_budgets_stand_in_it_over_the_quarter_and_over_the_year(reader: Client) -> None:
    found = rows(reader.post(FILE).content)
    year, quarter = (values(found, "budget", "RETAIL", over) for over in ("year", "quarter"))

    assert (year["budget"], year["spent"], year["runs_out_on"]) == ("3840.0000", "3120.0000", "2026-12-01")
    assert (quarter["budget"], quarter["spent"]) == ("960.0000", "1080.0000")
    assert values(found, "budget", "SHOPS", "year")["budget"].startswith("(not_applicable: there is no budget")
    assert values(found, "budget", "GROUP", "year")["budget"] == "9720.0000"


def test_every_table_of_the_page_stands_in_it_with_units_of_measure(reader: Client) -> None:
    found = rows(reader.post(FILE).content)

    assert list(dict.fromkeys(row["table"] for row in found)) == [
        *("spend", "efficiency", "budget", "functions", "open positions", "contractors")
    ]
    assert {(row["measure"], row["currency"]) for row in found} == {
        *(("money", "USD"), ("ratio", ""), ("count", ""), ("date", ""))
    }
    assert values(found, "spend", "DEPOT", "ltm") == {"return_on_spend": "(not_applicable: it sells nothing)"}
    assert values(found, "efficiency", "RETAIL", "ltm")["headcount"] == "6.0000"


def test_people_and_positions_are_those_of_the_page(reader: Client) -> None:
    page, found = board(reader), rows(reader.post(FILE).content)
    heads = {row["function"]: row["value"] for row in found if row["figure"] == "headcount" and row["function"]}

    assert heads == {row.label: f"{row.heads.number // 10_000}.0000" for row in page.functions.rows}
    assert values(found, "open positions", "WHOLESALE", "period end") == {
        "open_positions": "2.0000",
        "open_since_end_of": "2026-07-31",
        "cost_a_year": f"{page.openings.rows[0].cost.number // 10_000}.0000",
    }
    assert float(values(found, "contractors", "RETAIL", "qtd")["contractor_share_of_budget"]) == pytest.approx(
        page.contractors.rows[0].share.number
    )


def test_a_list_of_several_pages_is_whole_in_it(signed_in: SignedIn, db: None) -> None:
    build_staffed([(f"S{place:02}", f"Branch {place}") for place in range(60)])
    reader = signed_in(person("Erin Executive", roles.EXECUTIVE))

    with CaptureQueriesContext(connection) as asked:
        found = rows(reader.post(FILE + "?page=2").content)

    assert {f"S{place:02}" for place in range(60)} <= {row["unit"] for row in found if row["table"] == "budget"}
    assert len(asked) == QUERIES, "\n".join(query["sql"][:160] for query in asked)


def test_it_is_of_the_period_the_stretch_and_the_day_asked_for(reader: Client) -> None:
    found = rows(reader.post(FILE + "?period=2026-09&basis=month&as_of=2026-10-09T12:00:00Z").content)

    assert {row["period"] for row in found} == {"2026-09"}
    assert {row["as_known_on"] for row in found} == {"2026-10-09T12:00:00+00:00"}
    assert values(found, "spend", "RETAIL", "month") == {"total_cost": "360.0000"}
    assert reader.post(FILE + "?period=1999-01").status_code == 404
    assert reader.post(FILE + "?unit=NOWHERE").status_code == 404
    assert reader.get(FILE).status_code == 405


def test_a_leader_is_handed_no_figure_of_another_unit(staffed: Company, signed_in: SignedIn) -> None:
    leader = signed_in(person("Rita Retail", roles.UNIT_LEADER, Unit.unscoped.get(code="RETAIL")))
    content = leader.post(FILE).content

    assert {row["unit"] for row in rows(content)} == {"RETAIL"}
    assert b"Wholesale" not in content
    assert leader.post(FILE + "?unit=WHOLESALE").status_code == 404


def test_the_download_is_recorded_with_what_was_asked_and_its_hash(reader: Client) -> None:
    content = reader.post(FILE + "?period=2026-09&basis=qtd").content
    deed = Record.objects.latest("pk")
    told = deed.after or {}

    assert deed.verb == "reports.file.downloaded"
    assert deed.actor == f"person:{Person.objects.get(name='Erin Executive').pk}"
    assert (told["what"], told["period"], told["basis"]) == ("resources", "2026-09", "qtd")
    assert (told["rows"], told["sha256"]) == (len(rows(content)), sha256(content).hexdigest())


def test_no_cell_of_it_is_a_formula(reader: Client) -> None:
    Unit.unscoped.filter(code="RETAIL").update(name="=1+1")
    Account.objects.filter(code="SELLERS").update(name="@SUM(A1)")
    found = rows(reader.post(FILE).content)

    assert {row["name"] for row in found if row["unit"] == "RETAIL"} == {"'=1+1"}
    assert "'@SUM(A1)" in {row["function"] for row in found}
    assert not any(cell.startswith(("=", "@")) for row in found for cell in row.values())


def test_the_page_leads_to_the_file_of_what_it_shows_and_says_what_it_is_from(reader: Client) -> None:
    page = reader.get("/resources/?period=2026-09&basis=qtd")
    content = page.content.decode()

    assert content.count('action="/resources/export/?period=2026-09&amp;basis=qtd&amp;unit=GROUP"') == 2  # wide, phone
    assert page.context["board"].notes == (
        "Amounts in USD",
        "Headcount: newest import 1 Oct 2026",
        "Actuals: newest import 1 Oct 2026",
    )
