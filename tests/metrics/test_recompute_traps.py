"""What an incremental recompute misses easily: each case ends with the figures a full one has."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from metrics import subtotals
from metrics.definitions import definitions
from metrics.models import Run, Subtotal
from metrics.recompute import _work, recompute
from metrics.store import RunOver
from tests.company import Company
from tests.ledger.imports import bring
from tests.metrics.engine import AT, SYSTEM, compute, number, set_rate
from units.marks import newest_mark
from units.models import Unit

NIL = "-"


@pytest.fixture(autouse=True)
def blocks_of_one(settings: SimpleNamespace) -> None:
    settings.BLOCK_UNITS = 1


def marketing(unit: str, period: str, amount: str, *, version: str = "actual", currency: str = "") -> None:
    """A second source states one figure, or (NIL) takes it away again."""
    head = "unit | account | period | version | amount | currency"
    text = f"{head}\n{unit} | MARKETING | {period} | {version} | {amount} | {currency}"
    assert bring(SYSTEM, text, source="second").status == "imported"


def assert_as_if_computed_anew() -> None:
    whole = compute(full=True)
    assert whole is not None
    assert (whole.written, whole.closed) == (0, 0)


def test_the_first_figure_in_another_currency_opens_constant_rates_for_all(company: Company) -> None:
    for period in company.months.values():
        set_rate("EUR", period.pk, "1.25")
        set_rate("EUR", period.pk, "1.5", kind="budget")
    compute()
    marketing("SHOPS", "2026-09", "100", currency="EUR")

    compute()

    assert number("revenue", "GROUP", "2026-09") == 3600_0000
    reported = number("marketing_cost", "GROUP", "2026-09")
    assert number("marketing_cost", "GROUP", "2026-09", version="actual@budget-rates") - reported == 25_0000
    assert_as_if_computed_anew()


def test_an_older_period_that_came_and_went_between_two_runs_shifts_nothing(company: Company) -> None:
    compute()
    marketing("SHOPS", "2019-09", "100")
    marketing("SHOPS", "2019-09", NIL)
    marketing("DEPOT", "2026-09", "7")

    compute()

    assert number("revenue", "GROUP", "2026-09") == 3600_0000
    assert_as_if_computed_anew()


def test_the_newest_month_goes_when_the_only_figure_in_it_does(company: Company) -> None:
    compute()
    marketing("SHOPS", "2026-11", "100")
    compute()
    assert number("marketing_cost", "GROUP", "2026-11") == 100_0000
    marketing("SHOPS", "2026-11", NIL)

    compute()

    assert number("marketing_cost", "GROUP", "2026-11") is None
    assert_as_if_computed_anew()


@pytest.mark.parametrize(("version", "period"), [("budget-2027", "2027-08"), ("budget-2025", "2025-08")])
def test_a_budget_goes_when_its_only_figure_does(company: Company, version: str, period: str) -> None:
    marketing("SHOPS", period, "100", version=version)
    compute()
    marketing("SHOPS", period, NIL, version=version)

    compute()

    assert number("marketing_cost", "SHOPS", period, version=version) is None
    assert_as_if_computed_anew()


def test_a_run_that_was_cut_off_under_another_meaning_leaves_nothing_behind(company: Company) -> None:
    compute()
    Unit.unscoped.filter(pk=company.shops.pk).update(starts=date(2026, 8, 1))

    def die(done: int, steps: int) -> None:
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        recompute(actor="process:test", clock=lambda: AT, progress=die)
    Unit.unscoped.filter(pk=company.shops.pk).update(starts=None)
    marketing("DEPOT", "2026-09", "7")

    run = compute()

    assert run is not None and run.full
    assert_as_if_computed_anew()


def test_a_worker_of_a_run_that_is_over_keeps_no_subtotals(company: Company) -> None:
    compute()
    marketing("SHOPS", "2026-09", "7")
    last = Run.objects.latest("pk")
    dead = Run.objects.create(
        actor="process:test", since_mark=last.mark, mark=newest_mark(), fingerprint=last.fingerprint, started=AT
    )
    late = _work(dead, definitions())
    marketing("SHOPS", "2026-09", "8")
    compute()
    kept = dict(Subtotal.objects.values_list("pk", "mark"))

    assert late is not None
    with pytest.raises(RunOver):
        late.add_up(late.todo[0], lambda: None)

    assert dict(Subtotal.objects.values_list("pk", "mark")) == kept
    assert_as_if_computed_anew()


def test_subtotals_of_another_meaning_are_not_read(company: Company) -> None:
    run = compute()
    assert run is not None
    work = _work(run, definitions())

    assert work is not None
    assert subtotals.kept(0, meaning="another", axis=work.outline.company.axis) is None
    assert subtotals.blocks(meaning=run.fingerprint) == {0, 1}
