"""Sentences are filled from figures and turn false with them."""

from __future__ import annotations

from reports.wording import Cause, alerts_title, bridge_title, headline, listed, matrix_title


def said(phrases: object) -> str:
    return "".join(phrase.text for phrase in phrases)  # type: ignore[attr-defined]  # phrases


K = 1_000 * 10_000
CAUSES = [
    Cause("Unit 10", "revenue", -331 * K),
    Cause("Unit 6", "cloud cost", -298 * K),
    Cause("Unit 4", "margin", -130 * K),
    Cause("Unit 7", "revenue", 220 * K),
    Cause("Unit 1", "revenue", 150 * K),
    Cause("Unit 3", "revenue", 129 * K),
]


def test_the_headline_names_what_outweighs_what() -> None:
    phrases = headline(
        measure="Operating income", value=7_959 * K, baseline=8_288 * K, is_material=True, causes=CAUSES, currency="USD"
    )

    assert said(phrases) == (
        "Operating income of $7.96M is $0.33M below budget: "
        "Unit 10 revenue, Unit 6 cloud cost and Unit 4 margin outweigh gains in Units 7, 1 and 3."
    )
    assert [phrase.effect for phrase in phrases if phrase.effect] == ["unfavourable"]


def test_a_gain_is_told_from_its_own_side() -> None:
    phrases = headline(
        measure="Operating income",
        value=8_500 * K,
        baseline=8_288 * K,
        is_material=True,
        causes=CAUSES[2:4],
        currency="USD",
    )

    assert said(phrases) == (
        "Operating income of $8.50M is $0.21M above budget: Unit 7 revenue outweighs losses in Unit 4."
    )


def test_inside_tolerance_it_is_on_budget() -> None:
    phrases = headline(
        measure="Operating income",
        value=7_960 * K,
        baseline=7_950 * K,
        is_material=False,
        causes=CAUSES,
        currency="USD",
    )

    assert said(phrases) == "Operating income is on budget at $7.96M."


def test_the_bridge_says_who_loses_and_who_wins_back() -> None:
    assert bridge_title([-331 * K, -298 * K, -130 * K, 220 * K, 150 * K, 129 * K], currency="USD") == (
        "Three units lose $0.76M against budget; three others win back $0.50M"
    )
    assert bridge_title([-130 * K], currency="USD") == "One unit loses $0.13M against budget"
    assert bridge_title([-331 * K // 1_000], currency="USD") == "One unit loses $331 against budget"
    assert bridge_title([], currency="USD") == "Every unit is on budget"


def test_the_matrix_names_the_units_that_are_off_plan() -> None:
    statuses = [
        *[(str(n), "ok") for n in (1, 2, 3, 5, 7, 9, 11)],
        ("8", "m"),
        ("12", "m"),
        ("4", "h"),
        ("6", "h"),
        ("10", "h"),
    ]

    assert matrix_title(statuses) == "Seven units on plan, two to watch, three off plan: 4, 6 and 10"


def test_the_matrix_counts_no_unit_as_on_plan_of_which_that_is_not_known() -> None:
    statuses = [("1", "ok"), ("2", "b"), ("3", "b"), ("4", "n"), ("5", "h")]

    assert matrix_title(statuses) == "One unit on plan, two below plan, one not compared, one off plan: 5"


def test_alerts_are_counted_and_worth_something_a_year() -> None:
    assert alerts_title(number=7, impact_a_year=-2_390 * K, currency="USD") == "Seven alerts, $2.39M a year at stake"
    assert alerts_title(number=0, impact_a_year=0, currency="USD") == "No open alerts"


def test_lists_end_with_and() -> None:
    assert [listed(list("abc"[:n])) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
