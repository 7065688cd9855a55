"""Shares of a parent's and of the group's figure, and where on a sheet they stand."""

from __future__ import annotations

import numpy as np
import orjson
import pytest

from metrics.above import MASKED, looking_up
from metrics.calc.affected import Change, Reach, affected
from metrics.calc.sheets import sheets_of
from metrics.declaration import Metric
from metrics.formula import parse
from tests.metrics.calc.small import Small

UNITS = """
    code   | parent | kind        | method       | ownership
    GROUP  |        |             |              |
    RETAIL | GROUP  |             |              |
    SHOP   | RETAIL |             |              |
    KIOSK  | RETAIL |             | proportional | 0.5
    TRADE  | GROUP  |             |              |
    ELIM   | GROUP  | elimination |              |
"""
FIGURES = """
    unit  | account | counterparty | 2026-01 | 2026-02
    SHOP  | REV     |              |     100 |     200
    KIOSK | REV     |              |     100 |     200
    TRADE | REV     |              |     240 |     300
    TRADE | REV     | SHOP         |      10 |       –
    SHOP  | COST    | TRADE        |      10 |       –
    SHOP  | HEADS   |              |       4 |       8
    TRADE | HEADS   |              |       6 |       6
"""


def metric(code: str, formula: str) -> Metric:
    return Metric(code, code, "ratio", 1, "points", "ratio", formula)


SHARES = {
    each.code: each
    for each in (
        Metric("sales", "Sales", "money", 1, "percent", "currency", "role:revenue"),
        metric("of_parent", "share_of(sales)"),
        metric("of_group", "share_of_group(sales)"),
        metric("large", "if(of_group > 25%, 1, 0)"),
        metric("of_share", "share_of(of_parent)"),
        metric("before", "lag(of_parent, 1)"),
        metric("of_heads", "share_of(role:headcount)"),
        Metric("per_head", "Per head", "money", 1, "percent", "currency per head", "per(sales, role:headcount)"),
    )
}
COMPANY = Small(units=UNITS, figures=FIGURES, metrics=SHARES)


@pytest.mark.parametrize(
    ("code", "unit", "basis", "reads"),
    [
        ("of_parent", "SHOP", "month", 200 / 300),  # RETAIL takes in half of KIOSK
        ("of_parent", "SHOP", "ytd", 300 / 450),
        ("of_parent", "KIOSK", "month", 200 / 300),  # a unit held in part is whole on its own sheet
        ("of_parent", "RETAIL", "month", 300 / 600),
        ("of_parent", "GROUP", "month", "not_applicable: no unit above"),
        ("of_group", "SHOP", "month", 200 / 600),
        ("of_group", "GROUP", "month", 1.0),
        ("large", "SHOP", "month", 1.0),
        ("before", "SHOP", "month", 100 / 150),
        ("of_share", "SHOP", "month", (200 / 300) / (300 / 600)),
        ("of_heads", "KIOSK", "month", "not_applicable: no account with role headcount in actual"),
        ("of_heads", "SHOP", "month", 1.0),
        ("per_head", "SHOP", "month", 200 / 6),  # 4 heads at the opening, 8 at the closing
        ("per_head", "SHOP", "ytd", 300 / 6),
    ],
)
def test_a_share_is_the_units_figure_over_that_of_a_unit_above(
    code: str, unit: str, basis: str, reads: float | str
) -> None:
    assert COMPANY.read(code, unit, "2026-02", basis=basis) == pytest.approx(reads)


def test_shares_of_units_taken_in_whole_and_of_eliminations_make_up_the_whole() -> None:
    parts = [COMPANY.read("of_parent", unit, "2026-01") for unit in ("RETAIL", "TRADE", "ELIM")]

    assert parts == pytest.approx([150 / 390, 250 / 390, -10 / 390])
    assert sum(parts) == pytest.approx(1)


def test_shares_are_the_same_whichever_units_are_computed_together() -> None:
    shares = looking_up({code: parse(each.formula) for code, each in SHARES.items()})
    apart = [COMPANY.read(code, unit, "2026-02") for code in shares for unit in ("SHOP", "TRADE")]
    row = COMPANY.company.axis.row(COMPANY.calendar.parse("2026-02").ordinal)
    sheets = _sheets(COMPANY, ["SHOP", "KIOSK", "TRADE", "GROUP"], row)

    for code, pair in zip(shares, zip(apart[::2], apart[1::2], strict=True), strict=True):
        for unit, alone in zip(("SHOP", "TRADE"), pair, strict=True):
            assert _said(sheets[unit], code) == pytest.approx(alone)


