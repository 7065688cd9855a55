"""The limits a file is read under: what it may hold, and what its child process may use."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024
OUT_OF_MEMORY = 3


class Refused(Exception):
    """Raised in the child: this file is not read, and the sentence says why."""


@dataclass(frozen=True)
class Limits:
    """The defaults hold for uploads; tests narrow them. Sizes in bytes, times in seconds."""

    file_bytes: int = 20 * MIB
    memory_bytes: int = 512 * MIB
    cpu_seconds: int = 20
    wall_seconds: float = 60.0
    answer_bytes: int = 256 * MIB
    zip_entries: int = 200
    unpacked_bytes: int = 200 * MIB
    ratio: int = 100
    sheet_cells: int = 1_048_576
    file_cells: int = 2_000_000
    columns: int = 2_000
    empty_run: int = 10_000


AT_THE_CONSOLE = Limits(
    file_bytes=256 * MIB,
    memory_bytes=4_096 * MIB,
    cpu_seconds=240,
    wall_seconds=480.0,
    answer_bytes=2_048 * MIB,
    file_cells=16_000_000,
)
"""For commands: whoever runs one owns the machine, and loads a company's history in one file. What a packed
workbook may unpack to stays as it is, since its danger lies in what it hides."""
