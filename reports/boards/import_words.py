"""How the pages of imports put counts and totals of a file into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from reports.figures import Deed, Fact
from reports.formatting import exact
from reports.models import Upload

MOVED = ("new", "changed", "closed")


def what_changed(counts: Mapping[str, int]) -> str:
    """`2 new and 1 changed entries`: what becomes of entries that do not stay as they are."""
    parts = [f"{counts[name]:,} {name}" for name in MOVED if counts.get(name)]
    total = sum(counts.get(name, 0) for name in MOVED)
    return f"{joined(parts)} {word(total, 'entry', 'entries')}"


def joined(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def counted(count: int, noun: str) -> str:
    """`1 row`, `4,200 rows`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def word(count: int, one: str, many: str) -> str:
    """The word that goes with a count."""
    return one if count == 1 else many


def decimal(text: str) -> str:
    """A decimal text of a report with its thousands apart."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, part = digits.partition(".")
    return exact(int(f"{sign}{int(whole):d}{part.ljust(4, '0')[:4]}"))


def version_totals(by_version: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The sum of all amounts of each version."""
    return tuple((version, decimal(total)) for version, total in sorted(by_version.items()))


def control_total(report: Mapping[str, Any]) -> Fact:
    """What all amounts of the file add up to, and how much of that has a place."""
    totals = report["totals"]
    parts = [f"{name} {decimal(totals[name])}" for name in ("unmapped", "rejected") if float(totals[name])]
    note = f"mapped {decimal(totals['mapped'])}, {', '.join(parts)}" if parts else "all of it has a place"
    return Fact("Control total", text=decimal(totals["control"]), note=note)


def problems_file(upload: Upload) -> Deed:
    """All problems, to take along."""
    return Deed("Problems as CSV", reverse("upload-problems", args=[upload.public_id]), "download")
