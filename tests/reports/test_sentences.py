"""Sentences carry no number that is not a fact: whatever the figures, each number in them is one of those they tell.

A sentence is read back the way a reader would: every number in it, with its sign and unit, has to be one of the
facts as the pages print them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.attribution import Change, guards, ranked, said, shortened
from metrics.models import Study
from metrics.readings import Level
from metrics.studies import Document
from reports.boards.cash import cash_ahead
from reports.formatting import impact, single
from reports.wording import (
    Cause,
    alerts_title,
    bridge_title,
    count,
    headline,
    line_bridge_title,
    multiples_title,
    statement_title,
    without_budget,
)

NUMBER = re.compile(r"[−+]?[$€]?\d+(?:,\d{3})*(?:\.\d+)?(?:[KMB]\b|%|×)?")
NAMES = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta")
LAW = settings(max_examples=60, deadline=None, derandomize=True, database=None)

amounts = st.integers(-(10**13), 10**13)
parts = st.lists(amounts, min_size=1, max_size=len(NAMES))


def numbers_in(sentence: str) -> list[str]:
    return NUMBER.findall(sentence)


def strangers(sentence: str, facts: Iterable[str]) -> list[str]:
    """The numbers of a sentence that none of the facts has."""
    known = {number for fact in facts for number in numbers_in(fact)}
    return [number for number in numbers_in(sentence) if number not in known]


def test_a_number_that_is_no_fact_is_found_out() -> None:
    facts = [single(120_0000, "USD"), "12%"]

    assert strangers("Profit of $120 is 12% below budget.", facts) == []
    assert strangers("Profit of $120 is 13% below budget.", facts) == ["13%"]
    assert strangers("Profit of $121 is −12% below budget.", facts) == ["$121", "−12%"]


@LAW
@given(
    value=amounts, baseline=amounts, moves=parts, is_material=st.booleans(), of=st.sampled_from(["budget", "forecast"])
)
def test_a_headline_tells_the_figure_and_its_gap(
    value: int, baseline: int, moves: list[int], is_material: bool, of: str
) -> None:
    causes = [Cause(name, "revenue", move) for name, move in zip(NAMES, moves, strict=False)]
    phrases = headline(
        measure="Income", value=value, baseline=baseline, is_material=is_material, causes=causes, currency="USD", of=of
    )
    facts = [single(value, "USD"), impact(value - baseline, "USD", signed=False)]

    assert strangers("".join(phrase.text for phrase in phrases), facts) == []


@LAW
@given(value=amounts, growth=st.none() | st.floats(-3, 3))
def test_without_a_budget_it_tells_the_figure_and_its_growth(value: int, growth: float | None) -> None:
    phrases = without_budget(measure="Income", value=value, growth=growth, currency="USD")
    size = abs(growth or 0) * 100

    assert strangers("".join(each.text for each in phrases), [single(value, "USD"), f"{size:.0f}% {size:.1f}%"]) == []


@LAW
@given(steps=st.lists(amounts, max_size=20), gap=amounts)
def test_bridges_tell_what_was_lost_and_won(steps: list[int], gap: int) -> None:
    losses, gains = [step for step in steps if step < 0], [step for step in steps if step > 0]
    facts = [impact(sum(side), "USD", signed=False) for side in (losses, gains)]
    facts += [count(len(losses)), count(len(gains))]

    assert strangers(bridge_title(steps, currency="USD"), facts) == []
    assert strangers(line_bridge_title([*zip(NAMES, steps, strict=False)], gap=gap), []) == []


@LAW
@given(legs=st.tuples(*[amounts | st.none()] * 4))
def test_a_statement_tells_both_gaps(legs: tuple[int | None, ...]) -> None:
    top, before, bottom, bottom_before = legs
    title = statement_title(*(Level(leg, "" if leg is not None else "late") for leg in legs), currency="USD")
    facts = [single(abs((top or 0) - (before or 0)), "USD"), single(abs((bottom or 0) - (bottom_before or 0)), "USD")]

    assert strangers(title, facts) == []


@LAW
@given(number=st.integers(0, 30), worth=amounts)
def test_alerts_tell_how_many_and_what_they_are_worth(number: int, worth: int) -> None:
    title = alerts_title(number=number, impact_a_year=worth, currency="USD")

    assert strangers(title, [count(number), single(abs(worth), "USD")]) == []


@LAW
@given(changes=st.lists(st.floats(-0.4, 0.4), min_size=1, max_size=len(NAMES)))
def test_multiples_tell_the_points_that_were_lost_and_how_many_held(changes: list[float]) -> None:
    movements = [(name, 0.1, change) for name, change in zip(NAMES, changes, strict=False)]
    facts = [str(round(-change * 100)) for change in changes]

    assert strangers(multiples_title("Margin", movements), facts) == []


@LAW
@given(moves=parts, rest=amounts, most=st.integers(1, 6))
def test_what_accounts_for_a_gap_tells_shares_of_the_attribution(moves: list[int], rest: int, most: int) -> None:
    changes = [Change(name, Level(move)) for name, move in zip(NAMES, moves, strict=False)]
    found = shortened(ranked(changes, net=Level(sum(moves) + rest)), most)
    names = {name: name for name in NAMES}
    shares = [each.of_gross for each in found.contributions] + [each.cumulative for each in found.contributions]
    facts = [f"{share.number * 100:.0f}%" for share in shares if share.number is not None]

    facts += [str(each) for each in (found.left_out, found.parts, len(found.contributions))]
    for size in (found.rest.number or 0, found.pooled):
        facts += ["under 1%", f"{abs(size) / (found.moved or 1) * 100:.0f}%"]

    assert strangers(said(found, names), facts) == []
    assert strangers(" ".join(guard.sentence for guard in guards(found, changes)), facts) == []


def months(cash: Sequence[int], reach: int) -> list[Document]:
    return [
        {"period": f"2027-{place:02}", "cash": each, "low": each - reach * place, "high": each + reach * place}
        for place, each in enumerate(cash, start=1)
    ]


@pytest.mark.parametrize("has_interval", [True, False])
@LAW
@given(cash=st.lists(amounts, min_size=1, max_size=9), opening=amounts, reach=st.integers(0, 10**12), mean=amounts)
def test_cash_ahead_tells_what_is_stored_of_it(
    has_interval: bool, cash: list[int], opening: int, reach: int, mean: int
) -> None:
    ahead = months(cash, reach)
    if not has_interval:
        ahead = [{name: month[name] for name in ("period", "cash")} for month in ahead]
    low = min(ahead, key=lambda month: month["cash"])
    error = {"mean": abs(mean), "unchanged": abs(mean) + 1, "tries": 30}
    stored = {
        "months": ahead, "low": low, "opening": opening, "behind": [], "error": error, "unknown": [],
        "lags": {"collection": 1.5},
    }  # fmt: skip
    found = cash_ahead(Study(cash=stored), currency="USD", href="")
    assert found is not None
    told = [opening, opening - low["cash"], abs(mean), *(low[name] for name in ("cash", "low", "high") if name in low)]
    facts = [*(single(each, "USD") for each in told), "2027", "1.5", "30"]
    lines = f"{found.section.title} {found.section.subtitle}"

    assert strangers(lines, facts) == []
    assert ("four times in five" in lines) == has_interval
