"""Setting, changing and retiring thresholds: versions and records, refusals with every reason, and abilities."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from alerts.actions import ThresholdRefused, retire_threshold, set_threshold
from alerts.models import Threshold, ThresholdVersion
from alerts.terms import Terms
from alerts.vetting import Proposal
from audit.models import Record
from jobs.models import Job
from people.models import Person
from tests.alerts.conftest import ENGINE, OVER_BUDGET, Books
from tests.company import Company
from tests.tables import assert_reads
from units.marks import newest_mark
from units.models import Unit
from units.scope import Scope

pytestmark = pytest.mark.django_db

COST = Terms("contractor_cost", "month", "budget", "percent", 0, warning="10 %", critical="25 %")


def wanted(unit: Unit, code: str = "contractors", terms: Terms = COST, **more: object) -> Proposal:
    return Proposal(code=code, unit=unit, terms=terms, **more)  # type: ignore[arg-type]


def test_setting_a_threshold_writes_identity_version_record_and_asks_for_a_judging(
    company: Company, finance_admin: Person, at: datetime
):
    version = set_threshold(
        actor=Scope.of(finance_admin, at=at), proposal=wanted(company.retail), at=at, reason="the board asked"
    )

    assert (version.threshold.code, version.threshold.unit, version.from_mark) == (
        "contractors", company.retail, newest_mark(),
    )  # fmt: skip
    assert (version.label, version.direction, version.warning, version.critical, version.actor) == (
        "Contractors", 1, "0.1", "0.25", f"person:{finance_admin.pk}",
    )  # fmt: skip
    (record,) = Record.objects.filter(verb="alerts.threshold.set")
    assert (record.target_id, record.unit_id, record.reason) == (
        str(version.threshold_id), company.retail.pk, "the board asked",
    )  # fmt: skip
    assert (record.before, record.after["warning"], record.after["version"]) == (None, "0.1", version.pk)
    assert list(Job.objects.values_list("kind", flat=True)) == ["alerts.evaluate"]


def test_an_edit_makes_a_new_version_and_the_record_holds_both(company: Company, at: datetime):
    first = set_threshold(actor=ENGINE, proposal=wanted(company.retail), at=at)
    second = set_threshold(
        actor=ENGINE,
        proposal=wanted(
            company.retail, terms=Terms("contractor_cost", "month", "budget", "percent", 0, warning="15 %")
        ),
        at=at + timedelta(days=1),
    )

    first.refresh_from_db()
    assert Threshold.unscoped.count() == 1
    assert (first.until_mark, second.until_mark, first.warning) == (second.from_mark, None, "0.1")
    record = Record.objects.filter(verb="alerts.threshold.set").order_by("pk").last()
    assert (record.before["warning"], record.after["warning"]) == ("0.1", "0.15")


def test_setting_the_same_terms_again_changes_nothing(company: Company, at: datetime):
    set_threshold(actor=ENGINE, proposal=wanted(company.retail), at=at)
    set_threshold(actor=ENGINE, proposal=wanted(company.retail), at=at)

    assert ThresholdVersion.unscoped.count() == Record.objects.filter(verb="alerts.threshold.set").count() == 1


def test_an_edit_without_a_date_holds_from_the_newest_finished_month(books: Books):
    books.limit(unit="SHOPS")
    books.write(OVER_BUDGET)

    assert books.limit(unit="SHOPS", warning="20 %").valid_from == books.company.months["2026-08"]


def test_a_percentage_typed_in_points_is_refused_with_the_sentence_that_helps(company: Company, at: datetime):
    share = Terms("contractor_share", "month", "absolute", "level", 0, warning="15")

    with pytest.raises(ThresholdRefused) as refused:
        set_threshold(actor=ENGINE, proposal=wanted(company.retail, terms=share), at=at)

    assert [(each.field, each.sentence) for each in refused.value.refusals] == [
        ("warning", "15 would be 1,500 %. Write 15 % for 15 percent, or 0.15 as a fraction.")
    ]
    assert Threshold.unscoped.count() == 0


def test_every_reason_is_said_at_once(company: Company, stranger: Person, at: datetime):
    proposal = wanted(
        company.retail,
        terms=Terms("contractor_cost", "month", "budget", "percent", 0, warning="30 %", critical="25 %"),
        action="Save {imapct:money}",
        owner=stranger,
        valid_from=company.months["2026-08"],
        valid_until=company.months["2026-06"],
    )

    with pytest.raises(ThresholdRefused) as refused:
        set_threshold(actor=ENGINE, proposal=proposal, at=at)

    assert [each.field for each in refused.value.refusals] == ["critical", "action", "owner", "valid_until"]


def test_two_thresholds_on_the_same_figure_at_the_same_time_are_refused(company: Company, at: datetime):
    set_threshold(
        actor=ENGINE, proposal=wanted(company.retail, code="until-july", valid_until=company.months["2026-07"]), at=at
    )
    with pytest.raises(ThresholdRefused) as refused:
        set_threshold(
            actor=ENGINE, proposal=wanted(company.retail, code="again", valid_from=company.months["2026-07"]), at=at
        )

    assert str(refused.value) == (
        "until-july judges this figure of RETAIL in the same periods. Change that one, or let the dates of the two "
        "follow one another."
    )
    set_threshold(
        actor=ENGINE, proposal=wanted(company.retail, code="after", valid_from=company.months["2026-08"]), at=at
    )
    set_threshold(actor=ENGINE, proposal=wanted(company.shops, code="nearer"), at=at)


def test_one_for_a_type_stands_beside_the_default_and_not_beside_another_for_the_type(company: Company, at: datetime):
    for code, unit_type in (("default", ""), ("for-units", "unit")):
        set_threshold(actor=ENGINE, proposal=wanted(company.group, code=code, unit_type=unit_type), at=at)

    with pytest.raises(ThresholdRefused, match="for-units judges this figure"):
        set_threshold(actor=ENGINE, proposal=wanted(company.group, code="again", unit_type="unit"), at=at)
    with pytest.raises(ThresholdRefused, match="No unit of GROUP is of the type bank"):
        set_threshold(actor=ENGINE, proposal=wanted(company.group, code="banks", unit_type="bank"), at=at)


def test_a_code_stays_with_its_unit(company: Company, at: datetime):
    set_threshold(actor=ENGINE, proposal=wanted(company.retail), at=at)

    with pytest.raises(ThresholdRefused, match="another unit"):
        set_threshold(actor=ENGINE, proposal=wanted(company.wholesale), at=at)


def test_retiring_writes_a_last_version_and_a_record(company: Company, at: datetime):
    first = set_threshold(actor=ENGINE, proposal=wanted(company.retail), at=at)
    last = retire_threshold(actor=ENGINE, threshold=first.threshold, at=at, reason="no contractors left")
    again = retire_threshold(actor=ENGINE, threshold=first.threshold, at=at)

    assert (last.retired, last.warning, again.pk) == (True, "0.1", last.pk)
    assert_reads(
        Record.objects.filter(target_type="alerts.threshold").order_by("pk").values("verb", "reason"),
        """
        verb                     | reason
        alerts.threshold.set     |
        alerts.threshold.retired | no contractors left
        """,
    )


def test_a_retired_threshold_makes_room_and_can_be_set_again(company: Company, at: datetime):
    first = set_threshold(actor=ENGINE, proposal=wanted(company.retail), at=at)
    retire_threshold(actor=ENGINE, threshold=first.threshold, at=at)

    assert not set_threshold(actor=ENGINE, proposal=wanted(company.retail, code="new"), at=at).retired


def test_thresholds_are_set_by_whoever_holds_the_ability_on_the_unit(
    company: Company, finance_admin: Person, retail_lead: Person, stranger: Person, at: datetime
):
    with pytest.raises(PermissionDenied):
        set_threshold(actor=Scope.of(retail_lead, at=at), proposal=wanted(company.retail), at=at)
    with pytest.raises(Http404):
        set_threshold(actor=Scope.of(retail_lead, at=at), proposal=wanted(company.wholesale), at=at)
    threshold = set_threshold(actor=Scope.of(finance_admin, at=at), proposal=wanted(company.retail), at=at).threshold
    with pytest.raises(PermissionDenied):
        retire_threshold(actor=Scope.of(retail_lead, at=at), threshold=threshold, at=at)
