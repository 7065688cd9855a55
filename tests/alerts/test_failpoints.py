"""Kill -9 at every step of recompute, evaluate, outbox and send: nothing lost, nothing told twice, no wrong state.

The suite takes a sample. `FAILPOINTS=all` takes at least 250 single deaths and 1,000 pairs.
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import time_machine
from celery import current_app
from django.db import connection
from django.utils import timezone

from alerts.actions import add_channel, set_threshold
from alerts.models import Alert, AlertEvent, AlertNews, Gap, Letter
from alerts.telling.outbox import ask_for_what_is_due
from alerts.terms import Terms
from alerts.vetting import Proposal
from audit.models import Record
from jobs.models import Job
from jobs.work import drain
from ledger.signals import figures_changed
from metrics.models import Sheet
from tests import copies
from tests.alerts.test_from_entries_to_alerts import restate
from tests.cast import person
from tests.company import Company, build_company
from tests.failpoints import Steps, once, outlive
from units import roles
from units.scope import Scope

ALL = os.environ.get("FAILPOINTS") == "all"
SINGLES, PAIRS = (250, 1_000) if ALL else (2, 1)
RECOVERY = timedelta(seconds=180)
"""Longer than any lease."""

RECOMPUTING = frozenset({"metrics.recompute", "metrics.help"})
TELLING = frozenset({"alerts.evaluate", "alerts.send"})
KINDS = RECOMPUTING | TELLING
Changes = tuple[tuple[str, str, str, int], ...]


@dataclass(frozen=True)
class Stage:
    """What is done to the figures at a moment, and which work is then there to be done."""

    moment: datetime
    kinds: frozenset[str]
    changes: Changes = ()


def release(moment: datetime, changes: Changes = ()) -> tuple[Stage, ...]:
    """Figures come in and are computed; they are judged, and what is urgent is told; the rest is read next morning."""
    minute, morning = timedelta(minutes=30), timedelta(hours=22)
    return (
        Stage(moment, RECOMPUTING, changes),
        Stage(moment + minute, TELLING),
        Stage(moment + morning, TELLING),
    )


FRIDAY = datetime(2026, 10, 9, 10, tzinfo=UTC)
A_DAY = timedelta(days=1)
STAGES = release(FRIDAY)
if ALL:  # alerts end, grow to an emergency and come back
    better = (("SHOPS", "COSTS", "2026-09", 300), ("DEPOT", "COSTS", "2026-08", 1_400))
    worse = (("SHOPS", "COSTS", "2026-09", 900), ("DEPOT", "COSTS", "2026-08", 900))
    STAGES += release(FRIDAY + A_DAY, better) + release(FRIDAY + 2 * A_DAY, worse)


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """What every worker loads, once, before it has children."""
    current_app.loader.import_default_modules()


@pytest.fixture
def company(own_database: copies.OwnDatabase, settings: Any) -> Iterator[Company]:
    """The company with a limit on costs, two leaders and a webhook; its first figures have not been computed."""
    settings.EMAIL_BACKEND = "tests.failpoints.Mails"
    with time_machine.travel(FRIDAY, tick=False):
        company = build_company()
        person("Rita Retail", roles.UNIT_LEADER, company.retail)
        person("Walter Wholesale", roles.UNIT_LEADER, company.wholesale)
        fiona = person("Fiona Finance", roles.FINANCE_ADMIN)
        terms = Terms(
            "cost_of_sales", "month", "budget", "percent", 0, warning="10 %", emergency="50 %", floor_amount="50"
        )
        at = timezone.now()
        set_threshold(
            actor=Scope.system("test"), proposal=Proposal(code="costs", unit=company.group, terms=terms), at=at
        )
        add_channel(
            actor=Scope.of(fiona, at=at),
            name="Programs",
            kind="webhook",
            unit=company.group,
            address="https://hooks.example.com/plumbline",
            at=at,
        )
        Job.objects.all().delete()
        figures_changed.send(None, actor="process:test", at=at)
        yield company


@dataclass(frozen=True)
class Level:
    """The company before a stage: its database, and how many steps the stages before it took."""

    database: str
    steps: int


@dataclass(frozen=True)
class Undisturbed:
    """A life in which nobody died: the company before each stage, and what it had come to after each."""

    levels: tuple[Level, ...]
    outcomes: tuple[dict[str, Any], ...]
    arrived: tuple[list[str], ...]
    steps: int

    def place(self, step: int) -> tuple[int, int]:
        """The stage a step lies in, and its number there."""
        stage = max(number for number, level in enumerate(self.levels) if level.steps < step)
        return stage, step - self.levels[stage].steps

    def wanted(self, stages: range) -> dict[str, Any]:
        letters = sorted(letter for stage in stages for letter in self.arrived[stage])
        return self.outcomes[stages[-1]] | {"arrived": letters}


def live(company: Company, number: int, steps: Steps) -> None:
    """One stage: what is done to the figures, and all the work that follows, whoever dies."""
    stage = STAGES[number]
    with time_machine.travel(stage.moment, tick=False) as clock:
        for unit, account, period, amount in stage.changes:
            restate(company, unit, account, period, amount, timezone.now())
        if stage.changes:
            figures_changed.send(None, actor="process:test", at=timezone.now())
        outlive(steps, partial(work, stage.kinds), restart=lambda: clock.shift(RECOVERY))


def work(kinds: frozenset[str]) -> None:
    """A worker and the nets under it: what is due, and what was forgotten."""
    if kinds == TELLING:
        ask_for_what_is_due(at=timezone.now())
    drain(clock=timezone.now, kinds=kinds)


def lived(company: Company, known: Undisturbed, folder: Path, stage: int, *deaths: int) -> str:
    """A stage and what is told after it, with these deaths; what came of it otherwise than without; empty: nothing."""
    goes_on = stage + 1 < len(STAGES) and STAGES[stage + 1].kinds == TELLING
    stages = range(stage, stage + 2 if goes_on else stage + 1)
    steps = Steps(deaths=deaths, sink=folder / "sent")
    with leading_to(known.levels[stage].database, folder.parent), a_copy(folder):
        for number in stages:
            live(company, number, steps)
        found = came_to(steps)
    wanted = known.wanted(stages)
    different = [f"{part}: {found[part]} instead of {wanted[part]}" for part in wanted if found[part] != wanted[part]]
    copies_of_letters = Counter(letter["key"] for letter in steps.delivered())
    if copies_of_letters and max(copies_of_letters.values()) > 1 + len(deaths):
        different.append(f"sent too often: {copies_of_letters}")
    shutil.rmtree(folder)
    return "\n".join(different)


@contextmanager
def a_copy(folder: Path) -> Iterator[None]:
    """What the default connection leads to, copied; it leads to the copy meanwhile."""
    folder.mkdir()
    make: Callable[[Path], Any] = copies._copy_sqlite if connection.vendor == "sqlite" else copies._copy_postgres
    with contextmanager(make)(folder):
        yield


@contextmanager
def leading_to(database: str, folder: Path) -> Iterator[None]:
    with contextmanager(copies._leading_to)(database, "", folder):
        yield


def came_to(steps: Steps) -> dict[str, Any]:
    """Everything that must not depend on who died: states, history, tellings, figures, records, what arrived."""
    alerts = {alert.pk: alert for alert in Alert.unscoped.select_related("unit", "version", "began", "period", "owner")}
    names = {pk: f"{alert.unit.code} {alert.began.code}" for pk, alert in alerts.items()}
    arrived = once(steps.delivered())
    gaps = {gap.pk: gap for gap in Gap.unscoped.select_related("unit", "period")}
    missing = {pk: f"{gap.unit.code} {gap.source} {gap.period.code} {gap.kind}" for pk, gap in gaps.items()}

    def about(news: AlertNews) -> str:
        return names[news.alert_id] if news.alert_id is not None else missing[news.gap_id or 0]

    carried: dict[int | None, list[str]] = {}
    for news in AlertNews.unscoped.order_by("pk"):
        carried.setdefault(news.letter_id, []).append(f"{about(news)} {news.template}")
    ids = {alert.public_id: names[pk] for pk, alert in alerts.items()}
    ids |= {gap.public_id: missing[pk] for pk, gap in gaps.items()}
    return {
        "alerts": sorted(
            f"{names[pk]} {alert.period.code} {alert.condition} {alert.handling} {alert.severity} {alert.title} "
            f"{alert.impact} {alert.owner} {alert.transitions} {alert.ended_because}"
            for pk, alert in alerts.items()
        ),
        "events": [
            f"{names[event.alert_id]} {event.kind} {event.before} {event.after}"
            for event in AlertEvent.unscoped.order_by("alert__unit", "alert__began", "pk")
        ],
        "news": sorted(
            f"{about(news)} {news.recipient.name} {news.channel_id} {news.template} {news.state} {news.said}"
            for news in AlertNews.unscoped.select_related("recipient")
        ),
        "letters": sorted(
            f"{letter.recipient.name} {letter.channel_id} {letter.state} {sorted(carried[letter.pk])}"
            for letter in Letter.unscoped.select_related("recipient")
        ),
        "sheets": sorted(
            f"{sheet.unit_id} {sheet.period_id} {sheet.version} {sheet.basis} {sorted(sheet.numbers.items())}"
            for sheet in Sheet.unscoped.filter(until_mark__isnull=True)
        ),
        "records": Counter(Record.objects.filter(verb__startswith="alerts.").values_list("verb", flat=True)),
        "unfinished": list(Job.objects.exclude(state="done").filter(kind__in=KINDS, due__lte=timezone.now())),
        "arrived": sorted(without_chance(letter, ids) for letter in arrived.values()),
    }


def without_chance(letter: Any, ids: dict[str, str]) -> str:
    said = f"{letter['to']} {letter['said']}"
    for public_id, name in ids.items():
        said = said.replace(public_id, name)
    return re.sub(r'"(id|packed)":"[^"]*"', "", said)


@pytest.fixture
def undisturbed(company: Company, tmp_path: Path) -> Iterator[Undisturbed]:
    levels, outcomes, arrived, steps = [], [], [], Steps(sink=tmp_path / "sent")
    with ExitStack() as stack:
        for stage in range(len(STAGES)):
            levels.append(Level(str(connection.settings_dict["NAME"]), steps.count))
            stack.enter_context(a_copy(tmp_path / f"level-{stage}"))
            live(company, stage, steps)
            outcomes.append(came_to(steps))
            arrived.append(outcomes[-1]["arrived"])
            steps.sink.unlink(missing_ok=True)
        yield Undisturbed(tuple(levels), tuple(outcomes), tuple(arrived), steps.count)


def chosen(known: Undisturbed) -> Iterator[tuple[int, ...]]:
    """The stage and the deaths of each trial: every step alone (or a sample), and pairs by chance from a fixed seed."""
    chance = random.Random(20261009)
    every = range(1, known.steps + 1)
    for step in every if ALL else sorted(chance.sample(every, SINGLES)):
        yield known.place(step)
    for _ in range(PAIRS):
        stage, first = known.place(chance.choice(every))
        yield stage, first, first + chance.randint(1, 60)


def test_whoever_dies_wherever_the_end_is_the_same(company: Company, undisturbed: Undisturbed, tmp_path: Path):
    assert undisturbed.steps >= (250 if ALL else 100)
    assert undisturbed.outcomes[-1]["alerts"] and not undisturbed.outcomes[-1]["unfinished"]
    assert sum(map(len, undisturbed.arrived)) >= (10 if ALL else 3)

    for number, (stage, *deaths) in enumerate(chosen(undisturbed)):
        different = lived(company, undisturbed, tmp_path / f"trial-{number}", stage, *deaths)
        assert not different, (stage, deaths, different)
