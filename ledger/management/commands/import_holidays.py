"""`manage.py import_holidays`: the days on which nobody works, from a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ledger.actions import import_holidays
from ledger.actions.structure import StructureFile
from ledger.management.files import FileCommand
from ledger.report import FileReport
from units.scope import Scope


class Command(FileCommand):
    help = "Import holidays by year (date,name,region,unit); the same file again changes nothing."

    def bring_in(
        self, *, actor: Scope, file: StructureFile, at: datetime, dry_run: bool, options: dict[str, Any]
    ) -> FileReport:
        return import_holidays(actor=actor, file=file, at=at, dry_run=dry_run)
