"""Closing a period: for a unit and all below it, once, on the record."""

from __future__ import annotations

import pytest

from ledger.actions import PeriodNotClosed, close_period
from tests.ledger.imports import AT, bring, recorded
from units.marks import newest_mark
from units.models import Grant
from units.scope import AbilityMissing, Scope

SEPTEMBER = "unit | account | period | amount\n{} | REVENUE | 2026-09 | 5"


@pytest.fixture
def admin(finance_admin) -> Scope:
    return Scope.of(finance_admin, at=AT)


def test_a_closed_unit_refuses_figures_for_itself_and_all_below(admin):
    assert close_period(actor=admin, period="2026-09", unit="RETAIL", at=AT).status == "closed"

    assert [bring(admin, SEPTEMBER.format(unit)).status for unit in ("RETAIL", "SHOPS", "DEPOT", "GROUP")] == [
        "refused", "refused", "imported", "imported",
    ]  # fmt: skip


def test_closing_twice_or_below_what_is_closed_changes_nothing(admin):
    close_period(actor=admin, period="2026-09", unit="RETAIL", at=AT)
    mark = newest_mark()

    assert close_period(actor=admin, period="2026-09", unit="RETAIL", at=AT).status == "unchanged"
    assert close_period(actor=admin, period="2026-09", unit="SHOPS", at=AT).status == "unchanged"
    assert close_period(actor=admin, period="2026-08", unit="DEPOT", at=AT).status == "unchanged"
    assert newest_mark() == mark
    assert len(recorded("ledger.period.closed")) == 1


def test_closing_is_recorded_with_its_unit(admin, company):
    close_period(actor=admin, period="2026-09", unit="RETAIL", at=AT)

    [deed] = recorded("ledger.period.closed")
    assert (deed.actor, deed.unit_id, deed.after) == (
        admin.actor, company.retail.pk, {"period": "2026-09", "mark": newest_mark()},
    )  # fmt: skip


def test_unknown_periods_and_units_are_named_and_foreign_units_are_unknown(admin, company, stranger):
    Grant.objects.create(
        person=stranger, role="finance_admin", unit=company.retail, starts=AT, granted_by="process:test"
    )
    narrow = Scope.of(stranger, at=AT)

    for actor, period, unit, sentence in (
        (admin, "2031-01", None, "There is no period 2031-01 with figures."),
        (admin, "2026-09", "NOWHERE", "There is no unit NOWHERE."),
        (narrow, "2026-09", "DEPOT", "There is no unit DEPOT."),
    ):
        with pytest.raises(PeriodNotClosed) as refused:
            close_period(actor=actor, period=period, unit=unit, at=AT)
        assert str(refused.value) == sentence
    with pytest.raises(AbilityMissing):
        close_period(actor=narrow, period="2026-09", at=AT)
    assert close_period(actor=narrow, period="2026-09", unit="SHOPS", at=AT).status == "closed"


def test_a_person_without_the_ability_may_not_close(retail_lead):
    with pytest.raises(AbilityMissing):
        close_period(actor=Scope.of(retail_lead, at=AT), period="2026-09", unit="RETAIL", at=AT)
