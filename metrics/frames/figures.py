"""What was delivered of some units, or of all: entries and slices as columns, one SELECT each, at one mark.

Reading at a mark means that an import that commits meanwhile changes nothing here: it takes a later mark.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from ledger.models import Delivery, Import, Layer
from metrics.calc.building import Rows
from metrics.calc.cells import Facts
from metrics.calc.inputs import NEVER, EntryRows, Outline, SliceRows, rows_of, trade_of
from metrics.frames.columns import select

UNITS = "unit_id"


def rows(outline: Outline, units: Iterable[int]) -> dict[str, Rows]:
    """By version what was delivered for some units (places in the tree), the chained budget included."""
    return _rows(outline, _ids(outline, units), {})


def rows_of_groups(outline: Outline, units: Iterable[int]) -> tuple[dict[str, Rows], dict[str, Facts]]:
    """The same for units above others, and by version the figures that any two units have with one another."""
    pairs = traded(outline.mark)
    found = _rows(outline, _ids(outline, units), pairs)
    return found, trade_of(entries(outline, "e.counterparty <> ''"), outline)


def _rows(outline: Outline, ids: str, pairs: Mapping[int, Mapping[tuple[int, int], int]]) -> dict[str, Rows]:
    delivered, sources = slices(outline.mark, f"{UNITS} IN ({ids})")
    return rows_of(
        entries(outline, f"e.{UNITS} IN ({ids})"),
        delivered,
        carried(outline.mark, sources, f"{UNITS} IN ({ids})"),
        outline=outline,
        traded=pairs,
        adjusting=adjusting(sources),
    )


def _ids(outline: Outline, units: Iterable[int]) -> str:
    """The ids of some places in the tree, to be written into a query: whole numbers of our own."""
    return ", ".join(str(outline.company.tree.units[place].id) for place in units) or "NULL"


def entries(outline: Outline, which: str) -> EntryRows:
    """Entries standing at the outline's mark; a counterparty that is no unit counts as none."""
    named, mark = outline.named, outline.mark
    cases = " ".join(f"WHEN %s THEN {place}" for place in range(1, len(named) + 1))
    currency = f"CASE e.currency {cases} ELSE 0 END" if named else "0"
    columns = select(
        f"SELECT e.unit_id, e.account_id, p.ordinal, e.version_id, COALESCE(c.id, 0), {currency}, e.amount,"  # noqa: S608  (only places and ids are written in)
        " CASE e.layer WHEN 'adjustment' THEN 1 ELSE 0 END"
        " FROM ledger_entry e JOIN ledger_period p ON p.id = e.period_id"
        " LEFT JOIN units_unit c ON e.counterparty <> '' AND c.code = e.counterparty"
        f" WHERE {which} AND e.from_mark <= %s AND (e.until_mark IS NULL OR e.until_mark > %s)",
        [*named, mark, mark],
        "iiiiiiqi",
    )
    return EntryRows(*columns)


def slices(mark: int, which: str) -> tuple[SliceRows, list[str]]:
    """Every slice ever delivered up to a mark, and the names of the sources it numbers."""
    names = sorted(Delivery.unscoped.order_by().values_list("source", flat=True).distinct())
    cases = " ".join(f"WHEN %s THEN {place}" for place in range(len(names)))
    source = f"CASE d.source {cases} END" if names else "0"
    columns = select(
        f"SELECT {source}, d.unit_id, p.ordinal, d.version_id, d.from_mark, COALESCE(d.until_mark, {NEVER})"  # noqa: S608  (only places and ids are written in)
        f" FROM ledger_delivery d JOIN ledger_period p ON p.id = d.period_id WHERE {which} AND d.from_mark <= %s",
        [*names, mark],
        "qqqqqq",
    )
    return SliceRows(*columns), names


def adjusting(sources: Sequence[str]) -> frozenset[int]:
    """Those of the sources that bring adjustments."""
    names = set(Import.objects.filter(layer=Layer.ADJUSTMENT).values_list("source", flat=True).distinct())
    return frozenset(place for place, name in enumerate(sources) if name in names)


def carried(mark: int, sources: Sequence[str], which: str) -> dict[int, dict[tuple[int, int], set[int]]]:
    """Version → (source, unit) → the accounts it ever carried there."""
    found: dict[int, dict[tuple[int, int], set[int]]] = defaultdict(lambda: defaultdict(set))
    number = {name: place for place, name in enumerate(sources)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT version_id, source, unit_id, account_id FROM ledger_entry"  # noqa: S608  (only ids are written in)
            f" WHERE {which} AND from_mark <= %s",
            [mark],
        )
        for version, source, unit, account in cursor:
            if source in number:
                found[version][number[source], unit].add(account)
    return found


def traded(mark: int) -> dict[int, dict[tuple[int, int], int]]:
    """Version → (unit, counterparty) → the mark the first figure between them came with."""
    found: dict[int, dict[tuple[int, int], int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.version_id, e.unit_id, c.id, MIN(e.from_mark) FROM ledger_entry e"
            " JOIN units_unit c ON c.code = e.counterparty WHERE e.counterparty <> '' AND e.from_mark <= %s"
            " GROUP BY e.version_id, e.unit_id, c.id",
            [mark],
        )
        for version, unit, other, since in cursor.fetchall():
            found[version][unit, other] = since
    return found
