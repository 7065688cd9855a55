"""Whoever waits for an import is told how many rows are read, checked and written."""

from __future__ import annotations

import pytest

from ledger.actions import import_figures
from ledger.models import Account
from ledger.progress import EVERY
from tests.company import Company
from tests.ledger.imports import AT, bring

pytestmark = pytest.mark.usefixtures("company")

ROWS = 2 * EVERY + 5_000


def long_file(rows: int = ROWS, unit: str = "SHOPS") -> bytes:
    lines = (f"{unit},REVENUE,2026-10,{number},s{number % 7}" for number in range(1, rows + 1))
    return "\n".join(("unit,account,period,amount,segment", *lines)).encode()


def wide_file(rows: int) -> bytes:
    months = [f"2025-{month:02}" for month in range(1, 13)]
    lines = (f"SHOPS,REVENUE,{','.join(['1'] * 12)},s{number}" for number in range(rows))
    return "\n".join((f"unit,account,{','.join(months)},segment", *lines)).encode()


def told(admin, content: bytes, **terms) -> list[tuple[str, int, int]]:
    calls: list[tuple[str, int, int]] = []
    bring(admin, content, progress=lambda *call: calls.append(call), **terms)
    return calls


def test_rows_are_told_every_few_thousand_and_at_the_end_of_a_stage(admin):
    assert told(admin, long_file()) == [
        ("read", ROWS, ROWS),
        ("checked", EVERY, ROWS),
        ("checked", 2 * EVERY, ROWS),
        ("checked", ROWS, ROWS),
        ("written", EVERY, ROWS),
        ("written", 2 * EVERY, ROWS),
    ]


def test_wide_rows_count_once_and_are_told_more_often(admin):
    rows = EVERY // 12 + 100

    assert told(admin, wide_file(rows)) == [
        ("read", rows, rows),
        ("checked", EVERY // 12 + 1, rows),
        ("checked", rows, rows),
        ("written", EVERY // 12 + 1, rows),
    ]


def test_a_dry_run_and_a_refused_file_are_told_without_anything_written(admin):
    assert {stage for stage, _, _ in told(admin, long_file(), dry_run=True)} == {"read", "checked"}
    assert {stage for stage, _, _ in told(admin, long_file(unit="NOWHERE"))} == {"read", "checked"}


def test_a_file_that_cannot_be_read_tells_nothing(admin):
    assert told(admin, b"PK\x03\x04", name="figures.csv") == []


def test_what_codes_mean_is_looked_up_again_before_anything_is_written(admin, company: Company):
    """An account may come while the rows are being checked: the file lands as it reads then, not before."""

    def account_comes(stage: str, done: int, of: int) -> None:
        if stage == "checked":
            Account.objects.get_or_create(code="LATE", defaults={"name": "Late", "kind": "income", "position": 99})

    content = b"unit,account,period,amount\nSHOPS,LATE,2026-10,5\n"
    report = import_figures(
        actor=admin, content=content, filename="late.csv", source="late", at=AT, progress=account_comes
    )

    assert (report.status, report.entries.new) == ("imported", 1)
