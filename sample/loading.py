"""Loading the demonstration: its files go in through the commands that any company's files go through.

Structure, budgets and months, people, closings and thresholds are one transaction: a start that is interrupted leaves
an empty database and simply begins again. The last computing and the judging come after it; if they are interrupted,
the jobs that the imports left behind do it. September 2026 is computed at its first close and again with the invoices
that came late, so that there is a restated month to look at.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from alerts.actions import evaluate
from people.models import Person
from sample.actions import note_loaded
from sample.company import ACTUAL_MONTHS, month_code
from sample.files import SampleFile, Written, write
from sample.home import arrange
from sample.people import ACTOR, APPROVER, CAST, FINANCE, SignIn, engage
from sample.plans import plan
from sample.rules import set_rules
from sample.words import write_words
from sample.work import work
from units.scope import Scope

Say = Callable[[str], object]


def load(*, say: Say) -> list[SignIn]:
    """Bring the whole demonstration in and compute it; how its people sign in."""
    say("Loading the demonstration company …")
    with TemporaryDirectory(prefix="halden-") as folder:
        written = write(Path(folder))
        with transaction.atomic():
            people = _bring(written)
    say("Computing its figures …")
    _run("recompute")
    evaluate(actor=Scope.system("alerts"), at=timezone.now())
    work(at=timezone.now())
    write_words(at=timezone.now())
    plan(at=timezone.now())
    arrange(at=timezone.now())
    return people


def _bring(written: Written) -> list[SignIn]:
    found = engage([FINANCE], at=timezone.now())
    _run("import_structure", units=str(written.units), accounts=str(written.accounts), actor=FINANCE.name)
    found += engage([part for part in CAST if part != FINANCE], at=timezone.now())
    *figures, final = written.figures
    for file in figures:
        _import(file)
    _run("recompute")
    _import(final)
    for at in range(ACTUAL_MONTHS):
        _run("close", period=month_code(at), actor=FINANCE.name)
    now = timezone.now()
    finance, approver = (Scope.of(Person.objects.known_as(part.name), at=now) for part in (FINANCE, APPROVER))
    set_rules(actor=finance, approver=approver, at=now)
    mine = Person.objects.filter(email__in=[part.email for part in CAST]).values_list("pk", flat=True)
    note_loaded(actor=ACTOR, at=now, people=mine)
    return sorted(found, key=lambda each: CAST.index(each.part))


def _import(file: SampleFile) -> None:
    mapping = str(file.mapping) if file.mapping else None
    _run(
        "import_figures",
        str(file.path),
        source=file.source,
        version=file.version,
        mapping=mapping,
        actor=FINANCE.name,
    )


def _run(command: str, *words: str, **options: Any) -> None:
    """One of the house's commands; what it prints is not for the reader of a demonstration."""
    call_command(command, *words, **options, stdout=io.StringIO(), stderr=io.StringIO())
