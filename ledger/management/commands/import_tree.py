"""`manage.py import_tree`: another tree over the same units, from a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser

from ledger.actions import import_tree
from ledger.actions.structure import StructureFile
from ledger.management.files import FileCommand
from ledger.report import FileReport
from ledger.structure import TREE_NAME, TREE_NAME_SAID
from units.commands import WrongCall
from units.scope import Scope


class Command(FileCommand):
    help = "Import another tree over the same units (code,name,parent,from); the same file again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--tree", required=True, metavar="NAME", help="Such as legal or region.")

    def bring_in(
        self, *, actor: Scope, file: StructureFile, at: datetime, dry_run: bool, options: dict[str, Any]
    ) -> FileReport:
        if not TREE_NAME.fullmatch(options["tree"]):
            raise WrongCall(TREE_NAME_SAID)
        return import_tree(actor=actor, tree=options["tree"], file=file, at=at, dry_run=dry_run)
