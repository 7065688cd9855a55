"""The page of deliveries: units by periods, what is late, partial, restated or closed, and who may know it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ledger.models import Closing, Delivery, Import, Period, Version
from ledger.querysets import fiscal_calendar, period_row
from people.models import Person
from tests.cast import person
from tests.company import ACCOUNTS, FIGURES, MARKER_NAME, UNITS, Company, build_company
from tests.reports.hostile import HOSTILE, raw_markup_in
from tests.tables import assert_reads
from units import roles
from units.marks import take_mark
from units.models import Unit

SignedIn = Callable[..., Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOVEMBER = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 10, 6, 8, 0, tzinfo=UTC)


@pytest.fixture
def reader(signed_in: SignedIn, executive: Person, company: Company) -> Client:
    return signed_in(executive)


def board(client: Client, **asked: str):
    answer = client.get("/completeness/" + (f"?{urlencode(asked)}" if asked else ""))
    assert answer.status_code == 200
    return answer.context["board"]


def table_of(found) -> list[dict[str, str]]:
    """The board as rows: the unit, and by month the state with its sign."""
    return [
        {"unit": row.unit.short}
        | {
            month.label: f"{cell.state} {cell.sign}".strip()
            for month, cell in zip(found.months, row.cells, strict=True)
        }
        for row in found.rows
    ]


def sentence(found) -> str:
    return "".join(phrase.text for phrase in found.headline.sentence)


def arrive(unit: Unit, period: Period, source: str, *, at: datetime, actor: str = "process:test") -> Import:
    """One more import of a source's slice; what stood of it ends."""
    mark = take_mark(at).pk
    origin = Import.objects.create(
        public_id=f"import-{mark}",
        source=source,
        filename=f"{source}-{period.code}.csv",
        digest="1" * 64,
        actor=actor,
        at=at,
        mark=mark,
        status=Import.Status.IMPORTED,
    )
    slices = Delivery.unscoped.filter(unit=unit, period=period, source=source, version__code="actual")
    slices.filter(until_mark__isnull=True).update(until_mark=mark)
    Delivery.unscoped.create(
        source=source,
        unit=unit,
        period=period,
        version=Version.objects.get(code="actual"),
        origin=origin,
        from_mark=mark,
    )
    return origin


@pytest.fixture
def october(company: Company) -> Period:
    """A month that is over in November, and that everybody but Shops delivered."""
    month = period_row(fiscal_calendar().at(company.open_month.ordinal + 1))
    month.save()
    for unit in (company.retail, company.wholesale, company.depot):
        arrive(unit, month, "erp", at=datetime(2026, 11, 4, 8, 0, tzinfo=UTC))
    return month


@pytest.fixture
def in_november(clock: time_machine.Traveller, october: Period, signed_in: SignedIn, executive: Person) -> Client:
    """A reader a week after October was due."""
    clock.move_to(NOVEMBER)
    return signed_in(executive)


# --- states ------------------------------------------------------------------------------------------


def test_what_came_and_what_was_closed_is_told_by_unit_and_month(reader: Client) -> None:
    found = board(reader)

    assert_reads(
        table_of(found),
        """
        unit      | Jun 26 | Jul 26 | Aug 26 | Sep 26
        RETAIL    | closed | closed | closed | received
        SHOPS     | closed | closed | closed | received
        WHOLESALE | closed | closed | closed | received
        DEPOT     | closed | closed | closed | received
        """,
    )
    assert sentence(found) == "All 4 units have delivered September 2026."
    assert found.section.title == "All 16 deliveries that were due are in"
    assert [month.count for month in found.months] == ["4/4", "4/4", "4/4", "4/4"]


def test_a_unit_that_has_not_delivered_is_late_by_days_and_named(in_november: Client) -> None:
    found = board(in_november)

    assert_reads(
        [row for row in table_of(found) if row["unit"] in ("SHOPS", "DEPOT")],
        """
        unit  | Jun 26 | Jul 26 | Aug 26 | Sep 26   | Oct 26
        SHOPS | closed | closed | closed | received | late 7 d
        DEPOT | closed | closed | closed | received | received
        """,
    )
    assert sentence(found) == "3 of 4 units delivered October 2026; Shops is 7 days late."
    assert found.rows[1].picked.said == "erp is 7 days late, due by 13 Nov 2026."
    assert found.worst[0].unit.short == "SHOPS"
    assert found.section.title == "Of 20 deliveries 1 is late"


def test_on_the_due_day_nobody_is_late_yet(
    clock: time_machine.Traveller, october: Period, signed_in: SignedIn, executive: Person
) -> None:
    clock.move_to(datetime(2026, 11, 13, 12, 0, tzinfo=UTC))
    found = board(signed_in(executive))

    assert found.rows[1].picked.state == "not_due"
    assert sentence(found) == "3 of 4 units delivered October 2026; the others have until 13 Nov 2026."


