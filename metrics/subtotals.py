"""What a block of units amounts to in the units above it, kept from one run to the next.

A recompute that changes one unit reads that unit's rows alone: what it was before is taken off its block's subtotals,
what it is now is added. They are the engine's own memory and hold nothing that is not in the ledger: one that is
missing, or was made under another meaning of the figures, is made again from all rows of the block.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import transaction

from metrics.calc.axis import Axis
from metrics.calc.coverage import Coverage
from metrics.calc.sums import Count, Sums
from metrics.models import Subtotal
from metrics.store import while_it_lasts


@dataclass(frozen=True)
class Kept:
    """The subtotals of one block by version, and the mark of the rows they were made of."""

    mark: int
    sums: Mapping[str, Sums]


def keep(block: int, kept: Kept, *, meaning: str, run: int, axis: Axis) -> None:
    """Make these the subtotals of a block; what was kept of it before is forgotten. Raises `store.RunOver`."""
    rows = [
        Subtotal(block=block, version=version, meaning=meaning, mark=kept.mark, body=packed(sums, axis))
        for version, sums in sorted(kept.sums.items())
    ]
    with transaction.atomic():
        while_it_lasts(run)
        Subtotal.objects.filter(block=block).exclude(version__in=kept.sums).delete()
        Subtotal.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["block", "version"],
            update_fields=["meaning", "mark", "body"],
        )


def kept(block: int, *, meaning: str, axis: Axis) -> Kept | None:
    """The subtotals of a block; None where there are none that mean the same."""
    rows = list(Subtotal.objects.filter(block=block, meaning=meaning))
    return Kept(rows[0].mark, {row.version: unpacked(bytes(row.body), axis) for row in rows}) if rows else None


def by_version(blocks: Iterable[int], *, meaning: str, axis: Axis) -> dict[str, list[Sums]]:
    """The subtotals of all these blocks, by version."""
    found: dict[str, list[Sums]] = defaultdict(list)
    rows = Subtotal.objects.filter(block__in=list(blocks), meaning=meaning).order_by("block")
    for row in rows.iterator(100):
        found[row.version].append(unpacked(bytes(row.body), axis))
    return found


def blocks(*, meaning: str) -> frozenset[int]:
    """The blocks that subtotals are kept of."""
    return frozenset(Subtotal.objects.filter(meaning=meaning).values_list("block", flat=True).distinct())


def forget_beyond(blocks: int) -> None:
    """Forget blocks the company has no more."""
    Subtotal.objects.filter(block__gte=blocks).delete()


def packed(sums: Sums, axis: Axis) -> bytes:
    """Sums as compressed bytes. Their first row is kept as its ordinal: another day's axis may begin earlier."""
    parts: dict[str, Any] = {f"stage {name}": amounts for name, amounts in sums.stages.items()}
    parts |= {f"lacking {reason}": where for reason, where in sums.lacking.items()}
    for place, count in enumerate(sums.counts):
        parts[f"count {place}"] = np.stack([count.coverage.have, count.coverage.of, count.reached])
    written = io.BytesIO()
    np.savez_compressed(
        written,
        columns=sums.columns,
        first=np.array(axis.periods[sums.first].ordinal),
        amounts=sums.amounts,
        counted=np.array(sums.counted),
        additive=np.array([count.additive for count in sums.counts], dtype=bool),
        foreign=np.array(sorted(sums.foreign), dtype=np.int64),
        **parts,
    )
    return written.getvalue()


def unpacked(body: bytes, axis: Axis) -> Sums:
    """Sums as they were packed."""
    with np.load(io.BytesIO(body), allow_pickle=False) as parts:
        counts = [parts[f"count {place}"] for place in range(len(parts["additive"]))]
        return Sums(
            columns=parts["columns"],
            first=axis.row(int(parts["first"])),
            amounts=parts["amounts"],
            stages={name.removeprefix("stage "): parts[name] for name in parts.files if name.startswith("stage ")},
            lacking={name.removeprefix("lacking "): parts[name] for name in parts.files if name.startswith("lacking ")},
            counts=tuple(
                Count(Coverage(have, of), reached, bool(additive))
                for (have, of, reached), additive in zip(counts, parts["additive"], strict=True)
            ),
            counted=tuple(parts["counted"].tolist()),
            foreign=frozenset(parts["foreign"].tolist()),
        )
