"""A currency flagged as hyperinflationary: dated, recorded, taken back, and refused where it cannot be."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from ledger.actions import FlagRefused, flag_hyperinflation, take_back_hyperinflation
from ledger.actions.inflation import FlagReport
from ledger.models import Hyperinflation
from tests.ledger.imports import AT, recorded
from units.commands import WrongCall
from units.marks import newest_mark
from units.models import Unit
from units.scope import AbilityMissing, Scope


@pytest.fixture
def admin(company, finance_admin) -> Scope:
    Unit.unscoped.filter(code="GROUP").update(currency="USD")
    Unit.unscoped.filter(code="SHOPS").update(currency="ARS")
    return Scope.of(finance_admin, at=AT)


def flag(actor: Scope, first: str, last: str | None = None, currency: str = "ARS") -> FlagReport:
    return flag_hyperinflation(actor=actor, currency=currency, first=first, last=last, at=AT)


def standing() -> list[tuple[str, str, str | None]]:
    rows = Hyperinflation.objects.filter(until_mark=None).select_related("first", "last").order_by("first__ordinal")
    return [(row.currency, row.first.code, row.last.code if row.last else None) for row in rows]


def test_a_flag_stands_from_its_period_on(admin):
    assert flag(admin, "2026-07").status == "flagged"
    assert standing() == [("ARS", "2026-07", None)]


def test_saying_it_again_changes_nothing_and_saying_when_it_ends_keeps_what_stood(admin):
    flag(admin, "2026-07")
    mark = newest_mark()
    assert (flag(admin, "2026-07").status, newest_mark()) == ("unchanged", mark)

    flag(admin, "2026-07", "2027-12")
    assert standing() == [("ARS", "2026-07", "2027-12")]
    assert Hyperinflation.objects.count() == 2


def test_a_flag_is_taken_back(admin):
    flag(admin, "2026-07")

    assert take_back_hyperinflation(actor=admin, currency="ARS", first="2026-07", at=AT).status == "settled"
    assert standing() == []


def test_an_economy_may_calm_down_and_begin_again(admin):
    flag(admin, "2024-01", "2025-12")
    flag(admin, "2026-07")

    assert [first for _, first, _ in standing()] == ["2024-01", "2026-07"]


@pytest.mark.parametrize(
    ("currency", "first", "last", "sentence"),
    [
        ("USD", "2026-07", None, "USD is the currency of the group"),
        ("XXX", "2026-07", None, "No unit keeps its books in XXX."),
        ("ARS", "July", None, "“July” is not a period"),
        ("ARS", "2026-07", "2026-06", "2026-06 is before 2026-07."),
        ("ARS", "2026-01", None, "ARS is flagged from 2026-03 on already: say when that ends."),
        ("ARS", "2026-05", "2026-08", "ARS is flagged from 2026-03 on already"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(admin, currency, first, last, sentence):
    flag(admin, "2026-03", "2026-05")

    with pytest.raises(FlagRefused, match=sentence):
        flag(admin, first, last, currency)
    assert standing() == [("ARS", "2026-03", "2026-05")]


def test_both_are_recorded_with_what_stood_before(admin):
    flag(admin, "2026-07")
    flag(admin, "2026-07", "2027-12")
    take_back_hyperinflation(actor=admin, currency="ARS", first="2026-07", at=AT)

    first, second = recorded("ledger.currency.inflated")
    assert (first.actor, first.before, first.after["from"]) == (admin.actor, None, "2026-07")
    assert (second.before["to"], second.after["to"]) == (None, "2027-12")
    assert [deed.before["to"] for deed in recorded("ledger.currency.settled")] == ["2027-12"]


def test_who_may_not_import_structure_may_not_flag(admin, retail_lead):
    actor = Scope.of(retail_lead, at=AT)

    with pytest.raises(AbilityMissing):
        flag(actor, "2026-07")
    with pytest.raises(AbilityMissing):
        take_back_hyperinflation(actor=actor, currency="ARS", first="2026-07", at=AT)


def test_the_command_flags_and_takes_back(admin, finance_admin):
    def said(*options: str) -> str:
        out = StringIO()
        call_command("hyperinflation", "ARS", "--actor", finance_admin.name, *options, stdout=out)
        return out.getvalue()

    assert said("--from", "2026-07") == "ARS is hyperinflationary from 2026-07 on.\n"
    assert json.loads(said("--from", "2026-07", "--to", "2026-09", "--json")) == {
        "status": "flagged", "currency": "ARS", "from": "2026-07", "to": "2026-09",
    }  # fmt: skip
    assert said("--from", "2026-07", "--take-back") == "ARS is not flagged any more from 2026-07 to 2026-09.\n"
    with pytest.raises(WrongCall, match="ARS is not flagged from 2026-07 on."):
        said("--from", "2026-07", "--take-back")
