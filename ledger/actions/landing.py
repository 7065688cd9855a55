"""What lands: the rows of an import, once everything about it has been decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ledger import rows
from ledger.difference import Comparison
from ledger.layout import cell_text
from ledger.models import Delivery, Entry, Import, Period, Version
from ledger.progress import EVERY
from ledger.querysets import period_row, periods_by_ordinal
from ledger.reading import Sheet
from ledger.staging import Staging

ENTRY_COLUMNS = (
    "unit", "account", "period", "version", "counterparty", "segment", "currency", "amount",
    "layer", "source", "origin", "sheet", "row", "column", "text", "from_mark",
)  # fmt: skip
DELIVERY_COLUMNS = ("source", "unit", "period", "version", "origin", "from_mark")


@dataclass(frozen=True)
class Landing:
    """The difference of one import on its way into the tables, inside the transaction of the import."""

    source: str
    table: Sheet
    staging: Staging
    comparison: Comparison
    origin: Import
    mark: int

    def write(self, reached: Callable[[int], None]) -> None:
        """Make periods and versions that are new, close and insert entries, and keep the deliveries.

        `reached` is told the rows of the file up to which entries are written, every few thousand entries.
        """
        periods = {ordinal: row.pk for ordinal, row in self._periods().items()}
        versions = {code: row.pk for code, row in self._versions().items()}
        rows.close(Entry.unscoped, [entry.pk for entry in self.comparison.closes], mark=self.mark)
        rows.insert(Entry, ENTRY_COLUMNS, self._entries(periods, versions, reached))
        self._deliver(periods, versions)

    def _periods(self) -> dict[int, Period]:
        """The rows of the periods of all slices and forecasts."""
        staging = self.staging
        wanted = {ordinal: staging.periods[ordinal] for _, ordinal, _ in staging.slices}
        wanted |= {version.cutoff.ordinal: version.cutoff for version in staging.versions.values() if version.cutoff}
        found = periods_by_ordinal(wanted)
        for ordinal in sorted(wanted.keys() - found.keys()):
            found[ordinal] = period_row(wanted[ordinal])
            found[ordinal].save()
        return found

    def _versions(self) -> dict[str, Version]:
        """The rows of the versions. A new budget is in force from its first import on."""
        wanted = {code: self.staging.versions[code] for _, _, code in self.staging.slices}
        found = {row.code: row for row in Version.objects.filter(code__in=list(wanted))}
        for code in sorted(wanted.keys() - found.keys()):
            name = wanted[code]
            cutoff = Period.objects.get(ordinal=name.cutoff.ordinal) if name.cutoff else None
            approved = self.mark if name.kind == Version.Kind.BUDGET else None
            found[code] = Version.objects.create(
                code=code, kind=name.kind, year=name.year, cutoff=cutoff, approved_mark=approved
            )
        return found

    def _entries(
        self, periods: dict[int, int], versions: dict[str, int], reached: Callable[[int], None]
    ) -> Iterator[tuple[Any, ...]]:
        """The new entries, each with the text of its row as it stood in the file."""
        separator = self.table.separator or "\t"
        layer, sheet = self.origin.layer, self.table.name[:60]
        last, text = 0, ""
        for place, entry in enumerate(self.comparison.inserts, start=1):
            if place % EVERY == 0:
                reached(entry.row)
            if entry.row != last:
                last, text = entry.row, separator.join(map(cell_text, self.table.rows[entry.row - 1]))
            yield (
                entry.unit, entry.account, periods[entry.period], versions[entry.version],
                entry.counterparty, entry.segment, entry.currency, entry.amount,
                layer, self.source, self.origin.pk, sheet, entry.row, entry.column, text, self.mark,
            )  # fmt: skip

    def _deliver(self, periods: dict[int, int], versions: dict[str, int]) -> None:
        """A delivery stands for each slice with entries; one whose slice changed names this import from now on."""
        touched = {(figure.unit, figure.period, figure.version) for figure in self.comparison.touched()}
        filled = {(entry.unit, entry.period, entry.version) for entry in self.staging.entries}
        slices = {(unit, periods[ordinal], versions[code]): (unit, ordinal, code) for unit, ordinal, code in touched}
        standing = {
            (row.unit_id, row.period_id, row.version_id): row.pk
            for row in Delivery.unscoped.filter(
                source=self.source,
                until_mark__isnull=True,
                period_id__in={period for _, period, _ in slices},
                version_id__in={version for _, _, version in slices},
            )
        }
        rows.close(Delivery.unscoped, [standing[key] for key in slices if key in standing], mark=self.mark)
        rows.insert(
            Delivery,
            DELIVERY_COLUMNS,
            [
                (self.source, *key, self.origin.pk, self.mark)
                for key, place in sorted(slices.items())
                if place in filled
            ],
        )
