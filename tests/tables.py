"""Figures as small text tables, so that a test shows its example and its answer.

`table` reads one into rows, `assert_reads` compares rows with one:

    lines = table('''
        account | actual | budget
        Revenue |    900 |  1,000
    ''')
    assert_reads([variance(line) for line in lines], '''
        account | variance
        Revenue |     -100
    ''')

Cells: whole numbers are ints (`1,000` too), numbers with a point floats, `12.5%` is 0.125, `–` is missing
(None), an empty cell is an empty string, `yes` and `no` are booleans, quoted text is always text (`"4000"`),
anything else is text as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

Cell = int | float | str | bool | None

_WHOLE = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)")
_DECIMAL = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)\.(\d+)")
_PERCENT = re.compile(r"[+-]?\d+(\.\d+)?%")
_WORDS: dict[str, Cell] = {"–": None, "yes": True, "no": False}


class Row(dict[str, Cell]):
    """One line of a table; its columns are keys and, where their names allow it, attributes."""

    def __getattr__(self, column: str) -> Any:
        try:
            return self[column]
        except KeyError:
            raise AttributeError(f"no column {column!r} among {', '.join(self)}") from None


def table(text: str) -> list[Row]:
    """The rows of a text table: the first line names the columns, lines of dashes are skipped."""
    columns, lines = _split(text)
    return [Row(zip(columns, map(_read, cells), strict=True)) for cells in lines]


def assert_reads(rows: object, text: str) -> None:
    """Rows (mappings, objects or a frame) read like the table: same number, same order, same named columns.

    A number with a point is compared as printed: `0.33` is met by 1/3. Everything else must be equal,
    a missing number only by a missing number.
    """
    columns, expected = _split(text)
    found = [_cells_of(row, columns) for row in _rows_of(rows)]
    same = len(found) == len(expected) and all(
        _matches(value, cell)
        for line, cells in zip(found, expected, strict=True)
        for value, cell in zip(line, cells, strict=True)
    )
    if not same:
        shown = [
            [_show(value, cells[place] if cells else "") for place, value in enumerate(line)]
            for line, cells in zip(found, [*expected, *[[]] * len(found)], strict=False)
        ]
        raise AssertionError(
            f"The figures read\n\n{_render(columns, shown)}\n\nand not\n\n{_render(columns, expected)}\n"
        )


def _split(text: str) -> tuple[list[str], list[list[str]]]:
    lines = [line.strip() for line in text.strip().splitlines()]
    cells = [
        [cell.strip() for cell in line.split("|")] for line in lines if line and not re.fullmatch(r"[-+|=\s]+", line)
    ]
    columns, *body = cells
    for line in body:
        if len(line) != len(columns):
            raise ValueError(f"This line has {len(line)} cells, the table {len(columns)} columns: {' | '.join(line)}")
    return columns, body


def _read(cell: str) -> Cell:
    if cell in _WORDS:
        return _WORDS[cell]
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1]
    if _WHOLE.fullmatch(cell):
        return int(cell.replace(",", ""))
    if _DECIMAL.fullmatch(cell):
        return float(cell.replace(",", ""))
    if _PERCENT.fullmatch(cell):
        return float(cell[:-1]) / 100
    return cell


def _rows_of(rows: object) -> list[object]:
    if hasattr(rows, "to_dict"):  # a frame
        return cast("list[object]", rows.to_dict("records"))
    return list(cast("Iterable[object]", rows))


def _cells_of(row: object, columns: list[str]) -> list[object]:
    if isinstance(row, Mapping):
        return [row[column] for column in columns]
    if isinstance(row, (tuple, list)) and not hasattr(row, "_fields"):
        return list(row)
    return [getattr(row, column) for column in columns]


def _matches(value: object, cell: str) -> bool:
    expected = _read(cell)
    if value is None or value != value or expected is None:  # in a frame, what is missing is NaN
        return expected is None and (value is None or value != value)
    if isinstance(expected, bool) or isinstance(value, bool):
        return str(value) == str(expected)  # 1 is not yes, and numpy has a yes of its own
    if isinstance(expected, float) and not isinstance(value, str):
        return abs(float(cast("float", value)) - expected) <= _half_of_last_digit(cell)
    if isinstance(expected, int):
        return value == expected
    return str(value) == expected


def _half_of_last_digit(cell: str) -> float:
    decimals = len(cell.rstrip("%").partition(".")[2]) + (2 if cell.endswith("%") else 0)
    return 0.5 * 10.0**-decimals * (1 + 1e-9)


def _show(value: object, cell: str) -> str:
    """A found value, printed as the expected cell is where it matches, in full where it does not."""
    if cell and _matches(value, cell):
        return cell
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _render(columns: list[str], lines: list[list[str]]) -> str:
    widths = [max(len(line[place]) for line in [columns, *lines]) for place in range(len(columns))]
    return "\n".join(
        "    " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [columns, *lines]
    )
