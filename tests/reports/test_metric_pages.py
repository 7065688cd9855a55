"""All metrics of a unit and one of them: figures, limits then in force, what months say, peers, and who may know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from metrics.actions import change_metric, define_metric
from metrics.catalogue import CATALOGUE
from metrics.recompute import recompute
from metrics.vetting import Definition
from people.models import Person
from tests.cast import person
from tests.company import ACCOUNTS, FIGURES, MARKER_NAME, UNITS, Company, build_company
from tests.reports.conftest import COMPUTED
from tests.reports.hostile import HOSTILE, raw_markup_in
from tests.reports.limits import limit
from tests.reports.shown import board, sentence
from tests.tables import assert_reads
from units import roles
from units.models import Unit
from units.scope import Scope

SignedIn = Callable[..., Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def line_of(found, label: str):
    """The row of a metric on the board of all."""
    every = [line for family in found.families for chapter in family.chapters for line in chapter.lines]
    return next(line for line in every if line.label == label)


@pytest.fixture
def reader(computed: Company, signed_in: SignedIn, executive: Person) -> Client:
    return signed_in(executive)


# --- all metrics -------------------------------------------------------------------------------------


def test_every_metric_of_the_catalogue_stands_in_one_family(reader: Client) -> None:
    found = board(reader, "/units/SHOPS/metrics/")
    labels = [line.label for family in found.families for chapter in family.chapters for line in chapter.lines]

    assert sorted(labels) == sorted(metric.label for metric in CATALOGUE)
    assert [family.id for family in found.families] == ["financial", "customer", "market", "operational"]


def test_figures_stand_beside_what_they_are_read_against(reader: Client) -> None:
    found = board(reader, "/units/SHOPS/metrics/?period=2026-09")
    lines = [line_of(found, label) for label in ("Revenue", "Cost of sales", "Operating income", "Operating margin")]

    assert_reads(
        [
            {
                "metric": line.label,
                "actual": line.figure.number,
                "budget": line.reference.number,
                "variance": round(line.variance.number, 3),
                "kind": line.variance.kind,
                "effect": line.variance.effect,
            }
            for line in lines
        ],
        """
        metric           | actual         | budget     | variance | kind    | effect
        Revenue          | 13,000,000     | 10,000,000 | 0.3      | percent | favourable
        Cost of sales    | 5,600,000      | 5,000,000  | 0.12     | percent | unfavourable
        Operating income | 4,800,000      | 2,500,000  | 0.92     | percent | favourable
        Operating margin | 0.369230769231 | 0.25       | 0.119    | points  | favourable
        """,
    )


def test_a_metric_without_a_figure_says_why(reader: Client) -> None:
    found = board(reader, "/units/SHOPS/metrics/?period=2026-09")

    assert line_of(found, "Cash").reason == "no account carries cash in actual" or line_of(found, "Cash").reason
    assert line_of(found, "Cash").figure.number is None
    assert line_of(found, "Revenue").reason == ""


def test_every_number_opens_its_explanation_and_every_name_its_page(reader: Client) -> None:
    line = line_of(board(reader, "/units/SHOPS/metrics/?period=2026-09"), "Operating margin")

    assert line.figure.href == "/units/SHOPS/explain/operating_margin/?period=2026-09&basis=month"
    assert line.href == "/units/SHOPS/metrics/operating_margin/?period=2026-09&basis=month"
    assert reader.get(line.figure.href).status_code == reader.get(line.href).status_code == 200


def test_limits_that_hold_are_printed_and_judge_the_figure(reader: Client, computed: Company, at: datetime) -> None:
    limit(computed.group, "operating_margin", at, direction=-1, warning="0.40", critical="0.10")
    limit(computed.shops, "headcount", at, warning="50", inherits=False)
    found = board(reader, "/units/SHOPS/metrics/?period=2026-09")
    margin, heads = line_of(found, "Operating margin"), line_of(found, "Headcount")

    assert (margin.limit, margin.status, margin.status_label) == ("40% warning, 10% critical", "m", "Warning")
    assert (heads.limit, heads.status_label) == ("50 warning", "Within limits")
    assert sentence(found) == "1 of 2 metrics of SHOPS that have limits passes one: Operating margin."
    assert found.families[0].section.title == "Financial figures: Operating margin passes its limit"


def test_a_limit_on_another_stretch_of_time_judges_nothing_here(reader: Client, computed: Company, at) -> None:
    limit(computed.shops, "operating_margin", at, direction=-1, warning="0.40", basis="ytd")

    assert line_of(board(reader, "/units/SHOPS/metrics/?period=2026-09"), "Operating margin").status == ""
    assert line_of(board(reader, "/units/SHOPS/metrics/?period=2026-09&basis=ytd"), "Operating margin").status == "m"


def test_a_metric_the_company_added_stands_in_a_family_of_its_own(reader: Client, executive, finance_admin, at) -> None:
    define(finance_admin, at)
    found = board(reader, "/units/SHOPS/metrics/?period=2026-09")

    assert found.families[-1].name == "Added by the company"
    assert line_of(found, "Cost a head").figure.number == 236_364


PER_HEAD = Definition(code="cost_a_head", label="Cost a head", kind="money", formula="role:personnel / role:headcount")


def define(who: Person, at: datetime) -> None:
    """A metric of the company's own, computed."""
    define_metric(actor=Scope.of(who, at=at), definition=PER_HEAD, at=at, reason="Asked for.")
    recompute(actor="process:test", clock=lambda: COMPUTED)


