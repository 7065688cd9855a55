"""Why it was quiet: the value, the terms then in force, the state, the silences and who changed what, as known then."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command

from alerts.models import Silence
from alerts.quiet import NO_RULE, NOT_JUDGED, NOT_OVER, Quiet, quiet, small_items
from people.models import Person
from tests.alerts.conftest import ONE, Books
from units.commands import WrongCall

pytestmark = pytest.mark.django_db

SERIES = """
    unit  | metric          | version | 2026-06 | 2026-07 | 2026-08
    SHOPS | contractor_cost | actual  |     100 |   {july} |     130
    SHOPS | contractor_cost | budget  |     100 |     100 |     100
"""


def ask(books: Books, month: str, *, unit: str = "SHOPS", **more: Any) -> Quiet:
    at = more.get("as_of", books.at)
    return quiet(books.units[unit], "contractor_cost", books.company.months[month].ordinal, as_of=at)


def outcomes(books: Books, **terms: Any) -> list[tuple[str, str]]:
    books.limit(unit="SHOPS", **terms)
    books.write(SERIES.format(july=115))
    books.judge()
    found = [ask(books, month) for month in ("2026-06", "2026-07", "2026-08")]
    return [(each.heard[0].outcome, each.heard[0].why) for each in found]


def test_each_month_says_what_came_of_it(books: Books):
    assert outcomes(books, periods=2) == [
        ("not fired", "inside its limits"),
        ("not fired", "beyond a limit in 1 of the 2 periods it takes"),
        ("fired", "firing, critical, since 2026-07"),
    ]


def test_what_was_too_small_says_so(books: Books):
    assert outcomes(books, floor_amount="20")[1] == (
        "suppressed",
        "beyond the warning level by less than is worth attention",
    )


def test_the_figure_and_what_it_was_read_against_are_there(books: Books):
    outcomes(books)

    (heard,) = ask(books, "2026-07").heard

    assert (heard.judged.value.number, heard.judged.baseline.number) == (115 * ONE, 100 * ONE)
    assert (heard.judged.limit, heard.origin, heard.edition.terms.warning) == (110, "unit", "0.1")


def test_a_month_without_figures_says_which_reason_the_engine_gave(books: Books):
    books.limit(unit="SHOPS")
    books.write(SERIES.format(july="–"))
    books.judge()

    (heard,) = ask(books, "2026-07").heard
    assert (heard.outcome, heard.why) == ("no data", "late")


def test_it_is_answered_as_known_then_and_not_as_known_now(books: Books):
    books.limit(unit="SHOPS")
    books.write(SERIES.format(july=105))
    books.judge()
    then = books.at
    books.at += timedelta(days=1)
    books.limit(unit="SHOPS", warning="2 %")
    books.write(SERIES.format(july=115))
    books.judge()

    before, now = ask(books, "2026-07", as_of=then), ask(books, "2026-07")

    assert (before.heard[0].outcome, before.heard[0].edition.terms.warning) == ("not fired", "0.1")
    assert (now.heard[0].judged.value.number, now.heard[0].judged.severity) == (115 * ONE, "warning")
    assert [each.changed for each in now.heard[0].changes] == [
        {},
        {"warning": ("0.1", "0.02"), "critical": ("0.25", "")},
    ]
    assert [each.actor for each in now.heard[0].changes] == ["process:alerts", "process:alerts"]


def test_the_alert_of_the_month_is_named(books: Books):
    outcomes(books)

    assert [each.title for each in ask(books, "2026-08").heard[0].alerts] == ["Contractors 30% over budget"]
    assert ask(books, "2026-06").heard[0].alerts == ()


def test_silences_over_it_are_named(books: Books):
    outcomes(books)
    Silence.objects.create(
        unit=books.units["RETAIL"],
        starts=books.at,
        ends=books.at + timedelta(days=3),
        reason="Closing",
        actor="person:1",
    )

    assert [each.reason for each in ask(books, "2026-08").silences] == ["Closing"]
    assert ask(books, "2026-08", unit="DEPOT").silences == ()


def test_where_nothing_was_judged_it_says_why(books: Books):
    assert ask(books, "2026-08").why == NOT_JUDGED
    outcomes(books)
    assert ask(books, "2026-09").why == NOT_OVER
    assert ask(books, "2026-08", unit="DEPOT").why == NO_RULE


def test_what_was_too_small_adds_up_for_a_unit_and_all_below(books: Books):
    outcomes(books, floor_amount="20")

    kept = small_items(books.units["RETAIL"], books.company.months["2026-07"].ordinal, as_of=books.at)

    assert kept is not None
    assert ([item.beyond for item in kept.items], kept.impact) == ([15], -15 * 12 * ONE)
    assert small_items(books.units["RETAIL"], books.company.months["2026-09"].ordinal, as_of=books.at) is None


def test_the_command_answers_for_whoever_may_see_the_unit(
    books: Books, capsys: pytest.CaptureFixture[str], retail_lead: Person, wholesale_lead: Person
):
    outcomes(books, floor_amount="20")
    words = ("quiet", "--unit", "SHOPS", "--metric", "contractor_cost", "--period", "2026-07")

    call_command(*words, "--json", "--person", retail_lead.name)
    (heard,) = json.loads(capsys.readouterr().out)["thresholds"]
    assert (heard["outcome"], heard["value"], heard["limit"], heard["levels"]["warning"]) == (
        "suppressed", "115.0000", "110.0000", "0.1",
    )  # fmt: skip

    call_command(*words)
    assert "suppressed, beyond the warning level by less than is worth attention" in capsys.readouterr().out
    with pytest.raises(WrongCall, match="no unit SHOPS"):
        call_command(*words, "--person", wholesale_lead.name)
