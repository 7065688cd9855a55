"""Moved units in stored figures: as was is what is reported, as is now stands beside it where it is another figure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.querysets import fiscal_calendar
from metrics.arrangement import as_is_now
from metrics.definitions import definitions
from metrics.models import Metric, MetricVersion
from metrics.querysets import computed_mark
from metrics.shelf import Shelf, book, context_of
from tests.company import Company
from tests.ledger.imports import bring
from tests.metrics.engine import SYSTEM, compute, move, number, standing
from tests.prepared import prepared
from units.marks import newest_mark

NOW = as_is_now("actual")
AUGUST = 2026 * 12 + 7


@prepared
def moved(company: Company) -> Company:
    compute()
    move("SHOPS", "2026-09-01", "WHOLESALE")
    compute()
    return company


def test_reported_figures_of_earlier_periods_stay_where_they_were(moved: Company) -> None:
    assert [number("revenue", "RETAIL", f"2026-0{month}") for month in (8, 9)] == [1200_0000, 0]
    assert number("revenue", "WHOLESALE", "2026-09") == 2300_0000 + 1300_0000


def test_as_is_now_they_are_where_the_unit_is_today(moved: Company) -> None:
    assert number("revenue", "RETAIL", "2026-08", version=NOW) == 0
    assert number("revenue", "WHOLESALE", "2026-08", version=NOW) == 2200_0000 + 1200_0000


def test_the_budget_is_kept_on_the_same_tree(moved: Company) -> None:
    for version in ("budget", "budget-2026"):
        was = number("revenue", "RETAIL", "2026-08", version=version)
        gained = number("revenue", "WHOLESALE", "2026-08", version=as_is_now(version))
        assert gained == number("revenue", "WHOLESALE", "2026-08", version=version) + was


def test_where_both_trees_say_the_same_nothing_is_kept_twice(moved: Company) -> None:
    kept = {unit for unit, _, _, version in standing() if version == NOW}

    assert kept == {"RETAIL", "WHOLESALE", "ELIM"}  # what the two trade is now taken out below WHOLESALE


def test_as_is_now_equals_a_rebuild_in_which_the_unit_had_always_been_there(moved: Company) -> None:
    beside = standing()
    move("SHOPS", "", "WHOLESALE")
    compute()
    rebuilt = standing()

    assert not [key for key in rebuilt if key[3] == NOW]
    for (unit, period, basis, version), sheet in rebuilt.items():
        assert (
            beside.get((unit, period, basis, as_is_now(version)), beside.get((unit, period, basis, version))) == sheet
        )


def test_a_move_that_is_taken_back_leaves_nothing_behind(company: Company) -> None:
    compute()
    before = standing()
    move("SHOPS", "2026-09-01", "WHOLESALE")
    compute()
    move("SHOPS", "", "RETAIL")
    compute()

    assert standing() == before


def test_a_later_import_moves_both_readings(moved: Company) -> None:
    was = {name: number("revenue", "WHOLESALE", "2026-09", basis="ytd", version=name) for name in ("actual", NOW)}
    bring(
        SYSTEM, "unit | account | period | version | amount\nSHOPS | REVENUE | 2026-09 | actual | 5000", source="more"
    )
    run = compute()

    assert run is not None and not run.full
    for name in ("actual", NOW):
        assert number("revenue", "WHOLESALE", "2026-09", basis="ytd", version=name) == was[name] + 5000_0000
    assert was["actual"] != was[NOW]


# --- shares of a unit that moved ---------------------------------------------------------------------------


def test_a_share_of_a_unit_that_moved_is_of_the_parent_of_the_period_also_where_no_sheet_holds_it(
    company: Company,
) -> None:
    Metric.objects.create(code="part")
    MetricVersion.objects.create(
        metric=Metric.objects.get(code="part"), label="Part", kind="ratio", compare="points",
        formula="share_of(revenue)", from_mark=newest_mark(), actor="process:test",
    )  # fmt: skip
    move("SHOPS", "2026-09-01", "WHOLESALE")
    compute()
    shelf = Shelf(SYSTEM, mark=computed_mark(), units=[company.shops.pk], first=AUGUST, last=AUGUST + 1)

    def part(ordinal: int, basis: str, lag: int = 0) -> float | None:
        frame = shelf.timeframe(
            company.shops.pk, ordinal, calendar=fiscal_calendar(), book=book(definitions()), opened={}
        )
        return frame.computed(definitions()["part"], replace(context_of(basis, "actual"), lag=lag)).number

    def revenue(unit: str, *months: str) -> int:
        return sum(number("revenue", unit, month) for month in months)

    assert part(AUGUST, "month") == 1.0  # all of Retail is Shops
    assert part(AUGUST + 1, "month", lag=1) == part(AUGUST, "month")
    assert part(AUGUST + 1, "month") == pytest.approx(revenue("SHOPS", "2026-09") / revenue("WHOLESALE", "2026-09"))
    assert part(AUGUST + 1, "rolling:2") == pytest.approx(
        revenue("SHOPS", "2026-08", "2026-09") / revenue("WHOLESALE", "2026-08", "2026-09")
    )
