"""Real figures: four departments of the City of San Diego tie to the totals added up without the product."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from django.db.models import Sum

from ledger.actions import import_figures, import_structure
from ledger.actions.structure import StructureFile
from ledger.amounts import as_text, parse
from ledger.mapping import Mapping
from ledger.models import Account, Entry, Version
from ledger.report import Counts, ImportReport
from people.models import Person
from tests.ledger.imports import AT
from tests.prepared import prepared
from units.models import Grant
from units.scope import Scope

FOLDER = Path(__file__).resolve().parents[1] / "data" / "sandiego"


@prepared
def treasurer() -> Scope:
    person = Person.objects.create(name="Treasurer", joined=AT)
    Grant.objects.create(person=person, role="finance_admin", starts=AT, granted_by="process:test")
    return Scope.of(person, at=AT)


@prepared
def city(treasurer: Scope) -> ImportReport:
    import_structure(
        actor=treasurer,
        at=AT,
        units=StructureFile("units.csv", (FOLDER / "units.csv").read_bytes()),
        accounts=StructureFile("accounts.csv", (FOLDER / "accounts.csv").read_bytes()),
        calendar=json.loads((FOLDER / "calendar.json").read_text()),
    )
    return bring(treasurer)


def bring(actor: Scope) -> ImportReport:
    return import_figures(
        actor=actor,
        content=(FOLDER / "figures.csv").read_bytes(),
        filename="figures.csv",
        source="city",
        at=AT,
        mapping=Mapping.of(json.loads((FOLDER / "mapping.json").read_text())),
    )


def sums() -> dict[tuple[str, str, str], int]:
    """Entries by fiscal year, side of the chart and version, added up in the database."""
    chart = {account.pk: account for account in Account.objects.all()}

    def side(pk: int) -> str:
        while chart[pk].parent_id:
            pk = chart[pk].parent_id
        return chart[pk].code.capitalize()

    found: dict[tuple[str, str, str], int] = {}
    rows = Entry.unscoped.values_list("period__year", "account_id", "version__kind").annotate(amount=Sum("amount"))
    for year, account, kind, amount in rows:
        key = (str(year), side(account), "adopted" if kind == "budget" else kind)
        found[key] = found.get(key, 0) + int(amount)
    return found


def test_budgets_and_actuals_tie_to_the_citys_totals_to_the_last_digit(city):
    with (FOLDER / "totals.csv").open(newline="") as file:
        expected = {
            (row["fiscal_year"], row["revenue_or_expense"], cycle): parse(row[cycle])
            for row in csv.DictReader(file)
            for cycle in ("actual", "adopted")
        }

    assert city.status == "imported"
    assert len(expected) == 5 * 2 * 2
    assert sums() == expected


def test_a_fiscal_year_stands_on_its_last_period(city):
    assert set(Entry.unscoped.values_list("period__code", "version__code")) == {
        (f"{year}-06", version) for year in range(2019, 2024) for version in ("actual", f"budget-{year}")
    }
    assert Version.objects.get(code="budget-2023").year == 2023


def test_the_control_total_is_that_of_the_file_and_the_second_import_changes_nothing(treasurer, city):
    with (FOLDER / "figures.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))

    assert as_text(city.totals.control) == as_text(sum(parse(row["amount"]) for row in rows))
    assert (city.totals.mapped, city.rows) == (city.totals.control, len(rows))
    again = bring(treasurer)
    assert (again.status, again.entries) == ("unchanged", Counts(same=len(rows)))
