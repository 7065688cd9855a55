"""The statement of a unit as a file: what the page tells, exactly, and the download is recorded."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

import pytest
from django.http import Http404
from django.test import Client

from audit.models import Record
from people.models import Person
from reports.actions.files import hand_out
from tests.company import Company
from tests.metrics.engine import compute
from units.models import Unit
from units.scope import Scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

FILE = "/units/RETAIL/export/?period=2026-08"
SignedIn = Callable[[Person], Client]


def rows(content: bytes) -> list[dict[str, str]]:
    """The lines of a file, by the names at its head."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_every_line_of_the_page_stands_in_it_as_exact_as_it_is_kept(
    company: Company, executive: Person, signed_in: SignedIn
) -> None:
    compute()
    reader = signed_in(executive)
    statement = reader.get("/units/RETAIL/?period=2026-08").context["board"].statement
    answer = reader.post(FILE)
    month = [row for row in rows(answer.content) if row["stretch"] == "Aug 2026"]

    assert answer["Content-Disposition"] == 'attachment; filename="statement.csv"'
    assert [row["line"] for row in month] == [row.code for row in statement.rows]
    for row, line in zip(month, statement.rows, strict=True):
        number = line.first.actual.number
        if row["measure"] == "money" and number is not None:
            assert row["actual"] == f"{number // 10_000}.{number % 10_000:04d}"
            assert (row["compared_with"], row["missing"]) == ("Budget", "")


def test_the_download_is_recorded_with_what_was_asked_and_its_hash(
    company: Company, executive: Person, signed_in: SignedIn
) -> None:
    compute()
    content = signed_in(executive).post(FILE).content
    deed = Record.objects.latest("pk")
    told = deed.after or {}

    assert (deed.verb, deed.actor) == ("reports.file.downloaded", f"person:{executive.pk}")
    assert (told["what"], told["period"], told["rows"]) == ("statement", "2026-08", len(rows(content)))
    assert told["sha256"] == sha256(content).hexdigest()


def test_nobody_is_handed_the_statement_of_a_unit_out_of_sight(
    company: Company, retail_lead: Person, at: datetime
) -> None:
    with pytest.raises(Http404):
        hand_out(
            actor=Scope.of(retail_lead, at=at),
            what="statement",
            unit=company.wholesale,
            content=b"line\r\n",
            asked={},
            at=at,
        )
    assert not Record.objects.filter(verb="reports.file.downloaded").exists()


def test_no_cell_of_it_is_a_formula(company: Company, executive: Person, signed_in: SignedIn) -> None:
    compute()
    Unit.unscoped.filter(code="RETAIL").update(name="=1+1")
    found = rows(signed_in(executive).post(FILE).content)

    assert {row["name"] for row in found} == {"'=1+1"}
    assert not any(cell.startswith(("=", "@")) for row in found for cell in row.values())


def test_a_unit_out_of_sight_and_a_month_without_figures_are_not_found(
    company: Company, executive: Person, signed_in: SignedIn
) -> None:
    compute()
    reader = signed_in(executive)

    assert reader.post("/units/NOWHERE/export/").status_code == 404
    assert reader.post("/units/RETAIL/export/?period=1999-01").status_code == 404
    assert reader.get(FILE).status_code == 405
