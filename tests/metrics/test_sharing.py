"""A run in blocks: any block size gives the same sheets, workers share it, and who is late writes nothing any more."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from metrics import store
from metrics.models import Run, RunBlock, Sheet, Subtotal
from metrics.recompute import help_out, recompute
from metrics.sharing import Lease
from tests.company import Company
from tests.ledger.imports import bring
from tests.metrics.engine import AT, SYSTEM, compute, number, standing


@pytest.fixture
def blocks_of_one(settings: SimpleNamespace) -> None:
    settings.BLOCK_UNITS = 1


def clock() -> object:
    return AT


def test_blocks_of_one_unit_give_the_same_sheets_as_one_block(company: Company, settings: SimpleNamespace) -> None:
    compute()
    whole = standing()
    settings.BLOCK_UNITS = 1

    run = compute()

    assert run is not None and run.full
    assert (run.written, run.closed, run.done_steps) == (0, 0, 3)
    assert standing() == whole


@pytest.mark.usefixtures("blocks_of_one")
def test_whoever_helps_does_what_is_left_and_the_leader_ends_the_run(company: Company) -> None:
    helped: list[store.Written] = []

    def help_once(done: int, steps: int) -> None:
        if not helped:
            helped.append(help_out(run=Run.objects.latest("pk").pk, clock=clock))

    run = recompute(actor="process:test", clock=clock, progress=help_once)

    assert run is not None and run.state == "done"
    assert run.sheets == run.written == Sheet.unscoped.count()
    assert number("revenue", "GROUP", "2026-09") == 3600_0000
    assert help_out(run=run.pk, clock=clock) == store.Written()


@pytest.mark.usefixtures("blocks_of_one")
def test_every_block_is_done_once_however_many_ask(company: Company) -> None:
    seen: list[list[tuple[int, bool]]] = []

    def look(done: int, steps: int) -> None:
        seen.append(list(RunBlock.objects.order_by("number").values_list("number", "is_done")))
        help_out(run=Run.objects.latest("pk").pk, clock=clock)

    run = recompute(actor="process:test", clock=clock, progress=look)

    assert run is not None
    assert seen[0] == [(0, True), (1, False)]
    assert run.written == Sheet.unscoped.count()


@pytest.mark.usefixtures("blocks_of_one")
def test_a_block_whose_worker_died_is_done_by_the_leader_once_its_lease_is_over(company: Company) -> None:
    moments = iter(AT + timedelta(seconds=10 * step) for step in range(1000))
    lost: list[int] = []

    def lose(done: int, steps: int) -> None:
        if not lost:
            lost.append(RunBlock.objects.filter(number=1).update(is_done=False, lease_until=AT + timedelta(minutes=2)))

    run = recompute(actor="process:test", clock=lambda: next(moments), progress=lose)

    assert lost == [1]
    assert run is not None and run.state == "done"
    assert number("revenue", "DEPOT", "2026-09") == 2500_0000


@pytest.mark.usefixtures("blocks_of_one")
def test_progress_is_told_after_every_block(company: Company) -> None:
    told: list[tuple[int, int]] = []

    recompute(actor="process:test", clock=clock, progress=lambda done, steps: told.append((done, steps)))

    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.usefixtures("blocks_of_one")
def test_a_worker_that_comes_late_does_not_give_back_a_block_another_one_holds(company: Company) -> None:
    compute()
    run = Run.objects.latest("pk")
    RunBlock.objects.create(run=run, phase="sheets", number=77)
    block = RunBlock.objects.filter(run=run, number=77)
    late, next_one = Lease(block, clock), Lease(block, lambda: AT + timedelta(minutes=5))

    assert late.take()
    assert not Lease(block, clock).take()
    assert next_one.take()
    with pytest.raises(RuntimeError), late:
        raise RuntimeError("late")
    late.settle(store.Written(sheets=1))

    assert block.values_list("lease_until", "is_done", "sheets").get() == (AT + timedelta(minutes=7), False, 0)
    next_one.settle(store.Written(sheets=3))
    assert block.values_list("is_done", "sheets").get() == (True, 3)


def test_nobody_writes_for_a_run_that_is_over(company: Company) -> None:
    compute()
    over = Run.objects.latest("pk")
    sheet = Sheet.unscoped.filter(until_mark=None).latest("pk")
    of = store.Slice(sheet.version, {0: sheet.unit_id}, {0: sheet.period_id})

    with pytest.raises(store.RunOver):
        store.store([], of=of, run=over.pk, mark=over.mark)
    assert Sheet.unscoped.get(pk=sheet.pk).until_mark is None


def test_what_a_changed_unit_was_is_taken_off_the_subtotals_of_its_block(company: Company) -> None:
    compute()
    kept = set(Subtotal.objects.values_list("version", flat=True))
    bring(SYSTEM, "unit | account | period | amount\nSHOPS | REVENUE | 2026-09 | 1311", source="erp")

    run = compute()

    assert run is not None and not run.full
    assert number("revenue", "GROUP", "2026-09") == 3611_0000
    assert dict(Subtotal.objects.values_list("version", "mark")) == dict.fromkeys(kept, run.mark)
    whole = compute(full=True)
    assert whole is not None and (whole.written, whole.closed) == (0, 0)


def test_subtotals_that_were_lost_are_made_again(company: Company) -> None:
    compute()
    Subtotal.objects.all().delete()
    bring(SYSTEM, "unit | account | period | amount\nSHOPS | REVENUE | 2026-09 | 11", source="second")

    compute()

    assert number("revenue", "GROUP", "2026-09") == 3611_0000
    assert Subtotal.objects.exists()


def test_blocks_the_company_has_no_more_are_forgotten(company: Company, settings: SimpleNamespace) -> None:
    settings.BLOCK_UNITS = 1
    compute()
    assert set(Subtotal.objects.values_list("block", flat=True)) == {0, 1}
    settings.BLOCK_UNITS = 1_000

    compute()

    assert set(Subtotal.objects.values_list("block", flat=True)) == {0}