def test_a_source_that_is_missing_makes_a_month_partial_and_is_named(reader: Client, company: Company) -> None:
    arrive(company.shops, company.months["2026-08"], "payroll", at=LATER)
    found = board(reader)
    shops = found.rows[1]

    assert (shops.picked.state, shops.picked.sign) == ("partial", "1/2")
    assert shops.picked.said == ("payroll is due by 14 Oct 2026. erp received 1 Oct 2026 from Test, company.csv.")
    assert sentence(found) == "3 of 4 units delivered September 2026; 1 is partial."


def test_figures_that_changed_on_a_later_day_are_restated(reader: Client, company: Company, finance_admin) -> None:
    arrive(company.shops, company.open_month, "erp", at=LATER, actor=f"person:{finance_admin.pk}")
    cell = board(reader).rows[1].picked

    assert cell.state == "restated"
    assert cell.said == (
        "erp received 1 Oct 2026 from Test, company.csv. Restated 6 Oct 2026 by Fiona Finance, erp-2026-09.csv."
    )


def test_a_second_file_of_the_same_day_is_no_restatement(reader: Client, company: Company) -> None:
    arrive(company.shops, company.open_month, "erp", at=datetime(2026, 10, 1, 15, 0, tzinfo=UTC))

    assert board(reader).rows[1].picked.state == "received"


def test_a_source_that_was_replaced_is_not_awaited_for_ever(reader: Client, company: Company) -> None:
    """Payroll came once, more than three periods ago."""
    first = period_row(fiscal_calendar().at(company.months["2026-06"].ordinal - 1))
    first.save()
    arrive(company.shops, first, "old-payroll", at=LATER)

    assert [cell.state for cell in board(reader).rows[1].cells][1:] == ["closed", "closed", "closed", "received"]


def test_a_missing_month_between_two_is_a_hole_and_stays_one(reader: Client, company: Company) -> None:
    for month in ("2026-06", "2026-08", "2026-09"):
        arrive(company.shops, company.months[month], "payroll", at=LATER)
    shops = board(reader).rows[1]

    assert [f"{cell.state} {cell.sign}".strip() for cell in shops.cells] == [
        *("closed", "partial 1/2", "closed", "received"),
    ]
    assert shops.cells[1].said.startswith("payroll is 56 days late, due by 14 Aug 2026. erp received 1 Oct 2026")


def test_what_was_withdrawn_is_missing_again(reader: Client, company: Company, at: datetime) -> None:
    slices = Delivery.unscoped.filter(unit=company.shops, period=company.months["2026-07"], version__code="actual")
    slices.update(until_mark=take_mark(at).pk)
    cell = board(reader).rows[1].cells[1]

    assert (cell.state, cell.sign) == ("late", "56 d")
    assert cell.said == "erp was withdrawn. Closed 1 Oct 2026 by Test."


def test_a_month_closed_for_a_unit_above_is_closed_and_says_by_whom(reader: Client, company: Company, at) -> None:
    Closing.unscoped.create(
        period=company.open_month, unit=company.retail, from_mark=take_mark(at).pk, actor="process:test", at=at
    )
    states = {row.unit.short: row.picked.state for row in board(reader).rows}

    assert states == {"RETAIL": "closed", "SHOPS": "closed", "WHOLESALE": "received", "DEPOT": "received"}


# --- as known then -----------------------------------------------------------------------------------


def test_as_known_on_a_day_what_came_later_is_left_out(reader: Client, company: Company) -> None:
    arrive(company.shops, company.open_month, "erp", at=LATER)
    before = board(reader, as_of="2026-10-02T12:00:00Z")

    assert before.rows[1].picked.state == "received"
    assert before.picker.as_of.label == "As known on 2 Oct 2026"
    assert board(reader).rows[1].picked.state == "restated"


def test_before_anything_was_known_nothing_is_awaited(reader: Client) -> None:
    assert sentence(board(reader, as_of="2026-09-30")) == "Nothing is awaited for August 2026."


# --- what is asked for -------------------------------------------------------------------------------


def test_a_period_shows_its_fiscal_year_and_is_told_of(reader: Client) -> None:
    found = board(reader, period="2026-07", basis="qtd", against="prior-year")

    assert [month.is_picked for month in found.months] == [False, True, False, False]
    assert sentence(found) == "All 4 units have delivered July 2026."
    assert (found.picker.previous, found.picker.next) == ("?period=2026-06", "?period=2026-08")