def test_which_metrics_tell_about_units_above() -> None:
    trees = {code: parse(each.formula) for code, each in SHARES.items()}

    assert looking_up(trees) == {
        "of_parent": "parent",
        "of_group": "group",
        "large": "group",
        "of_share": "group",
        "before": "parent",
        "of_heads": "parent",
    }


def test_a_sheet_keeps_shares_apart_from_its_numbers_by_the_unit_they_tell_about() -> None:
    row = COMPANY.company.axis.row(COMPANY.calendar.parse("2026-02").ordinal)
    sheet = _sheets(COMPANY, ["SHOP"], row)["SHOP"]

    hidden = set(looking_up({code: parse(each.formula) for code, each in SHARES.items()}))
    assert hidden.isdisjoint(orjson.loads(sheet.numbers))
    assert {code: why for code, why in orjson.loads(sheet.reasons).items() if code in hidden} == dict.fromkeys(
        hidden, MASKED
    )
    assert hidden.isdisjoint(orjson.loads(sheet.coverage))
    group, retail = (str(COMPANY.tree.units[COMPANY.tree.by_code[code]].id) for code in ("GROUP", "RETAIL"))
    veils = orjson.loads(sheet.parts)["seen_from"]
    assert set(veils) == {group, retail}
    assert set(veils[retail]["numbers"]) == {"of_parent", "before", "of_heads"}
    assert set(veils[group]["numbers"]) == {"of_group", "large", "of_share"}


@pytest.mark.parametrize(
    ("codes", "moved"),
    [
        (["sales"], {"SHOP", "RETAIL", "GROUP", "ELIM"}),
        (["sales", "of_parent"], {"SHOP", "KIOSK", "RETAIL", "TRADE", "GROUP", "ELIM"}),
        (["sales", "of_group"], {"GROUP", "RETAIL", "SHOP", "KIOSK", "TRADE", "ELIM"}),
    ],
)
def test_a_change_reaches_the_shares_that_others_have_of_what_it_moves(codes: list[str], moved: set[str]) -> None:
    reach = Reach.of({code: SHARES[code] for code in codes})
    row = COMPANY.company.axis.row(COMPANY.calendar.parse("2026-02").ordinal)
    change = Change(frozenset({COMPANY.tree.by_code["SHOP"]}), row, row)

    areas = affected({"actual": change}, spans=COMPANY.books, company=COMPANY.company, reach=reach)

    assert {COMPANY.tree.units[unit].code for unit in areas["actual"].units} == moved


def test_a_change_in_one_branch_leaves_shares_of_parents_in_another_alone() -> None:
    reach = Reach.of({code: SHARES[code] for code in ("sales", "of_parent")})
    row = COMPANY.company.axis.row(COMPANY.calendar.parse("2026-02").ordinal)
    change = Change(frozenset({COMPANY.tree.by_code["TRADE"]}), row, row)

    areas = affected({"actual": change}, spans=COMPANY.books, company=COMPANY.company, reach=reach)

    assert {COMPANY.tree.units[unit].code for unit in areas["actual"].units} == {"TRADE", "RETAIL", "GROUP", "ELIM"}


def _sheets(company: Small, units: list[str], row: int):  # noqa: ANN202 - a dictionary of rows of sheets
    found = sheets_of("actual", company.book(columns=units), rows=np.array([row]))
    return {company.tree.units[sheet.unit].code: sheet for sheet in found if sheet.basis == "month"}


def _said(sheet, code: str) -> float | str:  # noqa: ANN001 - a row of a sheet
    veils = orjson.loads(sheet.parts).get("seen_from", {}).values()
    for said in ({"numbers": orjson.loads(sheet.numbers)}, *veils):
        if code in said["numbers"]:
            number = said["numbers"][code]
            return number / 10_000 if isinstance(number, int) else number
    return next(veil["reasons"][code] for veil in veils if code in veil.get("reasons", {}))