# --- one metric --------------------------------------------------------------------------------------


def test_the_page_says_the_figure_and_how_far_from_budget(reader: Client) -> None:
    found = board(reader, "/units/SHOPS/metrics/revenue/?period=2026-09")

    assert sentence(found) == "Revenue of Shops, September 2026: $1.30K, 30.0% above budget."
    assert found.history.charts[0].table.rows[-1] == ("Sep 26", "1,300", "1,000")
    assert found.limits_title == "No limit was in force in these months"


def test_the_limits_of_each_month_are_those_then_in_force(reader: Client, computed: Company, at: datetime) -> None:
    limit(computed.shops, "operating_margin", at, direction=-1, warning="0.20", valid_from=computed.months["2026-07"])
    limit(computed.shops, "operating_margin", at, direction=-1, warning="0.40", valid_from=computed.months["2026-09"])
    found = board(reader, "/units/SHOPS/metrics/operating_margin/?period=2026-09")

    assert_reads(
        [
            {"months": span.months, "compared": span.compared, "limits": span.limits, "from": span.origin}
            for span in found.limits
        ],
        """
        months               | compared    | limits      | from
        Sep 2026             | Fixed level | 40% warning | this unit's own
        Jul 2026 to Aug 2026 | Fixed level | 20% warning | this unit's own
        """,
    )
    assert [row[-1] for row in found.history.charts[0].table.rows] == ["–", "20.0%", "20.0%", "40.0%"]
    assert sentence(found).endswith(" and beyond a limit.")


def test_a_limit_against_budget_moves_with_it(reader: Client, computed: Company, at: datetime) -> None:
    limit(
        *(computed.shops, "revenue", at),
        comparator="budget",
        measure="percent",
        direction=-1,
        warning="0.10",
        valid_from=computed.months["2026-06"],
    )
    found = board(reader, "/units/SHOPS/metrics/revenue/?period=2026-09")

    assert [row[-1] for row in found.history.charts[0].table.rows] == ["900"] * 4
    assert found.limits[0].compared == "Against budget"


def test_units_of_the_same_kind_stand_side_by_side(reader: Client) -> None:
    found = board(reader, "/units/SHOPS/metrics/revenue/?period=2026-09").peers

    assert_reads(
        [
            {"rank": row.rank, "unit": row.unit.short, "revenue": row.figure.number, "own": row.is_own}
            for row in found.rows
        ],
        """
        rank | unit      | revenue    | own
        "1"  | WHOLESALE | 25,000,000 | no
        "1"  | DEPOT     | 25,000,000 | no
        "3"  | RETAIL    | 13,000,000 | no
        "3"  | SHOPS     | 13,000,000 | yes
        """,
    )
    assert found.section.title == "Shops has the 3rd-highest of 4 units"


def test_a_leader_is_ranked_among_the_units_he_may_see(
    signed_in: SignedIn, retail_lead: Person, computed: Company
) -> None:
    answer = signed_in(retail_lead).get("/units/SHOPS/metrics/revenue/?period=2026-09")

    assert [row.unit.short for row in answer.context["board"].peers.rows] == ["RETAIL", "SHOPS"]
    assert MARKER_NAME not in answer.content.decode()
    assert signed_in(retail_lead).get("/units/DEPOT/metrics/revenue/").status_code == 404
    assert signed_in(retail_lead).get("/units/DEPOT/metrics/").status_code == 404


def test_limits_inherited_from_above_are_told_without_their_words(
    signed_in: SignedIn, retail_lead: Person, computed: Company, at: datetime
) -> None:
    words = {"label": "Secret of the group", "action": "Sell Wholesale"}
    limit(computed.group, "operating_margin", at, direction=-1, warning="0.40", **words)
    answer = signed_in(retail_lead).get("/units/SHOPS/metrics/operating_margin/?period=2026-09")

    assert [(span.limits, span.origin) for span in answer.context["board"].limits] == [("40% warning", "inherited")]
    assert b"Secret" not in answer.content and b"Sell" not in answer.content