def test_units_are_narrowed_by_state_and_region(in_november: Client) -> None:
    Unit.unscoped.filter(code__in=["RETAIL", "SHOPS"]).update(region="North")
    Unit.unscoped.filter(code__in=["WHOLESALE", "DEPOT"]).update(region="South")
    late, south, none = (
        board(in_november, **asked) for asked in ({"state": "late"}, {"region": "South"}, {"region": "Mars"})
    )

    assert [row.unit.short for row in late.rows] == ["SHOPS"]
    assert sentence(late) == "None of 1 unit delivered October 2026; Shops is 7 days late."
    assert [row.unit.short for row in south.rows] == ["WHOLESALE", "DEPOT"]
    assert [choice.label for choice in south.menus[0].choices] == ["All regions", "North", "South"]
    assert none.rows == ()


@pytest.mark.parametrize("query", ["period=1999-01", "period=x", "as_of=yesterday", "state=lost"])
def test_what_names_nothing_is_not_found(reader: Client, query: str) -> None:
    assert reader.get(f"/completeness/?{query}").status_code == 404


# --- where it leads ----------------------------------------------------------------------------------


def test_a_mark_opens_the_import_for_who_may_read_it_and_else_the_statement(
    signed_in: SignedIn, reader: Client, finance_admin: Person
) -> None:
    assert board(reader).rows[1].picked.href == "/units/SHOPS/?period=2026-09&basis=month"
    assert board(signed_in(finance_admin)).rows[1].picked.href == "/imports/company-of-the-tests/"
    assert signed_in(finance_admin).get("/imports/company-of-the-tests/").status_code == 200


# --- who sees what -----------------------------------------------------------------------------------


def test_a_leader_counts_the_own_units_only(signed_in: SignedIn, retail_lead: Person, company: Company) -> None:
    answer = signed_in(retail_lead).get("/completeness/")
    found = answer.context["board"]

    assert [row.unit.short for row in found.rows] == ["RETAIL", "SHOPS"]
    assert sentence(found) == "All 2 units have delivered September 2026."
    assert MARKER_NAME not in answer.content.decode()


# --- how it is made ----------------------------------------------------------------------------------


def with_more(number: int, names: tuple[str, ...] = ()) -> Company:
    """The company with so many more units, each delivered for every month."""
    tree = UNITS + "".join(f"    N{at} | GROUP | unit | Number {at}\n" for at in range(number))
    figures = FIGURES + "".join(f"    N{at} | REVENUE | | actual | 1 | 1 | 1 | 1\n" for at in range(number))
    found = build_company(tree, figures, ACCOUNTS)
    for at, name in enumerate(names):
        Unit.unscoped.filter(code=f"N{at}").update(name=name, region=name[:60], vertical=name[:60])
    return found


@pytest.mark.parametrize("more", [0, 120])
def test_the_page_costs_the_same_queries_whatever_the_number_of_units(more: int, signed_in: SignedIn, db: None) -> None:
    reading = person("Erin Executive", roles.EXECUTIVE)
    company = with_more(more)
    arrive(company.shops, company.open_month, "erp", at=LATER, actor=f"person:{reading.pk}")
    browser = signed_in(reading)
    browser.get("/completeness/")

    with CaptureQueriesContext(connection) as asked:
        found = browser.get("/completeness/").context["board"]

    assert len(asked) == QUERIES, "\n".join(query["sql"][:160] for query in asked)
    assert len(found.rows) == min(4 + more, 50)


QUERIES = 11


def test_many_units_go_on_over_pages_and_are_counted_whole(signed_in: SignedIn, db: None) -> None:
    with_more(60)
    browser = signed_in(person("Erin Executive", roles.EXECUTIVE))
    second = board(browser, page="2")

    assert len(second.rows) == 14
    assert sentence(second) == "All 64 units have delivered September 2026."
    assert [choice.label for choice in second.pages] == ["1", "2"]


def test_hostile_names_are_text(signed_in: SignedIn, db: None) -> None:
    with_more(40, HOSTILE)
    browser = signed_in(person("Erin Executive", roles.EXECUTIVE))
    page = browser.get("/completeness/").content.decode()

    assert raw_markup_in(page) == []
    assert {row.unit.name for row in board(browser).rows} >= set(HOSTILE)


def test_without_units_or_months_the_way_to_the_first_ones_is_shown(signed_in: SignedIn, db: None) -> None:
    answer = signed_in(person("Erin Executive", roles.EXECUTIVE)).get("/completeness/")

    assert answer.status_code == 200
    assert b"No figures yet" in answer.content


def test_one_unit_stands_alone(signed_in: SignedIn, company: Company) -> None:
    found = board(signed_in(person("Dora Depot", roles.UNIT_LEADER, company.depot)))

    assert sentence(found) == "The one unit has delivered September 2026."
    assert found.menus == ()
