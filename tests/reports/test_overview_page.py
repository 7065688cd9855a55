"""The overview and the unit page: the right figures to the right people, in few queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ledger.models import Period
from metrics.actions import define_metric
from metrics.models import Run, Sheet
from metrics.recompute import recompute
from metrics.vetting import Definition
from people.models import Person
from tests.cast import person
from tests.company import ACCOUNTS, FIGURES, MARKER, MARKER_NAME, UNITS, Company, build_company
from tests.prepared import prepared
from tests.reports.conftest import COMPUTED
from units import roles
from units.marks import take_mark
from units.scope import Scope

SignedIn = Callable[..., Client]
pytestmark = pytest.mark.django_db

LATER = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def text_of(page: bytes) -> str:
    """What a reader reads: no tags, no data of charts, single spaces."""
    bare = re.sub(r"<script.*?</script>|<[^>]+>", " ", page.decode(), flags=re.S)
    return re.sub(r"\s+", " ", bare)


def test_an_executive_sees_the_group_and_its_units(signed_in: SignedIn, executive: Person, computed: Company) -> None:
    answer = signed_in(executive).get("/overview/?basis=month")

    shown = text_of(answer.content)
    assert answer.status_code == 200
    assert "Sep 2026" in shown
    assert "RETAIL" in shown and "WHOLESALE" in shown and "Example Group" in shown


def test_the_group_takes_out_what_its_units_sold_each_other(
    signed_in: SignedIn, executive: Person, computed: Company
) -> None:
    board = signed_in(executive).get("/overview/?basis=month").context["board"]

    rows = {row.unit.short: row.revenue.actual.number for row in board.matrix.rows}
    assert rows == {
        "RETAIL": 1_300_0000,
        "WHOLESALE": 2_500_0000,
        "ELIM": -200_0000,
        "Example Group": 3_600_0000,
    }


def test_a_leader_sees_her_part_and_nothing_of_the_others(
    signed_in: SignedIn, retail_lead: Person, computed: Company
) -> None:
    page = signed_in(retail_lead).get("/overview/").content.decode()

    assert "Shops" in page
    assert MARKER_NAME not in page
    assert f"{MARKER:,}" not in page and str(MARKER) not in page


def test_a_foreign_unit_and_none_at_all_answer_with_the_same_bytes(
    signed_in: SignedIn, retail_lead: Person, computed: Company
) -> None:
    browser = signed_in(retail_lead)

    foreign, absent = browser.get("/units/DEPOT/"), browser.get("/units/NOWHERE/")

    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert re.sub(rb"DEPOT|NOWHERE", b"", foreign.content) == re.sub(rb"DEPOT|NOWHERE", b"", absent.content)


@pytest.mark.parametrize("query", ["period=1999-01", "basis=week", "as_of=yesterday", "unit=DEPOT", "unit=NOWHERE"])
def test_an_address_that_names_nothing_is_not_found(
    query: str, signed_in: SignedIn, retail_lead: Person, computed: Company
) -> None:
    assert signed_in(retail_lead).get(f"/overview/?{query}").status_code == 404


def test_before_the_first_figures_were_known_there_is_nothing_to_show(
    signed_in: SignedIn, finance_admin: Person, computed: Company
) -> None:
    answer = signed_in(finance_admin).get("/overview/?as_of=2026-09-30")

    shown = text_of(answer.content)
    assert "On 30 Sep 2026 no period was known yet" in shown and "Today's figures" in shown.replace("&#x27;", "'")
    assert "Finance has not imported" not in shown


@prepared
def october_later(computed: Company) -> Company:
    """October came in on the 2nd of November, after all the rest."""
    with transaction.atomic():
        mark = take_mark(LATER)
    run = Run.objects.create(state=Run.State.DONE, actor="process:test", mark=mark.pk, started=LATER, ended=LATER)
    last = computed.open_month
    stood = {"run": run, "from_mark": mark.pk, "version": "actual", "basis": "month"}
    october = Period.objects.create(
        code="2026-10",
        year=last.year,
        quarter=4,
        ordinal=last.ordinal + 1,
        number=last.number + 1,
        starts=date(2026, 10, 1),
        ends=date(2026, 10, 31),
    )
    for unit in (computed.retail, computed.shops, computed.depot):
        Sheet.unscoped.create(unit=unit, period=october, numbers={}, reasons={}, coverage={}, **stood)
    return computed


@pytest.mark.parametrize("page", ["/overview/", "/units/SHOPS/", "/units/SHOPS/explain/revenue/"])
def test_a_period_not_known_on_that_day_leads_to_the_newest_that_was_and_to_today(
    page: str, signed_in: SignedIn, retail_lead: Person, october_later: Company
) -> None:
    browser = signed_in(retail_lead)

    answer = browser.get(f"{page}?period=2026-10&basis=ytd&as_of=2026-10-12")

    assert answer.status_code == 200 and "On 12 Oct 2026 this period was not known yet" in text_of(answer.content)
    assert [(action.label, action.href) for action in answer.context["board"].actions] == [
        ("Today's figures", "?basis=ytd&period=2026-10"),
        ("2026-09, as known then", "?basis=ytd&as_of=2026-10-12&period=2026-09"),
    ]
    assert browser.get(f"{page}?period=2031-09&as_of=2026-10-12").status_code == 404


def test_what_a_foreign_unit_knows_of_a_day_is_not_told(
    signed_in: SignedIn, retail_lead: Person, october_later: Company
) -> None:
    assert signed_in(retail_lead).get("/units/DEPOT/?period=2026-10&as_of=2026-10-12").status_code == 404


def test_without_alerts_the_figures_say_whether_a_unit_is_on_plan(
    signed_in: SignedIn, executive: Person, computed: Company
) -> None:
    """Wholesale spends on marketing what nobody budgeted; nobody set a limit on anything."""
    board = signed_in(executive).get("/overview/?basis=month").context["board"]

    assert {row.unit.short: row.status_label for row in board.matrix.rows if row.kind == "unit"} == {
        "RETAIL": "On plan",
        "WHOLESALE": "Below plan",
    }
    assert board.matrix.section.title == "One unit on plan, one below plan"


def test_without_alerts_and_without_a_budget_no_unit_is_called_on_plan(signed_in: SignedIn, db: None) -> None:
    build_company(UNITS, "\n".join(line for line in FIGURES.splitlines() if "budget" not in line), ACCOUNTS)
    recompute(actor="process:test", clock=lambda: COMPUTED)
    browser = signed_in(person("Erin Executive", roles.EXECUTIVE))

    assert browser.get("/overview/").context["board"].matrix.section.title == "No units on plan, two not compared"
    assert browser.get("/units/SHOPS/").context["board"].headline.meta[0].text == "No alerts"


def test_the_overview_of_a_unit_without_units_below_is_its_own_page(
    signed_in: SignedIn, executive: Person, computed: Company
) -> None:
    answer = signed_in(executive).get("/overview/?unit=SHOPS&period=2026-08&sort=margin")

    assert (answer.status_code, answer["Location"]) == (302, "/units/SHOPS/?period=2026-08")


def test_an_added_metric_stands_on_the_page_of_a_unit(signed_in: SignedIn, executive: Person, company: Company) -> None:
    spread = Definition("pay_share", "Pay per sale", "ratio", "personnel_cost / revenue", better=-1, compare="points")
    define_metric(actor=Scope.system("test"), definition=spread, at=COMPUTED)
    recompute(actor="process:test", clock=lambda: COMPUTED)

    board = signed_in(executive).get("/units/SHOPS/?period=2026-08").context["board"]

    (added,) = [item for item in board.metrics.items if item.label == "Pay per sale"]
    assert added.figure.number == pytest.approx(260 / 1200)
    assert added.figure.href == "/units/SHOPS/explain/pay_share/?period=2026-08&basis=month"
    assert added.note == "Budget 25.0% (−3.3 pp)."


def test_who_may_read_no_figures_is_refused(signed_in: SignedIn, access_admin: Person, computed: Company) -> None:
    assert signed_in(access_admin).get("/overview/").status_code == 403


def test_a_unit_opens_its_statement_down_to_accounts(
    signed_in: SignedIn, retail_lead: Person, computed: Company
) -> None:
    board = signed_in(retail_lead).get("/units/SHOPS/?period=2026-08").context["board"]

    rows = [(row.label, row.first.actual.number) for row in board.statement.rows]
    assert rows == [
        ("Revenue", 1_200_0000),
        ("Cost of sales", 540_0000),
        ("Gross profit", 660_0000),
        ("Gross margin", 0.55),
        ("Operating expenses", 260_0000),
        ("Personnel", 260_0000),
        ("Operating income", 400_0000),
        ("Operating margin", 0.333333333333),
    ]
    assert board.statement.second_label == "Year to date"


def test_the_headline_turns_with_the_figures(signed_in: SignedIn, executive: Person, computed: Company) -> None:
    board = signed_in(executive).get("/units/SHOPS/?period=2026-08").context["board"]

    sentence = "".join(phrase.text for phrase in board.headline.sentence)
    assert sentence == (
        "SHOPS operating income of $400 is $150 above budget: "
        "revenue outweighs losses in cost of sales and personnel cost."
    )


def test_a_reading_page_writes_nothing(signed_in: SignedIn, executive: Person, computed: Company) -> None:
    browser = signed_in(executive)
    browser.get("/overview/")  # the first page of a session notes when it began

    with CaptureQueriesContext(connection) as queries:
        browser.get("/overview/")
        browser.get("/units/SHOPS/")

    assert [query["sql"] for query in queries if not query["sql"].lstrip("(").startswith("SELECT")] == []


@pytest.mark.parametrize("more", [0, 3])
@pytest.mark.parametrize(("address", "queries"), [("/overview/", 10), ("/units/GROUP/", 12)])
def test_a_page_costs_the_same_queries_whatever_the_number_of_units(
    address: str, queries: int, more: int, signed_in: SignedIn, db: None
) -> None:
    company_with(more)
    browser = signed_in(person("Erin Executive", roles.EXECUTIVE))
    browser.get(address)

    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200

    assert len(asked) == queries, "\n".join(query["sql"][:160] for query in asked)


def company_with(more: int) -> None:
    """The company with so many more units below its group, each with a month of actuals and budget."""
    tree = UNITS + "".join(f"    N{n} | GROUP | unit | Number {n}\n" for n in range(more))
    figures = FIGURES + "".join(
        f"    N{n} | REVENUE | | {version} | 1000 | 1100 | 1200 | 1300\n"
        for n in range(more)
        for version in ("actual", "budget-2026")
    )
    build_company(tree, figures, ACCOUNTS)
    recompute(actor="process:test", clock=lambda: COMPUTED)
