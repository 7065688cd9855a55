"""The same law over the tables: after any deeds, judged as often as one likes, the alerts are what a replay says.

`SEQUENCES=200 pytest tests/alerts/test_evaluation_laws.py` tries two hundred sequences; each takes half a second.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from alerts.actions import acknowledge, resolve
from alerts.judging.inheritance import in_force
from alerts.models import Alert, Evaluation
from alerts.observations import read_book
from alerts.rulebook import court, editions, spot_of, times
from alerts.rules import Breach, replay
from metrics.querysets import computed_mark
from tests.alerts.conftest import ENGINE, Books
from tests.company import Company
from units.models import Unit

MONTHS = ("2026-06", "2026-07", "2026-08", "2026-09")
TERMS: tuple[dict[str, Any], ...] = (
    {},
    {"periods": 2, "exit_periods": 1},
    {"periods": 2, "out_of": 3, "exit": "5 %"},
    {"warning": "20 %", "exit": "10 %", "exit_periods": 2},
)

DEEDS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(MONTHS), st.sampled_from([100, 107, 112, 130])),
    st.tuples(st.just("limit"), st.sampled_from(range(len(TERMS)))),
    st.tuples(st.just("handle"), st.sampled_from(["acknowledge", "resolve"])),
    st.tuples(st.just("judge")),
    st.tuples(st.just("forget")),
)


@contextmanager
def undone() -> Iterator[None]:
    """Everything inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def do(books: Books, deed: tuple[Any, ...]) -> None:
    match deed:
        case ("write", month, amount):
            books.write(f"""
                unit  | metric          | version | {month}
                SHOPS | contractor_cost | actual  | {amount}
                SHOPS | contractor_cost | budget  | 100
            """)
        case ("limit", number):
            books.limit(unit="SHOPS", **TERMS[number])
        case ("handle", what):
            for alert in Alert.unscoped.filter(condition="firing").exclude(handling="resolved"):
                if what == "resolve":
                    resolve(actor=ENGINE, alert=alert, outcome="accepted", at=books.at)
                elif alert.handling == "open":
                    acknowledge(actor=ENGINE, alert=alert, at=books.at)
        case ("judge",):
            books.judge()
        case ("forget",):  # the evaluation that a worker did not live to write: everything is judged again
            Evaluation.objects.filter(pk__in=Evaluation.objects.order_by("-pk").values("pk")[:1]).delete()


def replayed(books: Books) -> list[Breach]:
    """What a replay of the figures as they stand says of Shops."""
    known = times(ENGINE, at=books.at)
    if known.newest is None:
        return []
    standing = in_force(editions(ENGINE), at=known.newest).values()
    bench = court(known, list(Unit.objects.within(ENGINE).exclude(kind=Unit.Kind.ELIMINATION)), standing)
    spot = spot_of(books.units["SHOPS"])
    (rule,) = bench.rules_of(spot.unit)
    book = read_book(ENGINE, bench.wanted([spot.unit], [rule]), mark=computed_mark())
    case = bench.hear(rule, spot, book)
    return replay(case.readings, case.counts)


def told(found: Any) -> list[tuple[int, str, str]]:
    fired = [each for each in found if each.condition in ("firing", "recovering")]
    return [(getattr(each, "last", None) or each.period.ordinal, each.condition, each.severity) for each in fired]


@pytest.mark.django_db
@settings(
    max_examples=int(os.environ.get("SEQUENCES", "3")),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(
    deeds=[
        ("write", "2026-06", 130), ("judge",), ("handle", "acknowledge"), ("write", "2026-07", 112), ("forget",),
        ("judge",), ("limit", 3), ("judge",), ("write", "2026-07", 107), ("judge",), ("forget",),
    ]
)  # fmt: skip
@given(deeds=st.lists(DEEDS, max_size=8))
def test_the_alerts_are_what_a_replay_of_the_figures_says(company: Company, at: Any, deeds: list[tuple[Any, ...]]):
    with undone():
        books = Books(company, at)
        books.limit(unit="SHOPS")
        for deed in deeds:
            do(books, deed)
        books.judge()
        standing = told(books.alerts())
        before = list(Alert.unscoped.order_by("pk").values_list("pk", "condition", "transitions"))
        Evaluation.objects.all().delete()
        books.judge()

        assert list(Alert.unscoped.order_by("pk").values_list("pk", "condition", "transitions")) == before
        assert standing == told(replayed(books)[-1:])
