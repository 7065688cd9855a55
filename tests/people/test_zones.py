"""A time zone is found by a few letters and understood as people write it."""

from __future__ import annotations

import pytest

from people.zones import time_zones, zone_meant, zones_like


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("  new   york ", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("utc", "UTC"),
        ("Mars/Base", ""),
        ("", ""),
        ("%", ""),
        ("e" * 10_000, ""),
    ],
)
def test_a_zone_is_understood_as_people_write_it(typed: str, meant: str) -> None:
    assert zone_meant(typed) == meant


def test_suggestions_are_few_begin_with_the_city_meant_and_are_all_zones() -> None:
    assert zones_like("ber") == ["Europe/Berlin", "Atlantic/Bermuda"][::-1] + [
        name for name in zones_like("ber") if not name.rpartition("/")[2].startswith("Ber")
    ]
    assert len(zones_like("")) == 12
    assert set(zones_like("a", most=1_000)) <= time_zones()
    assert zones_like("no such place") == []
