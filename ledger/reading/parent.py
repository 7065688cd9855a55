"""The asking side: start the child, hand over the bytes, take the rows, and outlive whatever happens to it."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import orjson

from ledger.reading.limits import OUT_OF_MEMORY, Limits

ROOT = Path(__file__).resolve().parents[2]
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")

Cell = str | int | float | bool | None


class FileRejected(ValueError):
    """A file cannot be read; the sentence says why and, where there is one, what to do."""


@dataclass(frozen=True)
class Sheet:
    """One table of a file. `rows[0]` is row 1 of the file; dates are ISO text; empty cells are empty text.

    `separator` is set for text files. `hidden_rows` are 1-based numbers of rows a workbook hides (they are
    read like the others), `merged` the ranges it merges (only their first cell holds a value). `faults` says
    of a cell (row, column, both from 1) why its emptiness is not empty: a formula without a value or in error.
    """

    name: str
    rows: list[list[Cell]]
    separator: str = ""
    is_hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    merged: tuple[str, ...] = ()
    faults: dict[tuple[int, int], str] = field(default_factory=dict)


def read(content: bytes, *, name: str, sheet: str | None = None, limits: Limits | None = None) -> list[Sheet]:
    """The sheets of a file: all visible ones of a workbook, or the one asked for, hidden or not."""
    limits = limits or Limits()
    _check_outside(content, name, limits)
    order = orjson.dumps({"name": name, "sheet": sheet, "limits": asdict(limits)})
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as answered:
        asked.write(order + b"\n")
        asked.write(content)
        asked.seek(0)
        outcome = _run(asked, answered, limits)
        answered.seek(0)
        return _sheets(answered, outcome)


def _check_outside(content: bytes, name: str, limits: Limits) -> None:
    """What can be told without opening the file: its size, its ending and its first bytes."""
    if not name.lower().endswith(ENDINGS):
        raise FileRejected(f"{Path(name).name} is none of the kinds read here: CSV or XLSX.")
    if not content:
        raise FileRejected("The file is empty.")
    if len(content) > limits.file_bytes:
        raise FileRejected(f"The file is larger than {limits.file_bytes // 2**20} MB; split it.")
    is_workbook = name.lower().endswith((".xlsx", ".xlsm"))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRejected("The workbook is encrypted or in the old .xls format; save it as .xlsx without a password.")
    if is_workbook and not content.startswith(b"PK\x03\x04"):
        raise FileRejected("The file is named like a workbook but is none; save it as .xlsx.")
    if not is_workbook and content.startswith(b"PK\x03\x04"):
        raise FileRejected(
            "The file is named like a text table but is a packed file; name it .xlsx if it is a workbook."
        )


def _run(asked: IO[bytes], answered: IO[bytes], limits: Limits) -> int:
    """Let the child work; its exit code, or minus the signal that ended it. A bare environment: no secrets."""
    command = [sys.executable, "-X", "utf8", "-m", "ledger.reading.child"]
    child = subprocess.Popen(
        command, stdin=asked, stdout=answered, stderr=subprocess.DEVNULL, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}
    )
    try:
        return child.wait(timeout=limits.wall_seconds)
    except subprocess.TimeoutExpired:
        return -signal.SIGXCPU
    finally:
        child.kill()
        child.wait()


def _sheets(answered: IO[bytes], outcome: int) -> list[Sheet]:
    """The sheets of an answer that is whole; all else is a refusal."""
    if outcome != 0:
        raise FileRejected(_why(outcome))
    sheets: list[Sheet] = []
    for line in answered:
        part = orjson.loads(line)
        if isinstance(part, list):
            sheets[-1].rows.extend(part)
        elif "refused" in part:
            raise FileRejected(part["refused"])
        elif "sheet" in part:
            sheets.append(_sheet(part))
        elif part == {"end": True}:
            return sheets
    raise FileRejected(_why(1))


def _sheet(head: dict[str, Any]) -> Sheet:
    return Sheet(
        name=head["sheet"],
        rows=[],
        separator=head.get("separator", ""),
        is_hidden=head.get("hidden", False),
        hidden_rows=tuple(head.get("hidden_rows", ())),
        merged=tuple(head.get("merged", ())),
        faults={(row, column): reason for row, column, reason in head.get("faults", ())},
    )


def _why(outcome: int) -> str:
    if outcome in (-signal.SIGXCPU, -signal.SIGKILL):
        return "The file was rejected: reading it takes too long."
    if outcome in (OUT_OF_MEMORY, -signal.SIGABRT):
        return "The file was rejected: reading it takes more memory than a file of figures needs."
    return "The file was rejected: it is damaged and cannot be read."
