"""Search or jump: what is found, in which order, where it leads, and that nobody learns of what is not his."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.actions import record
from metrics.catalogue import CATALOGUE
from people.models import Person
from reports.recalled import COMPANY
from tests.alerts.conftest import OVER_BUDGET, Books
from tests.company import MARKER_NAME, Company
from units.models import Unit

pytestmark = pytest.mark.usefixtures("clock")
SignedIn = Callable[..., Client]
HTMX = {"HX-Request": "true"}
PICKED = {"period": "2026-08", "basis": "ytd", "against": "prior-year", "as_of": "2026-10-09T12:00:00+00:00"}

HIT = re.compile(r'<a class="jump-to"[^>]*href="([^"]*)">.*?<bdi class="jump-n">([^<]*)</bdi>', re.DOTALL)


def hits(browser: Client, query: str, **asked: str) -> list[tuple[str, str]]:
    """What a query finds: label and address, in their order."""
    answer = browser.get("/search/", {"q": query, **asked}, headers=HTMX)
    assert answer.status_code == 200
    return [(unescape(label), unescape(href)) for href, label in HIT.findall(answer.content.decode())]


def labels(browser: Client, query: str, **asked: str) -> list[str]:
    return [label for label, _ in hits(browser, query, **asked)]


OVER_BUDGET_TOO = """    DEPOT | contractor_cost | actual  |     100 |     100 |     130
    DEPOT | contractor_cost | budget  |     100 |     100 |     100
