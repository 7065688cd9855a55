"""Recompute: what is stale is computed again, once; history stays; a killed run is run again."""

from __future__ import annotations

import pytest

from audit.models import Record
from jobs.models import Job
from metrics.models import Metric, MetricVersion, Run, Sheet
from metrics.querysets import computed_mark
from metrics.signals import values_recomputed
from tests.company import Company
from tests.ledger.imports import bring
from tests.metrics.engine import AT, SYSTEM, compute, number, set_rate, standing
from units.marks import newest_mark, take_mark
from units.models import Placement, Unit

OCTOBER = """
    unit  | account | period  | amount
    SHOPS | REVENUE | 2026-10 | 1500
    SHOPS | COSTS   | 2026-10 | 400
"""


def test_an_empty_database_has_nothing_to_compute(db: None) -> None:
    assert compute() is None
    assert compute(full=True) is None


def test_every_unit_has_its_sheets_in_every_basis_and_version(company: Company) -> None:
    run = compute()

    assert run is not None
    assert (run.state, run.full, run.mark, run.all_steps, run.done_steps) == ("done", True, newest_mark(), 2, 2)
    assert run.sheets == run.written == Sheet.unscoped.count()
    assert {version for _, _, _, version in standing()} == {"actual", "budget-2026", "budget"}
    assert {basis for _, _, basis, _ in standing()} == {"month", "qtd", "ytd", "ltm"}
    assert {unit for unit, _, _, version in standing() if version == "actual"} == {
        "GROUP",
        "RETAIL",
        "SHOPS",
        "WHOLESALE",
        "DEPOT",
        "ELIM",
    }


def test_the_group_is_the_sum_of_its_children_with_internal_trade_taken_out(company: Company) -> None:
    compute()

    assert number("revenue", "SHOPS", "2026-09") == 1300_0000
    assert number("revenue", "WHOLESALE", "2026-09") == 2500_0000
    assert number("revenue", "ELIM", "2026-09") == -200_0000
    assert number("revenue", "GROUP", "2026-09") == 3600_0000
    assert number("cost_of_sales", "GROUP", "2026-09") == 1400_0000
    assert number("elimination_difference", "GROUP", "2026-09") == 0
    assert number("headcount", "GROUP", "2026-09", basis="ytd") == 34_0000


def test_the_budget_reads_as_the_approved_budget_of_each_year(company: Company) -> None:
    bring(
        SYSTEM,
        "unit | account | period | amount\nSHOPS | REVENUE | 2027-01 | 777",
        source="plan",
        version="budget-2027",
    )
    compute()

    assert number("revenue", "SHOPS", "2026-09", version="budget") == 1000_0000
    assert number("revenue", "SHOPS", "2027-01", version="budget") == 777_0000
    assert number("revenue", "SHOPS", "2026-10", version="budget") == "late"
    assert number("revenue", "SHOPS", "2027-01", version="budget-2026") is None
    assert number("revenue", "SHOPS", "2027-01", basis="ytd", version="budget-2027") == 777_0000


def test_an_account_that_only_next_years_budget_carries_leaves_this_years_as_it_is(company: Company) -> None:
    next_year = "unit | account | period | amount\nSHOPS | HEADS | 2027-01 | 70"
    bring(SYSTEM, next_year, source="plan", version="budget-2027")
    compute()

    assert number("headcount", "SHOPS", "2027-01", version="budget") == 70_0000
    assert number("headcount", "SHOPS", "2026-09", version="budget") == "not_applicable: no account"
    assert number("total_cost", "SHOPS", "2026-09", version="budget") == 750_0000


def test_twice_is_once(company: Company) -> None:
    compute()
    before = standing()

    assert compute() is None
    again = compute(full=True)

    assert again is not None
    assert (again.written, again.closed, standing()) == (0, 0, before)


