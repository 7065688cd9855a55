"""Files as text, brought in by a finance administrator: the small words the import tests are written in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from audit.models import Record
from ledger.actions import import_figures
from ledger.amounts import as_text
from ledger.mapping import Mapping
from ledger.models import Entry
from ledger.report import ImportReport
from units.scope import Scope

AT = datetime(2026, 10, 9, 7, 40, tzinfo=UTC)
SEPTEMBER = """
    unit  | account | period  | amount
    SHOPS | REVENUE | 2026-09 | 1500
    SHOPS | COSTS   | 2026-09 | 400.25
    DEPOT | REVENUE | 2026-09 | 2500
"""


def csv(text: str) -> bytes:
    """A text table as the bytes of a CSV file."""
    lines = [line.strip() for line in text.strip().splitlines()]
    return "\n".join(",".join(cell.strip() for cell in line.split("|")) for line in lines).encode()


def bring(
    actor: Scope, text: str | bytes, *, source: str = "ledger", name: str = "figures.csv", **options: Any
) -> ImportReport:
    """Import a text table (or bytes) as a file."""
    content = text if isinstance(text, bytes) else csv(text)
    if isinstance(options.get("mapping"), dict):
        options["mapping"] = Mapping.of(options["mapping"])
    return import_figures(
        actor=actor, content=content, filename=name, source=source, at=options.pop("at", AT), **options
    )


def standing(source: str = "ledger") -> list[dict[str, Any]]:
    """The entries of a source that stand now, as a table reads them."""
    rows = Entry.unscoped.filter(source=source, until_mark=None).select_related("unit", "account", "period", "version")
    return [
        {
            "unit": row.unit.code,
            "account": row.account.code,
            "period": row.period.code,
            "version": row.version.code,
            "amount": as_text(row.amount).removesuffix(".0000"),
            "counterparty": row.counterparty,
            "segment": row.segment,
            "currency": row.currency,
            "row": row.row,
            "import": row.origin_id,
        }
        for row in rows.order_by("unit__code", "account__code", "period__ordinal", "version__code", "row", "pk")
    ]


def reasons(report: ImportReport) -> list[dict[str, Any]]:
    """The errors of a report, as a table reads them."""
    return [problem.as_document() for problem in report.errors]


def recorded(verb: str) -> list[Record]:
    return list(Record.objects.filter(verb=verb).order_by("pk"))