"""


@pytest.fixture
def alerted(computed: Company, at: Any, retail_lead: Person, wholesale_lead: Person) -> Company:
    """Alerts on Shops and on Depot."""
    books = Books(computed, at)
    books.limit(unit="SHOPS")
    books.limit(unit="DEPOT", code="depot")
    books.write(OVER_BUDGET + OVER_BUDGET_TOO)
    books.judge()
    return computed


# --- what is found ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("shops", ("Shops", "/units/SHOPS/")),
        ("SHOPS", ("Shops", "/units/SHOPS/")),
        ("sho", ("Shops", "/units/SHOPS/")),
        ("shöps", ("Shops", "/units/SHOPS/")),
        ("audit", ("Audit trail", "/record/")),
        ("operating margin", ("Operating margin", "/units/GROUP/explain/operating_margin/")),
        ("shops operating margin", ("Operating margin", "/units/SHOPS/explain/operating_margin/")),
        ("operating margin shops", ("Operating margin", "/units/SHOPS/explain/operating_margin/")),
        ("shops jul 2026", ("Shops", "/units/SHOPS/?period=2026-07")),
        ("Aug 2026", ("Aug 2026", "/units/GROUP/?period=2026-08")),
        ("2026-08", ("Aug 2026", "/units/GROUP/?period=2026-08")),
        ("Q3 2026", ("Q3 2026", "/units/GROUP/?period=2026-09&basis=qtd")),
        ("ytd aug", ("YTD Aug 2026", "/units/GROUP/?period=2026-08&basis=ytd")),
        ("ltm", ("LTM Sep 2026", "/units/GROUP/?period=2026-09&basis=ltm")),
    ],
)
def test_the_first_hit_is_what_was_meant(
    query: str, first: tuple[str, str], signed_in: SignedIn, finance_admin: Person, computed: Company
) -> None:
    assert hits(signed_in(finance_admin), query)[0] == first


def test_without_words_it_is_the_pages_of_ones_role(
    signed_in: SignedIn, finance_admin: Person, retail_lead: Person, stranger: Person, computed: Company
) -> None:
    assert {"Overview", "Imports", "Audit trail", "Administration"} <= set(labels(signed_in(finance_admin), ""))
    assert {"Imports", "Audit trail", "Administration"}.isdisjoint(labels(signed_in(retail_lead), ""))
    assert labels(signed_in(stranger), "") == ["Account, theme and signing out"]


def test_every_period_of_a_year_is_offered_the_newest_first(
    signed_in: SignedIn, executive: Person, computed: Company
) -> None:
    assert labels(signed_in(executive), "2026") == ["Sep 2026", "Aug 2026", "Jul 2026", "Jun 2026"]
    assert labels(signed_in(executive), "2031-01") == []


@pytest.mark.parametrize(
    ("here", "leads"),
    [
        ("/overview/", "/overview/?period=2026-07"),
        ("/units/SHOPS/", "/units/SHOPS/?period=2026-07"),
        ("/units/SHOPS/explain/revenue/", "/units/SHOPS/explain/revenue/?period=2026-07"),
        ("/alerts/", "/units/GROUP/?period=2026-07"),
        ("/units/NOWHERE/", "/units/GROUP/?period=2026-07"),
        ("https://evil.example/units/SHOPS/", "/units/GROUP/?period=2026-07"),
        ("//evil.example/", "/units/GROUP/?period=2026-07"),
        ("/units/%0d%0aX/", "/units/GROUP/?period=2026-07"),
        ("javascript:alert(1)", "/units/GROUP/?period=2026-07"),
    ],
)
def test_a_period_leads_to_the_page_one_is_on_and_never_elsewhere(
    here: str, leads: str, signed_in: SignedIn, executive: Person, computed: Company
) -> None:
    assert hits(signed_in(executive), "jul 2026", **{"from": here}) == [("Jul 2026", leads)]


def test_a_metric_is_that_of_the_unit_one_looks_at(signed_in: SignedIn, executive: Person, computed: Company) -> None:
    browser = signed_in(executive)

    assert ("Revenue", "/units/SHOPS/explain/revenue/") in hits(browser, "revenue", **{"from": "/units/SHOPS/"})
    assert browser.get("/units/SHOPS/explain/revenue/").status_code == 200


def test_every_metric_of_the_catalogue_leads_to_a_page(
    signed_in: SignedIn, executive: Person, computed: Company
) -> None:
    browser = signed_in(executive)
    dead = []
    for metric in CATALOGUE:
        found = [href for label, href in hits(browser, metric.label) if label == metric.label]
        dead += [metric.code for href in found[:1] if browser.get(href).status_code != 200] if found else [metric.code]

    assert dead == []


def test_an_alert_is_found_by_its_title_and_by_its_unit(
    signed_in: SignedIn, executive: Person, alerted: Company
) -> None:
    browser = signed_in(executive)
    by_unit = [href for label, href in hits(browser, "shops") if "/alerts/" in href]
    label = next(label for label, href in hits(browser, "shops") if "/alerts/" in href)

    assert len(by_unit) == 1
    assert by_unit[0] in [href for _, href in hits(browser, label)]
    assert browser.get(by_unit[0]).status_code == 200


def test_every_link_keeps_the_stretch_of_time_the_comparator_and_the_as_of(
    signed_in: SignedIn, executive: Person, alerted: Company
) -> None:
    browser = signed_in(executive)
    found = [href for query in ("", "shops", "margin", "alerts") for _, href in hits(browser, query, **PICKED)]

    assert len(found) > 10
    kept = [dict(parse_qsl(urlsplit(href).query)) for href in found if not href.startswith("/admin/")]
    assert [each for each in kept if each != PICKED] == []


def test_a_time_named_in_the_query_replaces_that_of_the_page(
    signed_in: SignedIn, executive: Person, computed: Company
) -> None:
    assert hits(signed_in(executive), "shops jul", **PICKED)[0][1].startswith("/units/SHOPS/?period=2026-07&basis=ytd")


# --- what is not his -------------------------------------------------------------------------------------


def body(browser: Client, query: str, **asked: str) -> bytes:
    return browser.get("/search/", {"q": query, **asked}, headers=HTMX).content


@pytest.mark.parametrize("query", [MARKER_NAME, "Wholesale", "depot", "GROUP", "Example Group", "depot revenue"])
def test_a_foreign_unit_and_none_at_all_are_told_alike(
    query: str, signed_in: SignedIn, retail_lead: Person, executive: Person, alerted: Company
) -> None:
    assert hits(signed_in(executive), query) != []

    browser = signed_in(retail_lead)
    assert body(browser, query) == body(browser, "no such thing anywhere")


@pytest.mark.parametrize("here", ["/units/WHOLESALE/", "/units/DEPOT/explain/revenue/"])
def test_a_foreign_page_to_come_back_to_is_like_none(
    here: str, signed_in: SignedIn, retail_lead: Person, alerted: Company
) -> None:
    browser = signed_in(retail_lead)

    for query in ("revenue", "jul 2026", "alerts"):
        assert body(browser, query, **{"from": here}) == body(browser, query, **{"from": "/units/NOWHERE/"})


@pytest.mark.parametrize("who", ["stranger", "former_lead", "board_reader", "access_admin"])
def test_who_reads_no_figures_finds_no_unit_no_metric_and_no_alert(
    who: str, request: pytest.FixtureRequest, signed_in: SignedIn, alerted: Company
) -> None:
    browser = signed_in(request.getfixturevalue(who))

    for query in ("shops", "revenue", "jul 2026", "2026", MARKER_NAME, "budget"):
        assert [href for _, href in hits(browser, query) if not href.startswith(("/account/", "/admin/"))] == []


# --- how it is answered ----------------------------------------------------------------------------------

HOSTILE = (
    *("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'><svg/onload=alert(1)>", "{{7*7}}", "{% now %}"),
    *(
        "javascript:alert(1)",
        "%",
        "_",
        "%%%",
        "100%",
        "\\",
        "\\\\",
        "'",
        '"',
        "''; DROP TABLE units_unit;--",
        "' OR 1=1",
    ),
    *("\u202eSHOPS", "\u2066shops\u2069", "\u200b", "\ufeff", "\x00", "sho\x00ps", "\x1b[31m", "\r\nSet-Cookie: a=b"),
    *("(", "[", "*", ".*", "(?:a+)+$", "a" * 10_000, "a " * 5_000, "\U0001f600", "ﬁgures", "İ", "ß", "١٢٣", "２０２６"),
    *(
        "../../etc/passwd",
        "file:///etc/passwd",
        "?q=shops&period=x",
        "&amp;",
        "&#60;b&#62;",
        "<!--",
        "]]>",
        "\ud7ff",
        "q" * 99,
    ),
)


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_typed_breaks_the_page_or_stands_on_it_unescaped(
    query: str, signed_in: SignedIn, executive: Person, computed: Company
) -> None:
    browser = signed_in(executive)
    for headers in ({}, HTMX):
        answer = browser.get("/search/", {"q": query, "from": query, "period": query}, headers=headers)
        page = answer.content.decode()

        assert answer.status_code == 200
        assert re.findall(r"<img|<svg/|<b>b|<script>|<!-- *$", page) == []
        assert len(page) < 60_000


def test_there_are_enough_of_them() -> None:
    assert len(set(HOSTILE)) >= 40


def test_signs_of_patterns_are_letters_like_any_other(
    signed_in: SignedIn, executive: Person, computed: Company
) -> None:
    for sign in ("%", "_", "*", ".", "s%s", "sh_ps"):
        assert "Shops" not in labels(signed_in(executive), sign)


def test_the_part_is_a_listbox_and_the_page_is_complete_without_script(
    signed_in: SignedIn, executive: Person, computed: Company
) -> None:
    browser = signed_in(executive)
    part, page = (browser.get("/search/?q=shops", headers=each).content.decode() for each in (HTMX, {}))

    assert re.findall(r'role="option" id="([\w-]+)" aria-selected="false" tabindex="-1"', part)[0] == "hit-1-1"
    assert "<html" not in part
    main = page.split("<main")[1].split("</main>")[0]
    assert 'name="q"' in main and 'value="shops"' in main
    assert 'role="option"' not in main and 'href="/units/SHOPS/"' in main


@pytest.mark.parametrize("more", [0, 60])
@pytest.mark.parametrize(("query", "queries"), [("", 6), ("shops", 9), ("shops margin aug 2026", 10), ("2026", 10)])
def test_a_search_costs_the_same_queries_whatever_there_is(
    query: str, queries: int, more: int, signed_in: SignedIn, executive: Person, alerted: Company
) -> None:
    last = Unit.unscoped.order_by("-right").values_list("right", flat=True)[0]
    Unit.unscoped.bulk_create(
        Unit(code=f"SHOPS-{at}", name=f"Shops {at}", left=last + 2 * at + 1, right=last + 2 * at + 2, depth=1)
        for at in range(more)
    )
    browser = signed_in(executive)
    browser.get("/search/")
    with CaptureQueriesContext(connection) as asked:
        body(browser, query)

    assert len(asked) == queries, "\n".join(each["sql"][:160] for each in asked)
    assert [each["sql"] for each in asked if "LIKE" in each["sql"] or "shops" in each["sql"].lower()] == []


# --- what the next letter recalls ------------------------------------------------------------------------


@pytest.fixture
def recalling(settings: Any) -> None:
    kept = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "units searched in a test"}
    settings.CACHES = {**settings.CACHES, COMPANY: kept}
    caches[COMPANY].clear()


def test_units_are_read_for_the_first_letter_and_again_when_something_was_done(
    recalling: None, signed_in: SignedIn, executive: Person, alerted: Company, at: Any
) -> None:
    browser = signed_in(executive)
    assert labels(browser, "sho")[0] == "Shops"
    Unit.unscoped.filter(code="SHOPS").update(name="Boutiques")
    assert labels(browser, "shop")[0] == "Shops"

    record(actor="process:test", verb="units.unit.changed", target=("unit", alerted.shops.pk), at=at)

    assert labels(browser, "boutiq")[0] == "Boutiques"


def test_nobody_recalls_the_units_of_somebody_else(
    recalling: None, signed_in: SignedIn, executive: Person, retail_lead: Person, alerted: Company
) -> None:
    assert MARKER_NAME in " ".join(labels(signed_in(executive), "depot"))

    assert labels(signed_in(retail_lead), "depot") == []
