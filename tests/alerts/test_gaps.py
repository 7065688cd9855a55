"""Figures that should be there and are not: what is a gap, whose it is, and that alerts hold meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from alerts.actions import find_gaps
from alerts.judging.gaps import Gap as Missing
from alerts.judging.gaps import Slice, errors, gaps, why_over
from alerts.models import Alert, Gap
from audit.models import Record
from ledger.models import Delivery, Import, Period
from ledger.querysets import fiscal_calendar, period_row
from metrics.models import Run, Sheet
from people.models import Person
from tests.alerts.conftest import ENGINE, Books
from tests.company import Company
from tests.tables import assert_reads
from units.models import Grant
from units.roles import FINANCE_ADMIN
from units.scope import Scope

JUNE, JULY, AUGUST = 6, 7, 8
SHOPS = Slice(1, "erp")
DUE = {1: {JUNE: date(2026, 7, 14), JULY: date(2026, 8, 14), AUGUST: date(2026, 9, 14)}}


def found(delivered: set[int], *, today: date, withdrawn: set[int] | None = None) -> list[tuple[int, str]]:
    missing = gaps({SHOPS: delivered}, {SHOPS: withdrawn or set()}, DUE, today=today)
    return [(gap.ordinal, gap.kind) for gap in missing]


# --- what is a gap -----------------------------------------------------------------------------------


def test_before_the_due_date_a_period_is_not_due_and_after_it_is_late():
    assert found({JUNE, JULY}, today=date(2026, 9, 14)) == []
    assert found({JUNE, JULY}, today=date(2026, 9, 15)) == [(AUGUST, "late")]


def test_of_several_periods_the_oldest_is_named_once():
    assert found({JUNE}, today=date(2026, 10, 1)) == [(JULY, "late")]


def test_what_was_delivered_and_withdrawn_is_no_data_before_any_due_date():
    assert found({JUNE, JULY}, today=date(2026, 9, 1), withdrawn={AUGUST}) == [(AUGUST, "no_data")]


def test_a_source_that_fell_silent_long_ago_is_not_waited_for():
    assert found({1}, today=date(2026, 10, 1)) == []


def test_nobody_waits_for_a_unit_that_has_left():
    assert gaps({Slice(2, "erp"): {JUNE}}, {}, DUE, today=date(2026, 10, 1)) == []


def test_an_error_is_one_gap_of_the_unit_however_many_metrics_it_spoils():
    said = {
        "revenue": "error: no EUR average rate for 2026-08",
        "operating_margin": "error: no EUR rate",
        "dso": "late",
    }

    assert errors([(1, AUGUST, said), (2, AUGUST, {"dso": "late"})]) == [
        Missing(Slice(1, ""), AUGUST, "error", "no EUR average rate for 2026-08")
    ]


def test_why_a_gap_is_over_is_said():
    delivered = {SHOPS: {AUGUST}}

    assert why_over(SHOPS, is_active=False, ordinal=AUGUST, delivered=delivered) == "unit closed"
    assert why_over(SHOPS, is_active=True, ordinal=AUGUST, delivered=delivered) == "delivered"
    assert why_over(SHOPS, is_active=True, ordinal=JULY, delivered=delivered) == "no longer expected"
    assert why_over(Slice(1, ""), is_active=True, ordinal=JULY, delivered=delivered) == "the error is gone"


# --- finding them ------------------------------------------------------------------------------------

LATE_ON = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def deliver(company: Company, unit: str, month: Period) -> None:
    """What a unit delivered in September, for another month."""
    row = Delivery.unscoped.get(unit__code=unit, period=company.open_month, version__code="actual")
    row.pk, row.period = None, month
    row.save(force_insert=True)


@pytest.fixture
def october(company: Company) -> Period:
    """A month that is over, and that everybody but Shops delivered."""
    month = period_row(fiscal_calendar().at(company.open_month.ordinal + 1))
    month.save()
    for unit in ("RETAIL", "WHOLESALE", "DEPOT"):
        deliver(company, unit, month)
    return month


@pytest.mark.django_db
def test_a_late_unit_is_one_gap_for_each_source_and_goes_to_finance(october: Period, finance_admin: Person):
    assert find_gaps(actor=ENGINE, at=LATE_ON) == {"opened": 1, "changed": 0, "ended": 0}

    assert_reads(
        Gap.unscoped.values("unit__code", "source", "period__code", "kind", "text", "owner__name"),
        f"""
        unit__code | source | period__code | kind | text                            | owner__name
        SHOPS      | erp    | 2026-10      | late | erp was due by 13 November 2026 | {finance_admin.name}
        """,
    )
    assert Record.objects.filter(verb="alerts.gap.opened").count() == 1


@pytest.mark.django_db
def test_finding_again_changes_nothing(october: Period):
    find_gaps(actor=ENGINE, at=LATE_ON)

    assert find_gaps(actor=ENGINE, at=LATE_ON + timedelta(hours=1)) == {"opened": 0, "changed": 0, "ended": 0}


@pytest.mark.django_db
def test_what_another_run_opened_while_this_one_waited_its_turn_is_not_opened_again(
    october: Period, monkeypatch: pytest.MonkeyPatch
):
    def wait_for_the_other_run() -> None:
        monkeypatch.undo()
        find_gaps(actor=ENGINE, at=LATE_ON)

    monkeypatch.setattr("alerts.actions.gaps.hold_marks", wait_for_the_other_run)

    assert find_gaps(actor=ENGINE, at=LATE_ON) == {"opened": 0, "changed": 0, "ended": 0}


@pytest.mark.django_db
def test_whose_gaps_are_is_read_once_for_all(october: Period, company: Company, finance_admin: Person):
    Import.objects.update(actor=f"person:{finance_admin.pk}")

    def opened_and_reads() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as asked:
            opened = find_gaps(actor=ENGINE, at=LATE_ON)["opened"]
        return opened, sum(query["sql"].startswith("SELECT") for query in asked.captured_queries)

    alone = opened_and_reads()
    withdrawn = Delivery.unscoped.filter(period=october)
    withdrawn.update(until_mark=F("from_mark") + 1)

    assert (alone, opened_and_reads()) == ((1, alone[1]), (3, alone[1]))


@pytest.mark.django_db
def test_a_gap_is_of_who_brought_the_source_last_and_still_may_else_of_the_finance_with_the_narrowest_reach(
    october: Period, company: Company, finance_admin: Person, retail_lead: Person, wholesale_lead: Person
):
    Grant.objects.create(
        person=wholesale_lead, unit=company.retail, role=FINANCE_ADMIN, starts=LATE_ON, granted_by="process:test"
    )
    owners = []
    for bringer in (finance_admin, retail_lead):  # the leader of Retail may read figures, and bring none
        Import.objects.update(actor=f"person:{bringer.pk}")
        find_gaps(actor=ENGINE, at=LATE_ON)
        owners.append(Gap.unscoped.get(ended=None).owner)
        Gap.unscoped.update(ended=LATE_ON)

    assert owners == [finance_admin, wholesale_lead]


@pytest.mark.django_db
@override_settings(FIGURES_DUE_AFTER=60)
def test_when_figures_are_due_is_a_setting(october: Period):
    assert find_gaps(actor=ENGINE, at=LATE_ON)["opened"] == 0


@pytest.mark.django_db
def test_a_gap_ends_when_the_figures_come_and_opens_again_when_they_are_withdrawn(october: Period, company: Company):
    find_gaps(actor=ENGINE, at=LATE_ON)
    deliver(company, "SHOPS", october)

    assert find_gaps(actor=ENGINE, at=LATE_ON + timedelta(days=1))["ended"] == 1
    assert Gap.unscoped.get().ended_because == "delivered"
    assert Record.objects.filter(verb="alerts.gap.ended", reason="delivered").count() == 1

    row = Delivery.unscoped.filter(unit=company.shops, period=october)
    row.update(until_mark=row.get().from_mark + 1)
    find_gaps(actor=ENGINE, at=LATE_ON + timedelta(days=2))
    assert Gap.unscoped.get(ended=None).kind == "no_data"


@pytest.mark.django_db
def test_a_gap_that_turns_out_worse_is_the_same_gap(october: Period, company: Company):
    find_gaps(actor=ENGINE, at=LATE_ON)
    deliver(company, "SHOPS", october)
    row = Delivery.unscoped.filter(unit=company.shops, period=october)
    row.update(until_mark=row.get().from_mark + 1)

    assert find_gaps(actor=ENGINE, at=LATE_ON + timedelta(days=2)) == {"opened": 0, "changed": 1, "ended": 0}
    assert Record.objects.filter(verb="alerts.gap.changed").count() == 1


@pytest.mark.django_db
def test_a_figure_that_cannot_be_computed_is_a_gap_of_its_unit(books: Books):
    mark = books.write("""
        unit  | metric          | version | 2026-09
        DEPOT | contractor_cost | actual  |     100
    """)
    Sheet.unscoped.create(
        unit=books.company.shops,
        period=books.company.open_month,
        basis="month",
        version="actual",
        numbers={},
        reasons={"revenue": "error: no EUR average rate for 2026-09"},
        coverage={"*": "1 of 1"},
        run=Run.objects.get(mark=mark),
        from_mark=mark,
    )

    find_gaps(actor=ENGINE, at=LATE_ON)

    (gap,) = Gap.unscoped.filter(kind="error")
    assert (gap.unit.code, gap.source, gap.text) == ("SHOPS", "", "no EUR average rate for 2026-09")


@pytest.mark.django_db
def test_a_gap_is_within_the_units_of_its_reader(october: Period, retail_lead: Person, wholesale_lead: Person):
    find_gaps(actor=ENGINE, at=LATE_ON)

    seen = [Gap.objects.within(Scope.of(person, at=LATE_ON)).count() for person in (retail_lead, wholesale_lead)]
    assert seen == [1, 0]


@pytest.mark.django_db
def test_alerts_hold_what_they_said_while_figures_are_late(books: Books, breach: Callable[..., Alert]):
    before = breach()
    books.write("""
        unit  | metric          | version | 2026-08
        SHOPS | contractor_cost | actual  |       –
    """)
    find_gaps(actor=ENGINE, at=LATE_ON)
    books.judge()

    (after,) = books.alerts()
    assert (after.pk, after.condition, after.severity) == (before.pk, "firing", "critical")


@pytest.mark.django_db
def test_the_command_lists_what_stands_for_whoever_may_see_it(
    october: Period, capsys: pytest.CaptureFixture[str], finance_admin: Person, wholesale_lead: Person
):
    find_gaps(actor=ENGINE, at=LATE_ON)

    call_command("gaps")
    assert f"erp was due by 13 November 2026  ({finance_admin.name})" in capsys.readouterr().out
    call_command("gaps", "--person", wholesale_lead.name)
    assert capsys.readouterr().out == "Nothing is missing.\n"
