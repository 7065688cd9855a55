"""One process of a measured recompute: `lead` a full run, `help` with one, or `change` one month of one unit."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime

import django


def now() -> datetime:
    return datetime.now(UTC)


def lead() -> None:
    from metrics.recompute import recompute

    recompute(actor="process:benchmark", clock=now, full=True)


def help_() -> None:
    """Help the run that starts next, and then stop."""
    from metrics.models import Run, RunBlock
    from metrics.recompute import help_out

    until = time.monotonic() + 60
    while not RunBlock.objects.filter(run__state="started").exists():
        if time.monotonic() > until:
            raise SystemExit("No run started within a minute.")
        time.sleep(0.05)
    help_out(run=Run.objects.get(state="started").pk, clock=now)


def change(actor: str) -> None:
    """Import the newest month of one unit with one figure changed, recompute, and say how long both took."""
    from ledger.actions import import_figures
    from ledger.models import Entry
    from metrics.recompute import recompute
    from people.models import Person
    from units.scope import Scope

    who = Scope.of(Person.objects.known_as(actor), at=now())
    newest = Entry.unscoped.filter(version__code="actual").order_by("-period__ordinal", "unit_id").first()
    assert newest is not None
    lines = Entry.unscoped.filter(unit=newest.unit_id, period=newest.period_id, version=newest.version_id)
    found = lines.values_list("unit__code", "account__code", "period__code", "amount")
    rows = [f"{unit},{account},{period},{amount / 10_000 + 1}" for unit, account, period, amount in found]
    content = "\n".join(["unit,account,period,amount", *rows]).encode()
    began = time.perf_counter()
    report = import_figures(actor=who, filename="month.csv", content=content, source="gl", at=now())
    assert report.status == "imported", report.errors
    run = recompute(actor="process:benchmark", clock=now)
    assert run is not None and not run.full
    print(time.perf_counter() - began)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    {"lead": lead, "help": help_, "change": change}[sys.argv[1]](*sys.argv[2:])