def test_an_import_moves_its_unit_those_above_it_and_nobody_else(company: Company) -> None:
    compute()
    bring(SYSTEM, "unit | account | period | amount\nSHOPS | REVENUE | 2026-09 | 11", source="second")
    mark = newest_mark()
    compute()
    bring(SYSTEM, "unit | account | period | amount\nSHOPS | REVENUE | 2026-09 | 12", source="second")
    run = compute()

    assert run is not None
    assert (run.full, run.since_mark) == (False, mark)
    moved = Sheet.unscoped.filter(run=run).values_list("unit__code", "period__code", "version").distinct()
    assert set(moved) == {(unit, "2026-09", "actual") for unit in ("SHOPS", "RETAIL", "GROUP")}
    assert number("revenue", "GROUP", "2026-09") == 3612_0000


def test_a_new_month_is_late_for_those_who_have_not_delivered_it(company: Company) -> None:
    compute()
    bring(SYSTEM, OCTOBER, source="erp")
    compute()

    assert number("revenue", "SHOPS", "2026-10") == 1500_0000
    assert number("revenue", "DEPOT", "2026-10") == "late"
    assert number("revenue", "GROUP", "2026-10") == 1500_0000
    group = Sheet.unscoped.get(unit=company.group, period__code="2026-10", basis="month", version="actual")
    assert group.coverage["*"] == "1 of 4"
    year = Sheet.unscoped.get(unit=company.group, period__code="2026-10", basis="ytd", version="actual")
    assert year.coverage["*"] == "17 of 40"


def test_what_no_file_states_any_more_is_closed_and_still_readable(company: Company) -> None:
    bring(SYSTEM, "unit | account | period | amount\nSHOPS | REVENUE | 2026-11 | 5", source="stray")
    compute()
    before = computed_mark()
    bring(SYSTEM, "unit | account | period | amount\nSHOPS | REVENUE | 2026-10 | 5", source="stray")
    from ledger import rows
    from ledger.models import Delivery, Entry

    mark = take_mark(AT).pk
    stray = {"source": "stray", "period__code": "2026-11", "until_mark": None}
    rows.close(Entry.unscoped, list(Entry.unscoped.filter(**stray).values_list("pk", flat=True)), mark=mark)
    rows.close(Delivery.unscoped, list(Delivery.unscoped.filter(**stray).values_list("pk", flat=True)), mark=mark)
    compute()

    assert number("revenue", "SHOPS", "2026-11") is None
    assert Sheet.unscoped.filter(period__code="2026-11", from_mark__lte=before, until_mark__gt=before).exists()


def test_readers_stay_at_the_last_run_that_was_done(company: Company) -> None:
    compute()
    done = computed_mark()
    bring(SYSTEM, "unit | account | period | amount\nSHOPS | REVENUE | 2026-09 | 11", source="second")

    assert newest_mark() > done
    assert computed_mark() == done
    compute()
    assert computed_mark() == newest_mark()


def test_a_killed_run_leaves_nothing_a_reader_sees_and_the_next_one_finishes(company: Company) -> None:
    compute()
    before = number("revenue", "GROUP", "2026-09")
    bring(SYSTEM, "unit | account | period | amount\nSHOPS | REVENUE | 2026-09 | 11", source="second")

    class Killed(BaseException):
        pass

    def kill(done: int, steps: int) -> None:
        raise Killed

    from metrics.recompute import recompute

    with pytest.raises(Killed):
        recompute(actor="process:test", clock=lambda: AT, progress=kill)

    assert Run.objects.latest("pk").state == "failed"
    assert Sheet.unscoped.filter(from_mark=newest_mark()).exists()
    assert number("revenue", "GROUP", "2026-09") == before
    compute()
    assert number("revenue", "GROUP", "2026-09") == 3611_0000
    whole = compute(full=True)
    assert whole is not None
    assert (whole.written, whole.closed) == (0, 0)


def test_a_run_that_was_cut_off_is_marked_when_the_next_one_starts(company: Company) -> None:
    Run.objects.create(actor="process:test", mark=1, started=AT)
    compute()

    assert list(Run.objects.order_by("pk").values_list("state", flat=True)) == ["failed", "done"]
    assert Run.objects.earliest("pk").error == "It was interrupted; a later run did its work."


