"""Who reads a share of the figures of a unit above: only who may read that unit too, at every door.

Revenue of September: Shops 1,300 of Retail's 1,300 and of the company's 3,600 (2,300 of Depot; 200 between the two
are taken out).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from alerts.actions import ThresholdRefused, set_threshold
from alerts.terms import Terms
from alerts.vetting import Proposal
from metrics.actions import define_metric
from metrics.models import Sheet
from metrics.querysets import computed_mark, reading, sheets
from metrics.recompute import recompute
from metrics.vetting import Definition
from people.models import Person
from reports.levels import levels, series
from reports.selection import select
from tests.company import Company
from tests.ledger.imports import bring
from tests.metrics.engine import AT
from tests.prepared import prepared
from tests.reports.conftest import COMPUTED
from units.actions import grant_role
from units.scope import Scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "shares")]
SignedIn = Callable[..., Client]

PARENT = Definition("part_of_parent", "Part of parent", "ratio", "share_of(revenue)", compare="points")
COMPANY = Definition("part_of_company", "Part of company", "ratio", "share_of_group(revenue)", compare="points")
SEPTEMBER = "period=2026-09&basis=month&version=actual"
MASKED = "masked: a share of figures that need the right to a unit above"


@prepared
def shares(company: Company) -> Company:
    for definition in (PARENT, COMPANY):
        define_metric(actor=Scope.system("test"), definition=definition, at=AT)
    recompute(actor="process:test", clock=lambda: COMPUTED)
    return company


def read(person: Person, unit: str, code: str, at: datetime) -> object:
    sheet = (
        sheets(Scope.of(person, at=at))
        .selected(mark=computed_mark())
        .get(unit__code=unit, period__code="2026-09", basis="month")
    )
    found = reading(sheet, code)
    return found.reason if found.number is None else round(float(found.number), 6)


@pytest.mark.parametrize(
    ("who", "unit", "code", "reads"),
    [
        ("executive", "SHOPS", "part_of_parent", 1.0),
        ("executive", "SHOPS", "part_of_company", round(1300 / 3600, 6)),
        ("executive", "RETAIL", "part_of_parent", round(1300 / 3600, 6)),
        ("executive", "GROUP", "part_of_parent", "not_applicable: no unit above"),
        ("group_lead", "RETAIL", "part_of_parent", round(1300 / 3600, 6)),
        ("retail_lead", "SHOPS", "part_of_parent", 1.0),
        ("retail_lead", "SHOPS", "part_of_company", MASKED),
        ("retail_lead", "RETAIL", "part_of_parent", MASKED),
        ("retail_lead", "RETAIL", "part_of_company", MASKED),
    ],
)
def test_a_share_is_read_by_whoever_may_read_the_whole(
    request: pytest.FixtureRequest, who: str, unit: str, code: str, reads: object, at: datetime
) -> None:
    assert read(request.getfixturevalue(who), unit, code, at) == reads


def test_no_stored_number_of_a_sheet_is_a_share(shares: Company) -> None:
    for sheet in Sheet.unscoped.filter(until_mark__isnull=True):
        assert {"part_of_parent", "part_of_company"}.isdisjoint(sheet.numbers)


def test_the_api_masks_a_share_from_the_leader_of_a_part(
    signed_in: SignedIn, executive: Person, retail_lead: Person
) -> None:
    asked = f"/api/v1/values/?unit=RETAIL&{SEPTEMBER}&metric=part_of_parent&metric=revenue"

    seen, hidden = (signed_in(person).get(asked).json()["results"][0]["values"] for person in (executive, retail_lead))

    assert [value["value"] for value in seen] == [pytest.approx(1300 / 3600), "1300.0000"]
    assert [(value["value"], value["reason"]) for value in hidden] == [(None, MASKED), ("1300.0000", "")]
    assert hidden[0]["coverage"] == hidden[1]["coverage"]


def test_pages_pick_it_number_by_number_with_the_same_answer(
    shares: Company, executive: Person, retail_lead: Person, at: datetime
) -> None:
    def picked(person: Person) -> tuple[object, list[object]]:
        scope = Scope.of(person, at=at)
        selection = select({"period": "2026-09"}, scope=scope, unit=shares.retail, basis="month")
        asked = {"units": [shares.retail.pk], "codes": ["part_of_parent", "revenue"], "versions": ["actual"]}
        found = levels(scope, selection, **asked)
        months = series(scope, selection, **asked, months=2).of(shares.retail.pk, "actual", "part_of_parent")
        now = found.of(shares.retail.pk, "actual", "part_of_parent")
        return now.number or now.reason, [month.number or month.reason for month in months]

    assert picked(executive) == (pytest.approx(1300 / 3600), [pytest.approx(1200 / 3400), pytest.approx(1300 / 3600)])
    assert picked(retail_lead) == (MASKED, [MASKED, MASKED])


def test_the_command_masks_it_too_and_over_rolling_periods(retail_lead: Person, executive: Person) -> None:
    def values(person: Person, basis: str) -> list[object]:
        out = StringIO()
        options = ("--unit", "RETAIL", "--period", "2026-09", "--metric", "part_of_parent", "--basis", basis)
        call_command("values", *options, "--person", person.name, "--json", stdout=out)
        return [row["value"] or row["reason"] for row in json.loads(out.getvalue())]

    assert [values(retail_lead, basis) for basis in ("month", "rolling:2")] == [[MASKED], [MASKED]]
    assert values(executive, "month") == [pytest.approx(1300 / 3600)]
    assert values(executive, "rolling:2") == [pytest.approx(2500 / (1200 + 2200 + 1300 + 2300))]


def test_its_explanation_leads_to_the_figure_of_the_unit_above_or_says_that_it_is_masked(
    signed_in: SignedIn, executive: Person, retail_lead: Person
) -> None:
    page = "/units/RETAIL/explain/part_of_parent/?period=2026-09"
    seen, hidden = (signed_in(person).get(page).context["board"] for person in (executive, retail_lead))

    assert [(node.label, node.figure.number) for node in seen.inputs[:2]] == [
        ("Revenue", 1300_0000),
        ("Revenue, of the unit above", 3600_0000),
    ]
    assert "/units/GROUP/" in seen.inputs[1].figure.href
    assert [node.figure.number for node in hidden.inputs[:2]] == [1300_0000, None]


def test_no_threshold_is_set_on_a_share_because_alerts_go_to_people_who_may_not_see_the_whole(
    shares: Company, at: datetime
) -> None:
    terms = Terms(
        metric="part_of_parent", basis="month", comparator="absolute", measure="level", direction=-1, warning="10 %"
    )

    with pytest.raises(ThresholdRefused) as refused:
        set_threshold(
            actor=Scope.system("test"), proposal=Proposal(code="share", unit=shares.retail, terms=terms), at=at
        )

    assert "part_of_parent is a share of the figures of a unit above" in str(refused.value)


def test_an_added_source_of_a_sibling_moves_the_share_and_an_incremental_run_finds_it(
    shares: Company, executive: Person, at: datetime
) -> None:
    bring(
        Scope.system("test"),
        "unit | account | period | amount\nDEPOT | REVENUE | 2026-09 | 900",
        source="second",
        at=at,
    )
    run = recompute(actor="process:test", clock=lambda: COMPUTED)

    assert run is not None and not run.full
    assert read(executive, "RETAIL", "part_of_parent", at) == round(1300 / 4500, 6)
    assert read(executive, "SHOPS", "part_of_company", at) == round(1300 / 4500, 6)


def test_the_admin_shows_no_share_to_who_administers_a_part_of_the_company(
    signed_in: SignedIn, company: Company, at: datetime
) -> None:
    admin = Person.objects.create(name="Part admin", email="part@example.com", joined=at)
    grant_role(actor="process:test", person=admin, role="finance_admin", unit=company.retail, at=at)
    sheet = Sheet.unscoped.filter(unit=company.retail, basis="month", until_mark=None, parts__has_key="seen_from")
    stored = sheet.order_by("-period__ordinal").first()
    assert stored is not None

    answer = signed_in(admin).get(f"/admin/metrics/sheet/{stored.pk}/change/")

    assert answer.status_code == 200
    assert "numbers" in answer.content.decode()
    assert "seen_from" not in answer.content.decode()
