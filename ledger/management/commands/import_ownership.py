"""`manage.py import_ownership`: what is held of units from a day on, from a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ledger.actions import import_ownership
from ledger.actions.structure import StructureFile
from ledger.management.files import FileCommand
from ledger.report import FileReport
from units.scope import Scope


class Command(FileCommand):
    help = "Import ownership and method by date (unit,from,ownership,method); the same file again changes nothing."

    def bring_in(
        self, *, actor: Scope, file: StructureFile, at: datetime, dry_run: bool, options: dict[str, Any]
    ) -> FileReport:
        return import_ownership(actor=actor, file=file, at=at, dry_run=dry_run)
