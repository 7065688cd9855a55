"""Cells of files that people open in a spreadsheet: what would be taken for a formula is written so that it is none."""

from __future__ import annotations

from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: Any) -> Any:
    """The cell with an apostrophe in front where a spreadsheet would take it for a formula; numbers as they are."""
    if not isinstance(cell, str) or not cell.startswith(FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell
