"""The commands: exit codes, documents on standard output, people by name, and where they refuse."""

# ruff: noqa: E501  (tables of examples and sentences are wider than code)
from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from ledger.models import Entry
from tests.company import Company
from tests.ledger.imports import csv
from units.models import Unit

SEPTEMBER = """
    unit  | account | period  | amount
    SHOPS | REVENUE | 2026-09 | 1500
    SHOPS | COSTS   | 2026-09 | 400.25
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, finance_admin) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "figures.csv").write_bytes(csv(SEPTEMBER))
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, object]:
    """Exit code and the one document on standard output."""
    code = 0
    try:
        call_command(*words, "--actor", "Fiona Finance", "--json")
    except CommandError as error:
        code = error.returncode
    out = capsys.readouterr().out
    return code, json.loads(out) if out else None


def test_import_figures_prints_exactly_one_document(folder, capsys):
    code, document = run(capsys, "import_figures", "figures.csv", "--source", "erp2")

    assert code == 0
    assert set(document) == {"status", "import", "rows", "entries", "errors", "warnings"}
    assert (document["status"], document["rows"], document["entries"]) == (
        "imported", 2, {"new": 2, "changed": 0, "closed": 0, "same": 0},
    )  # fmt: skip
    assert run(capsys, "import_figures", "figures.csv", "--source", "erp2")[1]["status"] == "unchanged"


def test_a_refusal_names_every_reason_and_exits_with_one(folder, capsys):
    (folder / "figures.csv").write_bytes(csv(SEPTEMBER.replace("SHOPS | COSTS", "SHOP | COST")))

    code, document = run(capsys, "import_figures", "figures.csv", "--source", "erp2")

    assert (code, document["status"], document["import"]) == (1, "refused", None)
    assert document["errors"] == [
        {"file": "figures.csv", "sheet": "", "row": 3, "column": "unit", "value": "SHOP", "reason": "Unknown unit."},
        {
            "file": "figures.csv",
            "sheet": "",
            "row": 3,
            "column": "account",
            "value": "COST",
            "reason": "Unknown account.",
        },
    ]


def test_a_dry_run_prints_the_difference_for_people(folder, capsys):
    call_command(
        "import_figures", "figures.csv", "--source=erp2", "--dry-run", "--version=budget", "--actor=Fiona Finance"
    )

    assert capsys.readouterr().out.splitlines() == [
        "2 rows; control 1900.2500, mapped 1900.2500, unmapped 0.0000, rejected 0.0000",
        "SHOPS COSTS 2026-09 budget-2026: – → 400.2500",
        "SHOPS REVENUE 2026-09 budget-2026: – → 1500.0000",
        "Nothing was imported; this is what an import would do:",
        "2 new, 0 changed, 0 closed, 0 as before",
    ]
    assert not Entry.unscoped.filter(source="erp2").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["import_figures", "none.csv", "--source=a", "--actor=Fiona Finance"], "none.csv cannot be read: No such file"),
        (["import_figures", "figures.csv", "--source=a", "--actor=Nobody"], "There is no person “Nobody”"),
        (["import_figures", "figures.csv", "--source=a", "--mapping=figures.csv", "--actor=Fiona Finance"], "is not JSON"),
        (["import_figures", "figures.csv", "--source= ", "--actor=Fiona Finance"], "Figures come from a source"),
        (["import_figures", "figures.csv", "--source=a", "--actor=Erin Executive"], "This needs the ability figures.import."),
        (["import_structure", "--actor=Fiona Finance"], "Nothing to import"),
        (["close", "--period=2031-01", "--actor=Fiona Finance"], "There is no period 2031-01"),
        (["close", "--period=2026-09", "--unit=X", "--actor=Fiona Finance"], "There is no unit X."),
    ],
)  # fmt: skip
def test_a_wrong_call_says_what_to_change_and_exits_with_two(folder, executive, words, sentence):
    with pytest.raises(CommandError) as wrong:
        call_command(*words)

    assert wrong.value.returncode == 2
    assert sentence in str(wrong.value)


def test_import_structure_prints_its_document(folder, capsys):
    (folder / "units.csv").write_bytes(csv("code | name | parent\nGROUP | Group |\nNEW | New | GROUP"))

    code, document = run(capsys, "import_structure", "--units", "units.csv")

    assert (code, document["status"], document["units"]) == (
        0, "imported", {"new": 1, "changed": 1, "closed": 0, "same": 0},
    )  # fmt: skip
    (folder / "units.csv").write_bytes(csv("code | name | parent\nNEW | New | NOWHERE"))
    assert run(capsys, "import_structure", "--units", "units.csv")[0] == 1


def test_a_dry_run_of_structure_prints_the_difference_and_lands_nothing(folder, company: Company, capsys):
    (folder / "units.csv").write_bytes(csv("code | name | parent\nSHOPS | Stores | RETAIL\nNEW | New | GROUP"))

    code, document = run(capsys, "import_structure", "--units", "units.csv", "--dry-run")

    assert (code, document["status"], document["units"]) == (
        0, "previewed", {"new": 1, "changed": 1, "closed": 0, "same": 0},
    )  # fmt: skip
    assert {"of": "units", "code": "NEW", "change": "new", "property": "", "before": None, "after": "New"} in (
        document["differences"]
    )
    assert not Unit.unscoped.filter(code="NEW").exists()
    assert set(run(capsys, "import_structure", "--units", "units.csv")[1]) == set(document) - {"differences"}


def test_a_dry_run_of_structure_prints_the_difference_for_people(folder, company: Company, capsys):
    (folder / "rates.csv").write_bytes(csv("currency | period | kind | rate\nJPY | 2026-09 | average | 0.0067"))

    call_command("import_structure", "--rates=rates.csv", "--dry-run", "--actor=Fiona Finance")

    assert capsys.readouterr().out.splitlines() == [
        "rates JPY 2026-09 average: – → 0.0067",
        "Nothing was imported; this is what an import would do:",
        "units: 0 new, 0 changed, 0 as before",
        "accounts: 0 new, 0 changed, 0 as before",
        "rates: 1 new, 0 changed, 0 as before",
        "calendar: same",
    ]


def test_a_refused_dry_run_of_structure_exits_with_one(folder, capsys):
    (folder / "units.csv").write_bytes(csv("code | name | parent\nNEW | New | NOWHERE"))

    code, document = run(capsys, "import_structure", "--units", "units.csv", "--dry-run")

    assert (code, document["status"]) == (1, "refused")


def test_close_closes_and_says_where(folder, company: Company, capsys):
    assert run(capsys, "close", "--period", "2026-09", "--unit", "RETAIL") == (
        0, {"status": "closed", "period": "2026-09", "unit": "RETAIL"},
    )  # fmt: skip
    assert run(capsys, "close", "--period", "2026-09")[1] == {"status": "closed", "period": "2026-09", "unit": None}
    assert run(capsys, "import_figures", "figures.csv", "--source", "erp2")[0] == 1