def test_a_change_of_meaning_makes_everything_stale_and_keeps_what_was_shown(company: Company) -> None:
    compute()
    shown = computed_mark()
    Unit.unscoped.filter(pk=company.shops.pk).update(currency="EUR")
    run = compute()

    assert run is not None and run.full
    assert run.mark > shown
    assert number("revenue", "SHOPS", "2026-09") == "error: no EUR average rate for 2026-09"
    assert number("revenue", "GROUP", "2026-09") == "error: no EUR average rate for 2026-09"
    assert number("revenue", "DEPOT", "2026-09") == 2500_0000
    old = Sheet.unscoped.filter(unit=company.shops, period__code="2026-09", basis="month", version="actual")
    assert old.get(from_mark__lte=shown, until_mark__gt=shown).numbers["revenue"] == 1300_0000


def test_a_rate_moves_the_units_that_need_it(company: Company) -> None:
    Unit.unscoped.filter(pk=company.shops.pk).update(currency="EUR")
    for period in company.months.values():
        set_rate("EUR", period.pk, "1")
    compute()
    set_rate("EUR", company.open_month.pk, "1.5")
    run = compute()

    assert run is not None and not run.full
    assert number("revenue", "SHOPS", "2026-09") == 1950_0000
    assert number("revenue", "SHOPS", "2026-08") == 1200_0000
    assert number("revenue", "GROUP", "2026-09") == 3600_0000 + 650_0000
    assert not Sheet.unscoped.filter(run=run, unit=company.depot).exists()


def test_a_unit_moved_in_the_tree_takes_its_figures_along(company: Company) -> None:
    compute()
    mark = take_mark(AT).pk
    Placement.unscoped.filter(unit=company.shops, until_mark=None).update(until_mark=mark)
    Placement.unscoped.create(unit=company.shops, parent=company.wholesale, from_mark=mark)
    compute()

    assert number("revenue", "RETAIL", "2026-09") == 0
    assert number("revenue", "WHOLESALE", "2026-09") == 3600_0000
    assert number("revenue", "GROUP", "2026-09") == 3600_0000


def test_an_added_metric_is_computed_like_a_shipped_one(company: Company) -> None:
    compute()
    mark = take_mark(AT).pk
    MetricVersion.objects.create(
        metric=Metric.objects.create(code="people_share"),
        label="People in revenue",
        kind="ratio",
        formula="personnel_cost / revenue",
        actor="process:test",
        from_mark=mark,
    )
    compute()

    assert number("people_share", "SHOPS", "2026-09") == 0.2


def test_a_hole_in_the_calendar_table_is_filled(company: Company) -> None:
    bring(SYSTEM, "unit | account | period | amount\nSHOPS | REVENUE | 2026-12 | 5", source="erp")
    compute()

    assert number("revenue", "SHOPS", "2026-11") == "late"


def test_a_run_leaves_a_record_and_tells_the_news(company: Company) -> None:
    heard = []

    def listen(**news: object) -> None:
        heard.append({name: news[name] for name in ("run", "mark", "actor")})

    values_recomputed.connect(listen)
    try:
        run = compute()
    finally:
        values_recomputed.disconnect(listen)

    assert run is not None
    assert heard == [{"run": run.pk, "mark": run.mark, "actor": "process:test"}]
    kept = Record.objects.get(verb="metrics.recomputed")
    assert (kept.actor, kept.target_id, kept.after["written"]) == ("process:test", str(run.pk), run.written)


def test_an_import_asks_for_a_recompute_and_asking_twice_is_asking_once(company: Company) -> None:
    bring(SYSTEM, OCTOBER)
    bring(SYSTEM, OCTOBER.replace("1500", "1600"))

    assert list(Job.objects.filter(kind="metrics.recompute").values_list("key", "state")) == [("sheets", "waiting")]


def test_the_job_brings_the_sheets_up_to_date(company: Company) -> None:
    from jobs.work import drain

    bring(SYSTEM, OCTOBER)
    drain(clock=lambda: AT, kinds=frozenset({"metrics.recompute"}))

    assert number("revenue", "SHOPS", "2026-10") == 1500_0000
    assert Job.objects.get(kind="metrics.recompute").outcome["sheets"] > 0
