"""Formulas over matrices amount to what the plain evaluator finds, place by place."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.periods import Months as FiscalMonths
from metrics.calc.axis import Axis
from metrics.calc.coverage import uncounted
from metrics.calc.evaluate import Evaluation, Place
from metrics.calc.levels import Arithmetic, Level, Reasons
from metrics.formula import Context, Name, Node, Value, evaluate, parse
from metrics.formula.values import amount, missing, ratio
from tests.metrics import test_formula_values as plain
from tests.metrics.book import Months
from tests.metrics.test_formula import TREES

CALENDAR = FiscalMonths(1)
FIRST = CALENDAR.ordinal(2000, 1)
AXIS = Axis(tuple(CALENDAR.at(FIRST + row) for row in range(12 * 40)), 12)

TRUTH_TABLES = [
    plain.test_arithmetic_with_a_missing_number_is_missing_with_the_left_most_reason,
    plain.test_division_by_zero_is_not_applicable,
    plain.test_a_missing_number_compares_neither_as_zero_nor_with_itself,
    plain.test_and_or_not_know_three_answers,
    plain.test_choices_with_missing_numbers,
    plain.test_only_what_no_account_carries_counts_as_nothing,
    plain.test_what_cannot_be_held_is_an_error_and_not_a_wrong_number,
    plain.test_money_stays_exact_until_something_divides,
    plain.test_thirty_cents_are_thirty_cents,
    plain.test_a_share_is_the_units_figure_over_that_of_a_unit_above,
    plain.test_per_divides_by_the_average_stock,
]


class Matrix:
    """Evaluates trees over rows and units; `figure` says what a name is in a version, basis, period and unit, and
    for the unit above that one."""

    def __init__(self, figure: Callable[[str, str, str, int, int, str], Value], *, units: int) -> None:
        self.figure = figure
        self.units = units
        self.reasons = Reasons()
        self.arithmetic = Arithmetic(self.reasons)
        self.evaluation = Evaluation(axis=AXIS, arithmetic=self.arithmetic, resolve=self.level, units=units)

    def level(self, place: Place, code: str) -> Level:
        found = [
            [
                self.figure(code, place.version, place.basis, FIRST + row, unit, place.above)
                for unit in range(self.units)
            ]
            for row in place.rows.tolist()
        ]
        kind = np.int64 if found[0][0].exact else np.float64
        reason = np.array([[self.reasons.number(value.reason) for value in line] for line in found], dtype=np.int32)
        return Level(
            np.array([[value.number or 0 for value in line] for line in found], dtype=kind),
            self.arithmetic.standings.of(reason, uncounted((len(place.rows), self.units))),
        )

    def values(self, tree: Node, version: str, basis: str, ordinals: list[int]) -> list[list[Value]]:
        level = self.evaluation.value(tree, Place(version, basis, np.array(ordinals, dtype=np.int64) - FIRST))
        return [
            [
                Value(None, level.exact, self.reasons.texts[reason]) if reason else Value(number, level.exact)
                for number, reason in zip(numbers, reasons, strict=True)
            ]
            for numbers, reasons in zip(level.values.tolist(), level.reason.tolist(), strict=True)
        ]


@pytest.mark.parametrize("truth_table", TRUTH_TABLES, ids=lambda test: test.__name__.removeprefix("test_"))
def test_matrices_follow_the_same_truth_tables(
    truth_table: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    matrix = Matrix(lambda code, version, basis, ordinal, unit, above: plain.figure_of(code, above), units=1)

    def value(formula: str) -> Value:
        return matrix.values(parse(formula), "actual", "month", [2026 * 12 + 8])[0][0]

    monkeypatch.setattr(plain, "value", value)

    truth_table()


PLACES = ("actual", "budget")
REASONS = ("late", "not_applicable: no account with role contractors", "error: no EUR average rate for 2026-03")


def figure(code: str, version: str, basis: str, ordinal: int, unit: int, above: str) -> Value:
    """Some figure for every name, version, basis, month and unit: mostly amounts or floats, some 0, some missing."""
    seed = zlib.crc32(f"{code} {version} {basis} {ordinal} {unit} {above}".encode())
    exact = zlib.crc32(code.encode()) % 3 > 0
    choice, number = seed % 10, (seed // 10) % 200_001 - 100_000
    if choice == 0:
        return missing(REASONS[number % 3], exact=exact)
    if choice == 1:
        return amount(0) if exact else ratio(0.0)
    return amount(number * 37) if exact else ratio(number / 64)


@settings(max_examples=300, deadline=None)
@given(TREES, st.sampled_from(["month", "qtd", "ytd", "ltm", "year", "last:5"]), st.integers(0, 11))
def test_a_formula_amounts_to_the_same_over_matrices_and_for_one_unit(tree: Node, basis: str, start: int) -> None:
    ordinals = [2026 * 12 + start + back for back in (0, 1, 2, 7)]
    found = Matrix(figure, units=2).values(tree, "actual", basis, ordinals)

    for ordinal, line in zip(ordinals, found, strict=True):
        for unit, value in enumerate(line):
            assert _close(value, _plain(tree, basis, ordinal, unit)), (ordinal, unit)


def _plain(tree: Node, basis: str, ordinal: int, unit: int) -> Value:
    def resolve(name: Name, context: Context) -> Value:
        return figure(name.code, context.version, context.basis, ordinal - context.lag, unit, context.above)

    return evaluate(tree, Context("actual", basis), resolve=resolve, calendar=Months(at=ordinal))


def _close(one: Value, other: Value) -> bool:
    """Equal; floats to the twelve digits that are stored."""
    if one.number is None or other.number is None or one.exact:
        return one == other
    return not other.exact and one.number == pytest.approx(other.number, rel=1e-12, abs=1e-12)
