"""What is typed into the search, read; and texts found by it: whole words, then beginnings, then parts."""

from __future__ import annotations

import pytest

from reports.finding import Index, folded, read, splits, words_of

UNITS = (
    "U06 Unit 6 Cloud Hosting",
    "U16 Unit 16 Cloudberry",
    "ZRH Zürich West",
    "US-EAST Łódź & Soñs",
    "MAY May Stores",
)


def found(query: str, most: int = 9) -> list[str]:
    return [UNITS[place].split()[0] for place in Index(UNITS).find(words_of(query), most)]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("cloud", ["U06", "U16"]),  # the word before the beginning of one
        ("CLOUD", ["U06", "U16"]),
        ("6", ["U06"]),  # a single letter or figure is never a part
        ("unit 6", ["U06"]),
        ("06", ["U06"]),
        ("zurich", ["ZRH"]),
        ("ZÜRICH", ["ZRH"]),
        ("Zu\u0308rich", ["ZRH"]),  # decomposed
        ("sons", ["US-EAST"]),
        ("east", ["US-EAST"]),
        ("us-east", ["US-EAST"]),
        ("west zür", ["ZRH"]),
        ("erry", ["U16"]),
        ("cloud zürich", []),
        ("", []),
        ("   ", []),
    ],
)
def test_names_and_codes_are_found_without_accents_and_case(query: str, codes: list[str]) -> None:
    assert found(query) == codes


def test_no_more_are_found_than_asked_for() -> None:
    assert found("u", most=2) == ["U06", "U16"]


@pytest.mark.parametrize(
    ("query", "named", "rest"),
    [
        ("Aug 2026", {"month": 8, "year": 2026}, ()),
        ("august", {"month": 8}, ()),
        ("Sept. 2026", {"month": 9, "year": 2026}, ()),
        ("2026-08", {"code": "2026-08"}, ()),
        ("2026-P08", {"code": "2026-P08"}, ()),
        ("Q3 2026", {"quarter": 3, "year": 2026}, ()),
        ("2026-Q3", {"quarter": 3, "year": 2026}, ()),
        ("2026q3", {"quarter": 3, "year": 2026}, ()),
        ("FY2026", {"year": 2026}, ()),
        ("ytd aug 2026", {"basis": "ytd", "month": 8, "year": 2026}, ()),
        ("unit 6 margin aug", {"month": 8}, ("unit", "6", "margin")),
        ("aug sep", {"month": 8}, ("sep",)),
        ("margin", {}, ("margin",)),
        ("q9 1926", {}, ("q9", "1926")),
    ],
)
def test_a_stretch_of_time_is_read_out_of_a_query(query: str, named: dict[str, object], rest: tuple[str, ...]) -> None:
    asked = read(query)

    parts = {name: getattr(asked, name) for name in ("code", "year", "quarter", "month", "basis")}
    assert {name: value for name, value in parts.items() if value} == named
    assert asked.rest == rest
    assert asked.names_a_time == bool(named)


def test_a_query_is_read_as_a_unit_and_a_metric_in_every_way() -> None:
    assert splits(("unit", "6", "margin")) == [(("unit",), ("6", "margin")), (("unit", "6"), ("margin",))]


def test_a_long_query_is_read_as_its_first_words() -> None:
    assert words_of("margin " * 2_000) == ("margin",) * 8
    assert len(words_of("x" * 10_000)[0]) == 100


def test_signs_that_turn_or_decorate_a_text_are_not_compared() -> None:
    assert folded("\u202egnitsoH\u202c \u200bCl\u0301oud") == "gnitsoh cloud"
