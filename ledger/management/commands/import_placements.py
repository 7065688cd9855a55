"""`manage.py import_placements`: on what units hang from a day on, from a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ledger.actions import import_placements
from ledger.actions.structure import StructureFile
from ledger.management.files import FileCommand
from ledger.report import FileReport
from units.scope import Scope


class Command(FileCommand):
    help = "Move units from a day on (unit,from,parent); the same file again changes nothing."

    def bring_in(
        self, *, actor: Scope, file: StructureFile, at: datetime, dry_run: bool, options: dict[str, Any]
    ) -> FileReport:
        return import_placements(actor=actor, file=file, at=at, dry_run=dry_run)
