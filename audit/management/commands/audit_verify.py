"""`manage.py audit_verify`: seal what is committed, then read the whole record and say whether it holds.

Exit status: 0 good; 1 a record, a position or the chain was changed; 2 the record is not the one a digest from
elsewhere stands for; 3 the database cannot be used; 4 the triggers are not as a migration left them; 5 records stay
unsealed; 7 the clock.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.commands import SpokenCommand, counted
from audit.sealing import seal
from audit.verification import Report, verify

ACTOR = "process:audit_verify"


def block_and_digest(text: str) -> tuple[int, str]:
    """`12:3fa9…`, as the log prints it, in two parts."""
    if not re.fullmatch(r"\d+:[0-9a-f]{64}", text):
        raise CommandError("--expect takes a block's number and its digest: 12:3fa9…", returncode=2)
    number, digest = text.split(":")
    return int(number), digest


class Command(SpokenCommand):
    help = "Seals the record and verifies it from its first position; the exit status says what is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one document.")
        parser.add_argument("--expect", metavar="BLOCK:DIGEST", help="A block's digest kept outside the database.")

    def handle(self, *args: Any, **options: Any) -> None:
        expect = block_and_digest(options["expect"]) if options["expect"] else None
        at = timezone.now()
        seal(at=at, thorough=True)
        report = verify(at=at, expect=expect)
        with transaction.atomic():
            record(
                actor=ACTOR,
                verb="audit.verified",
                target=("block", report.blocks),
                at=at,
                after={"code": report.code, "position": report.position, "digest": report.head},
            )
        self.stdout.write(as_json(report) if options["json"] else as_text(report))
        if report.code:
            sys.exit(report.code)


def as_json(report: Report) -> str:
    first = report.first
    return json.dumps(
        {
            "code": report.code,
            "blocks": report.blocks,
            "position": report.position,
            "digest": report.head,
            "first_bad_position": first.position if first else None,
            "problems": [asdict(problem) for problem in report.problems],
        }
    )


def as_text(report: Report) -> str:
    if report.first is None:
        return (
            f"The record holds: {counted(report.position, 'record')} in {counted(report.blocks, 'block')},"
            f" up to digest {report.blocks}:{report.head}."
        )
    lines = [f"The record does not hold: {report.first.reason}"]
    lines += [f"  {problem.reason}" for problem in report.problems if problem is not report.first]
    return "\n".join(lines)
