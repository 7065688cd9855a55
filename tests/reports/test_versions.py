"""Figures as known on: the picker names the moments when those of a month came, changed and were closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ledger.models import Closing
from people.models import Person
from tests.company import KNOWN_SINCE, Company
from tests.reports.conftest import COMPUTED
from units.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def offered(browser: Any, address: str) -> list[tuple[str, str, bool]]:
    board = browser.get(address).context["board"]
    return [(each.label, each.href, each.is_on) for each in board.picker.as_of.moments]


def test_first_figures_and_the_close_are_named_and_lead_to_what_was_known_then(
    signed_in: Any, executive: Person, computed: Company
) -> None:
    browser = signed_in(executive)
    labels = [label for label, *_ in offered(browser, "/units/SHOPS/?period=2026-08")]
    links = {label: href for label, href, _ in offered(browser, "/units/SHOPS/?period=2026-08")}

    assert labels[0] == "Latest figures"
    assert {"Aug 2026 closed, 1 Oct 06:00", "Aug 2026 first figures, 9 Oct 08:00"} <= set(labels)
    assert f"as_of={KNOWN_SINCE:%Y-%m-%d}" in links["Aug 2026 closed, 1 Oct 06:00"]
    known = browser.get("/units/SHOPS/" + links["Aug 2026 first figures, 9 Oct 08:00"])
    assert known.context["board"].picker.as_of.label == "As known on 9 Oct 2026"


def test_the_moment_looked_at_is_marked(signed_in: Any, executive: Person, computed: Company) -> None:
    browser = signed_in(executive)
    then = "/units/SHOPS/?period=2026-08&as_of=" + COMPUTED.isoformat().replace("+", "%2B")

    assert [label for label, _, is_on in offered(browser, then) if is_on] == ["Aug 2026 first figures, 9 Oct 08:00"]


def test_that_another_unit_is_closed_is_told_to_nobody_else(
    signed_in: Any, retail_lead: Person, computed: Company
) -> None:
    before = offered(signed_in(retail_lead), "/units/SHOPS/?period=2026-09")
    Closing.unscoped.create(
        period=computed.open_month,
        unit=Unit.unscoped.get(code="DEPOT"),
        actor="process:test",
        at=KNOWN_SINCE + timedelta(days=1),
        from_mark=1,
    )

    assert offered(signed_in(retail_lead), "/units/SHOPS/?period=2026-09") == before


def test_a_close_of_a_unit_above_is_one_of_the_unit(signed_in: Any, retail_lead: Person, computed: Company) -> None:
    Closing.unscoped.create(
        period=computed.open_month,
        unit=Unit.unscoped.get(code="RETAIL"),
        actor="process:test",
        at=KNOWN_SINCE + timedelta(days=1),
        from_mark=1,
    )

    labels = [label for label, *_ in offered(signed_in(retail_lead), "/units/SHOPS/?period=2026-09")]
    assert "Sep 2026 closed, 2 Oct 06:00" in labels
