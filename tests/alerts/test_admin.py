"""Editing thresholds in the admin: by ability, within the scope, version by version, and with sentences that help."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alerts.models import Threshold, ThresholdProposal, ThresholdVersion
from audit.models import Record
from ledger.models import Rate
from people.models import Person
from tests.alerts.conftest import Books
from tests.cast import person
from tests.company import MARKER_NAME, Company
from units import roles

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LIST = "/admin/alerts/threshold/"
SignIn = Callable[[Person], Client]


def typed(**more: Any) -> dict[str, Any]:
    """The form as somebody fills it in."""
    return {
        "code": "contractors",
        "unit": "",
        "metric": "contractor_cost",
        "basis": "qtd",
        "comparator": "budget",
        "warning": "10 %",
        "critical": "25 %",
        "materiality": "both",
        "floor_percent": "5 %",
        "floor_amount": "6,000",
        "periods": "2",
        "inherits": "on",
        "action": "Talk to {unit}; saves {-impact:money} a year.",
        "reason": "agreed with the board",
    } | more


def errors(response: Any) -> dict[str, list[str]]:
    return {name: list(said) for name, said in response.context["adminform"].form.errors.items()}


def test_a_finance_administrator_sets_a_threshold_through_the_verb(
    signed_in: SignIn, finance_admin: Person, company: Company
):
    answer = signed_in(finance_admin).post(f"{LIST}add/", typed(unit=company.shops.pk))

    assert (answer.status_code, answer.url) == (302, LIST)
    version = ThresholdVersion.unscoped.get()
    assert (version.threshold.code, version.threshold.unit, version.label) == (
        "contractors",
        company.shops,
        "Contractors",
    )
    assert (version.measure, version.direction, version.warning, version.floor_amount, version.periods) == (
        "percent", 1, "0.1", "6000", 2,
    )  # fmt: skip
    record = Record.objects.get(verb="alerts.threshold.set")
    assert (record.actor, record.reason) == (f"person:{finance_admin.pk}", "agreed with the board")


def test_an_edit_makes_a_new_version_and_the_page_shows_both(signed_in: SignIn, finance_admin: Person, books: Books):
    first = books.limit(unit="SHOPS", code="contractors")
    page = f"{LIST}{first.threshold_id}/change/"
    browser = signed_in(finance_admin)

    answer = browser.post(page, typed(warning="15 %"))

    assert answer.status_code == 302
    assert list(ThresholdVersion.unscoped.order_by("pk").values_list("warning", flat=True)) == ["0.1", "0.15"]
    shown = browser.get(page).content.decode()
    assert "<td>0.1</td>" in shown and "<td>0.15</td>" in shown


def test_the_form_of_an_existing_threshold_holds_its_terms_of_today(
    signed_in: SignIn, finance_admin: Person, books: Books
):
    version = books.limit(unit="GROUP", action="Talk to {unit}.", periods=3)

    form = signed_in(finance_admin).get(f"{LIST}{version.threshold_id}/change/").context["adminform"].form

    def shown(name: str) -> object:
        return form.get_initial_for_field(form.fields[name], name)

    assert [shown("metric"), shown("warning"), shown("periods"), shown("action")] == [
        "contractor_cost", "0.1", 3, "Talk to {unit}.",
    ]  # fmt: skip


def test_saving_without_a_change_makes_no_version(signed_in: SignIn, finance_admin: Person, company: Company):
    browser = signed_in(finance_admin)
    browser.post(f"{LIST}add/", typed(unit=company.shops.pk))
    page = f"{LIST}{Threshold.unscoped.get().pk}/change/"
    form = browser.get(page).context["adminform"].form
    same = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}

    browser.post(page, {name: getattr(value, "pk", value) for name, value in same.items() if value not in (None, "")})

    assert ThresholdVersion.unscoped.count() == 1


MISTAKES = [
    ({"warning": "10"}, "warning", "10 would be 1,000 %. Write 10 % for 10 percent, or 0.1 as a fraction."),
    (
        {"warning": "30 %"},
        "critical",
        "The critical level lies above the warning level: 0.3 comes first, so critical cannot be 0.25.",
    ),
    (
        {"action": "Save {imapct:money}"},
        "action",
        "{imapct:money} cannot be computed. At character 1: there is no metric “imapct”. Did you mean “impact”?",
    ),
    (
        {"metric": "headcount"},
        "direction",
        "This metric has no better side of its own: say whether too high, too low or both are a breach.",
    ),
    (
        {"measure": "level"},
        "measure",
        "Against budget a limit is a difference: in percent, in points or in money.",
    ),
]


@pytest.mark.parametrize(("mistake", "field", "says"), MISTAKES)
def test_a_mistake_is_said_at_its_field_and_nothing_is_saved(
    signed_in: SignIn, finance_admin: Person, company: Company, mistake: dict[str, str], field: str, says: str
):
    answer = signed_in(finance_admin).post(f"{LIST}add/", typed(unit=company.group.pk, **mistake))

    assert answer.status_code == 200
    assert errors(answer) == {field: [says]}
    assert Threshold.unscoped.count() == 0


def test_retiring_takes_the_place_of_deleting(signed_in: SignIn, finance_admin: Person, books: Books):
    threshold = books.limit(unit="SHOPS").threshold
    browser = signed_in(finance_admin)

    assert browser.get(f"{LIST}{threshold.pk}/delete/").status_code == 403
    browser.post(LIST, {"action": "retire", "_selected_action": [threshold.pk]})

    assert ThresholdVersion.unscoped.get(threshold=threshold, until_mark__isnull=True).retired
    assert "retired" in browser.get(LIST).content.decode()


def test_an_administrator_of_a_part_sees_and_chooses_only_that_part(
    signed_in: SignIn, company: Company, books: Books, wholesale_lead: Person, retail_lead: Person
):
    part = person("Paula Part", roles.FINANCE_ADMIN, company.retail)
    inside, outside = books.limit(unit="SHOPS").threshold, books.limit(unit="DEPOT").threshold
    books.limit(unit="SHOPS", warning="12 %")
    browser = signed_in(part)

    shown = browser.get(LIST).content.decode() + browser.get(f"{LIST}add/").content.decode()
    form = browser.get(f"{LIST}add/").context["adminform"].form

    assert [unit.code for unit in form.fields["unit"].queryset] == ["RETAIL", "SHOPS"]
    assert [each.name for each in form.fields["owner"].queryset] == ["Paula Part", "Rita Retail"]
    assert MARKER_NAME not in shown and outside.code not in shown and inside.code in shown
    history = browser.get(f"{LIST}{inside.pk}/change/").content.decode()
    assert "<td>0.1</td>" in history and "<td>0.12</td>" in history
    assert browser.get(f"{LIST}{outside.pk}/change/").status_code == browser.get(f"{LIST}99/change/").status_code == 404
    answer = browser.post(f"{LIST}add/", typed(unit=company.wholesale.pk))
    assert list(errors(answer)) == ["unit"]


def test_only_those_who_may_set_thresholds_reach_the_table(
    signed_in: SignIn, executive: Person, retail_lead: Person, auditor: Person, access_admin: Person
):
    for someone in (executive, retail_lead, auditor, access_admin):
        assert signed_in(someone).get(LIST).status_code == 403


def test_the_list_asks_as_often_for_three_as_for_one(signed_in: SignIn, finance_admin: Person, books: Books):
    browser = signed_in(finance_admin)
    browser.get(LIST)
    found = []
    for units in (["SHOPS"], ["DEPOT", "RETAIL"]):
        for unit in units:
            books.limit(unit=unit)
        with CaptureQueriesContext(connection) as queries:
            browser.get(LIST)
        found.append(len(queries))

    assert found == [8, 8]


def test_the_list_shows_the_terms_of_today(signed_in: SignIn, finance_admin: Person, books: Books):
    books.limit(unit="GROUP")
    books.limit(unit="GROUP", warning="12 %")

    shown = signed_in(finance_admin).get(LIST).content.decode()

    assert '<td class="field-warning">0.12</td>' in shown


def test_a_metric_is_defined_in_the_admin_with_its_formula_checked(
    signed_in: SignIn, finance_admin: Person, company: Company
):
    from metrics.definitions import definitions

    browser = signed_in(finance_admin)
    form = {"code": "spread", "label": "Spread", "kind": "money", "better": "1", "compare": "percent"}

    wrong = browser.post("/admin/metrics/metric/add/", form | {"formula": "revenue - opreating_cost"})
    assert errors(wrong) == {
        "formula": ["At character 11: there is no metric “opreating_cost”. Did you mean “operating_cost”?"]
    }
    right = browser.post("/admin/metrics/metric/add/", form | {"formula": "revenue - operating_cost"})
    assert right.status_code == 302
    assert definitions()["spread"].formula == "revenue - operating_cost"
    from metrics.models import Metric

    page = f"/admin/metrics/metric/{Metric.objects.get().pk}/change/"
    assert browser.post(page, form | {"formula": "revenue"}).status_code == 302
    assert "revenue - operating_cost" in browser.get(page).content.decode()
    assert browser.get("/admin/metrics/metric/").status_code == 200
    browser.post("/admin/metrics/metric/", {"action": "retire", "_selected_action": [Metric.objects.get().pk]})
    assert "spread" not in definitions()


TABLES = [f"ledger/{each}" for each in ("account", "period", "version", "rate", "entry")]


@pytest.mark.parametrize("table", [*TABLES, "metrics/run", "metrics/sheet", "units/unit"])
def test_reference_data_and_figures_can_be_looked_at_and_not_changed(
    signed_in: SignIn, finance_admin: Person, books: Books, table: str
):
    books.write("unit | metric | version | 2026-08\nSHOPS | revenue | actual | 1000")
    browser = signed_in(finance_admin)

    assert browser.get(f"/admin/{table}/").status_code == 200
    assert browser.get(f"/admin/{table}/add/").status_code == 403


def test_pages_of_the_admin_carry_no_script_and_no_style_of_their_own(
    signed_in: SignIn, finance_admin: Person, books: Books
):
    threshold = books.limit(unit="GROUP").threshold
    browser = signed_in(finance_admin)

    for page in ("/admin/", LIST, f"{LIST}add/", f"{LIST}{threshold.pk}/change/", f"{LIST}{threshold.pk}/history/"):
        shown = browser.get(page).content.decode()
        assert "<style" not in shown and " style=" not in shown and "<script>" not in shown and " onclick=" not in shown


def test_every_term_can_be_typed_and_is_kept(signed_in: SignIn, finance_admin: Person, company: Company):
    month = company.months["2026-08"]
    Rate.objects.create(currency="EUR", period=month, kind=Rate.Kind.BUDGET, rate="1.1", from_mark=1)
    no_floor = {"floor_amount": "", "floor_percent": ""}
    band = {"warning": "24", "critical": "36", "low_warning": "12", "low_critical": "6", "exit": "20", "low_exit": "14",
            "periods": "2", "out_of": "3", "exit_periods": "1", "direction": "2", "unit_type": "unit"}  # fmt: skip
    money = {"floor_share": "0.5 %", "currency": "EUR", "ahead": "3", "also_ytd": "on", "pooled": "on", "pace": "on"}
    season = {"comparator": "season", "measure": "", "window": "12", "warning": "3", "critical": "5"}
    for terms in (
        {"code": "band", "metric": "runway", "comparator": "absolute"} | band | no_floor,
        {"code": "money", "basis": "month"} | money,
        {"code": "season", "basis": "month"} | season | no_floor,
    ):
        answer = signed_in(finance_admin).post(f"{LIST}add/", typed(unit=company.shops.pk, **terms))
        assert answer.status_code == 302, errors(answer)

    kept = {version.threshold.code: version for version in ThresholdVersion.unscoped.select_related("threshold")}
    assert {name: str(getattr(kept["band"], name)) for name in band} == band
    assert (kept["money"].floor_share, kept["money"].currency, kept["money"].ahead) == ("0.005", "EUR", 3)
    assert (kept["money"].also_ytd, kept["money"].pooled, kept["money"].pace) == (True, True, True)
    assert (kept["season"].measure, kept["season"].window) == ("deviations", 12)


def test_a_type_that_no_unit_below_has_is_no_choice(signed_in: SignIn, finance_admin: Person, company: Company):
    answer = signed_in(finance_admin).post(f"{LIST}add/", typed(unit=company.group.pk, unit_type="bank"))

    assert "unit_type" in answer.context["adminform"].errors


# --- what others are touched by, and what a second person approves -------------------------------------------


def test_the_units_it_would_change_are_listed_before_anything_is_saved(
    signed_in: SignIn, finance_admin: Person, books: Books
):
    books.limit(unit="RETAIL", code="contractors", warning="8 %", critical="25 %")
    page = f"{LIST}{Threshold.unscoped.get().pk}/change/"
    browser = signed_in(finance_admin)

    first = browser.post(page, typed(basis="month"))

    assert errors(first) == {
        "__all__": [
            "This changes what judges 2 units. Save again if that is meant.",
            "RETAIL Retail: warning 8 %, critical 25 % (its own) → warning 10 %, critical 25 % (its own)",
            "SHOPS Shops: warning 8 %, critical 25 % (default of RETAIL)"
            " → warning 10 %, critical 25 % (default of RETAIL)",
        ]
    }
    assert ThresholdVersion.unscoped.count() == 1
    seen = first.context["adminform"].form["seen"].value()
    assert f'name="seen" value="{seen}"' in first.content.decode()
    assert list(errors(browser.post(page, typed(basis="month", warning="9 %", seen=seen)))) == ["__all__"]  # another
    assert browser.post(page, typed(basis="month", seen=seen)).status_code == 302
    assert list(ThresholdVersion.unscoped.order_by("pk").values_list("warning", flat=True)) == ["0.08", "0.1"]


def confirmed(browser: Client, page: str, form: dict[str, Any]) -> Any:
    """Save, look at the list of units, and save again."""
    seen = browser.post(page, form).context["adminform"].form["seen"].value()
    return browser.post(page, form | {"seen": seen}, follow=True)


def test_saving_a_default_of_the_whole_group_makes_a_proposal_and_says_who_approves_it(
    signed_in: SignIn, finance_admin: Person, approver: Person, company: Company
):
    answer = confirmed(signed_in(finance_admin), f"{LIST}add/", typed(unit=company.group.pk))

    made = ThresholdProposal.unscoped.get()
    assert not Threshold.unscoped.exists()
    assert answer.redirect_chain == [(LIST, 302)]
    (said,) = map(str, answer.context["messages"])
    assert said == (
        "contractors: Sent for approval. It is set once Aaron Approver approves it. "
        f'<a href="/alerts/proposals/{made.public_id}/">Look at the proposal</a>.'
    )
    assert (made.proposed_by, made.reason) == (finance_admin, "agreed with the board")


def test_changing_and_retiring_a_default_make_proposals_too(
    signed_in: SignIn, finance_admin: Person, approver: Person, books: Books
):
    threshold = books.limit(unit="GROUP", code="contractors").threshold
    browser = signed_in(finance_admin)

    confirmed(browser, f"{LIST}{threshold.pk}/change/", typed(warning="12 %"))
    chosen = {"action": "retire", "_selected_action": [threshold.pk]}
    without = browser.post(LIST, chosen, follow=True)
    browser.post(LIST, chosen | {"reason": "Not needed"})

    assert "Contractors: Say why" in without.content.decode()
    assert ThresholdVersion.unscoped.count() == 1
    assert list(ThresholdProposal.unscoped.order_by("pk").values_list("retires", "reason")) == [
        (False, "agreed with the board"), (True, "Not needed"),
    ]  # fmt: skip


def test_a_proposal_without_a_reason_or_an_approver_is_said_on_the_form(
    signed_in: SignIn, finance_admin: Person, company: Company
):
    answer = signed_in(finance_admin).post(f"{LIST}add/", typed(unit=company.group.pk, reason=""))

    said = errors(answer)
    assert said["reason"] == ["Say why: whoever is to approve it reads it, and it goes into the record."]
    assert said["__all__"][0].startswith("It is a default of the whole group. Nobody else can approve it.")