def test_the_definition_is_told_in_words_and_as_written(reader: Client) -> None:
    found = board(reader, "/units/SHOPS/metrics/dso/?period=2026-09").definition
    facts = dict(found.facts)

    assert found.words == "receivables ÷ revenue of the last 3 months × days of the last 3 months"
    assert found.formula == "receivables / last(revenue, 3) * days(3)"
    assert (facts["Direction"], facts["Measured in"]) == ("Lower is better", "days")
    assert facts["Version"] == "Shipped with the product"


def test_an_added_metric_tells_its_versions_and_leads_to_who_changed_it(
    signed_in: SignedIn, finance_admin: Person, reader: Client, at: datetime
) -> None:
    define(finance_admin, at)
    changed = replace(PER_HEAD, formula="role:personnel / max(role:headcount, 1)")
    change_metric(actor=Scope.of(finance_admin, at=at), definition=changed, at=at, reason="Nobody divides by 0.")
    recompute(actor="process:test", clock=lambda: at)
    client = signed_in(finance_admin)
    found = board(client, "/units/SHOPS/metrics/cost_a_head/?period=2026-09").definition

    assert [formula for _, formula in found.versions] == [
        "role:personnel / max(role:headcount, 1)",
        "role:personnel / role:headcount",
    ]
    assert client.get(found.history_href).status_code == 200
    assert board(reader, "/units/SHOPS/metrics/cost_a_head/?period=2026-09").definition.history_href == ""


@pytest.mark.parametrize(
    "address", ["/units/SHOPS/metrics/nothing/", "/units/NOWHERE/metrics/revenue/", "/units/NOWHERE/metrics/"]
)
def test_what_names_nothing_is_not_found(reader: Client, address: str) -> None:
    assert reader.get(address).status_code == 404


def test_as_known_before_anything_was_computed_is_said(reader: Client) -> None:
    answer = reader.get("/units/SHOPS/metrics/revenue/?as_of=2026-01-01")

    assert answer.status_code == 200
    assert b"no period was known yet" in answer.content


# --- what its months say, and what is ahead ----------------------------------------------------------


# --- how they are made -------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [0, 30])
@pytest.mark.parametrize(
    ("address", "most"), [("/units/SHOPS/metrics/", 10), ("/units/SHOPS/metrics/operating_margin/", 12)]
)
def test_a_page_costs_the_same_queries_whatever_the_number_of_units_and_metrics(
    address: str, most: int, more: int, signed_in: SignedIn, db: None
) -> None:
    company_with(more)
    browser = signed_in(person("Erin Executive", roles.EXECUTIVE))
    browser.get(address)

    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200

    assert len(asked) == most, "\n".join(query["sql"][:160] for query in asked)


def company_with(more: int) -> None:
    """The company with so many more units, each with a limit of its own."""
    tree = UNITS + "".join(f"    N{n} | GROUP | unit | Number {n}\n" for n in range(more))
    figures = FIGURES + "".join(f"    N{n} | REVENUE | | actual | 1000 | 1100 | 1200 | 1300\n" for n in range(more))
    build_company(tree, figures, ACCOUNTS)
    recompute(actor="process:test", clock=lambda: COMPUTED)
    for n in range(more):
        limit(Unit.unscoped.get(code=f"N{n}"), "operating_margin", COMPUTED, direction=-1, warning="0.4")


def test_many_peers_go_on_over_pages(signed_in: SignedIn, db: None) -> None:
    company_with(30)
    browser = signed_in(person("Erin Executive", roles.EXECUTIVE))
    found = board(browser, "/units/SHOPS/metrics/revenue/?period=2026-09&page=2").peers

    assert [row.unit.short for row in found.rows] == [f"N{place}" for place in range(21, 30)]
    assert [page.is_on for page in found.pages] == [False, True]


def test_hostile_names_are_text(signed_in: SignedIn, db: None) -> None:
    tree = UNITS + "".join(f"    N{n} | GROUP | unit | Number {n}\n" for n in range(20))
    figures = FIGURES + "".join(f"    N{n} | REVENUE | | actual | {9 + n} | 1 | 2 | {9 + n}\n" for n in range(20))
    build_company(tree, figures, ACCOUNTS)
    recompute(actor="process:test", clock=lambda: COMPUTED)
    browser = signed_in(person("Erin Executive", roles.EXECUTIVE))
    for half in (HOSTILE[:20], HOSTILE[20:]):
        for n, name in enumerate(half):
            Unit.unscoped.filter(code=f"N{n}").update(name=name)
        for address in ("/units/N0/metrics/revenue/?period=2026-09", "/units/N0/metrics/?period=2026-09"):
            assert raw_markup_in(browser.get(address).content.decode()) == []


@pytest.mark.parametrize("address", ["/units/SHOPS/metrics/", "/units/SHOPS/metrics/revenue/"])
def test_before_the_first_figures_the_way_to_them_is_shown(address: str, signed_in: SignedIn, company: Company) -> None:
    answer = signed_in(person("Ed Early", roles.EXECUTIVE)).get(address)

    assert answer.status_code == 200
    assert b"No figures yet" in answer.content
