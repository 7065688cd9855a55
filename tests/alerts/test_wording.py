"""The words of an alert: measure, how far, against what; and an action with its figures put in."""

from __future__ import annotations

from fractions import Fraction

import pytest

from alerts.rules import judge
from alerts.terms import Terms
from alerts.wording import ActionRefused, fill, money, percent, placeholders, plain, read_action, title
from metrics.catalogue import METRICS
from metrics.formula import Node, Value, written
from metrics.formula.values import amount, missing, ratio
from metrics.readings import Level

ONE = 10_000


def titled(terms: Terms, value: float, baseline: float | None = None) -> str:
    metric = METRICS[terms.metric]
    is_amount = metric.kind in ("money", "count")

    def level(number: float | None) -> Level:
        return Level(None if number is None else round(number * ONE) if is_amount else number)

    judged = judge(terms, level(value), level(baseline), is_amount=is_amount)
    return title(terms, judged, label=metric.label, metric=metric, value=Fraction(str(value)), currency="USD")


def test_titles_say_measure_how_far_and_against_what():
    cost = Terms("contractor_cost", "qtd", "budget", "percent", +1, warning="0.1")
    revenue = Terms("revenue", "qtd", "budget", "percent", -1, warning="0.1")
    margin = Terms("operating_margin", "month", "budget", "points", -1, warning="0.01")
    income = Terms("operating_income", "month", "prior_year", "money", -1, warning="20000")
    dso = Terms("dso", "month", "absolute", "level", +1, warning="55", critical="70")
    change = Terms("operating_margin_change", "qtd", "absolute", "level", -1, warning="-0.05")
    floor = Terms("operating_margin", "month", "absolute", "level", -1, warning="0.1")

    assert titled(cost, 112_000, 67_000) == "Contractors 67% over budget"
    assert titled(revenue, 820_000, 1_000_000) == "Revenue 18% below budget"
    assert titled(margin, 0.136, 0.15) == "Operating margin 1.4 pp below budget"
    assert titled(income, 50_000, 95_000) == "Operating income $45K below last year"
    assert titled(dso, 72) == "Days sales outstanding 72 days, limit 70 days"
    assert titled(change, -0.08) == "Operating margin against six months earlier −8.0 pp, floor −5.0 pp"
    assert titled(floor, 0.082) == "Operating margin 8.2%, floor 10%"
    assert titled(cost, 12_000, 0) == "Contractors $12K, unbudgeted"


def test_numbers_are_printed_as_sentences_print_them():
    assert [money(number, "USD") for number in (49_512_345, 7_960_000, 240_000, -331, 0.2, 999_600)] == [
        "$49.5M", "$7.96M", "$240K", "−$331", "$0", "$1M",
    ]  # fmt: skip
    assert [percent(share) for share in (0.67, 0.082, -0.4, 0.0996)] == ["67%", "8.2%", "−40%", "10%"]
    assert plain(Fraction(34, 10), METRICS["ltv_cac"], "USD") == "3.4"


FIGURES = {"impact": amount(-180_000 * ONE), "contractors_fte": amount(9 * ONE), "value": ratio(0.6)}


def figure(node: Node) -> Value:
    text = written(node)
    if text == "-impact":
        return amount(180_000 * ONE)
    if text == "contractors_fte - budget.contractors_fte":
        return amount(3 * ONE)
    return FIGURES.get(text, missing("late", exact=True))


def filled(text: str) -> str:
    found = placeholders(text, METRICS)
    return fill(
        text,
        found,
        words={"unit": "Field Services", "period": "Sep 2026", "metric": "Contractors"},
        figure=figure,
        currency="USD",
    )


def test_an_action_is_text_with_computed_figures():
    text = (
        "Convert {contractors_fte - budget.contractors_fte:count} contractors in {unit}; saves {-impact:money} a year."
    )

    assert filled(text) == "Convert 3 contractors in Field Services; saves $180K a year."


def test_each_figure_is_printed_as_asked_and_a_missing_one_as_a_dash():
    assert filled("{value:percent}, {value:points}, {value}, {contractors_fte}, {headcount:count}") == (
        "60%, 60.0 pp, 0.6, 9, –"
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Save {imapct:money}", "Did you mean “impact”?"),
        ("Save {impact:dollars}", "no way to print"),
        ("Save {impact", "stands alone"),
        ("Save {}", "empty"),
        ("{__class__}", "not a name"),
        ("{unit.__class__}", "cannot be computed"),
        ("{value!r}", "cannot be computed"),
        ("{open('/etc/passwd')}", "cannot be computed"),
    ],
)
def test_what_cannot_be_computed_is_refused_when_it_is_set(text: str, says: str):
    with pytest.raises(ActionRefused) as refused:
        placeholders(text, METRICS)

    assert says in str(refused.value)


def test_accounts_and_roles_keep_their_colon():
    (each,) = placeholders("{account:5100:money}", {*METRICS, "account:5100"})

    assert (written(each.formula), each.style) == ("account:5100", "money")
    (plainly,) = placeholders("{role:revenue}", METRICS)
    assert (written(plainly.formula), plainly.style) == ("role:revenue", "number")


@pytest.mark.parametrize(
    ("action", "read"),
    [
        ("Freeze hiring. Revenue is $1M short.", ("Freeze hiring.", "Revenue is $1M short.", [])),
        ("Convert 3.\n- Ask who\n– Release", ("Convert 3.", "", ["Ask who", "Release"])),
        ("- Only a step", ("", "", ["Only a step"])),
        ("", ("", "", [])),
    ],
)
def test_an_action_is_what_to_do_why_and_its_steps(action: str, read: tuple[str, str, list[str]]):
    assert read_action(action) == read
