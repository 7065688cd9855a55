"""The record as a file: what the filters leave, so that it can be verified outside of this house."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from audit import chain
from audit.actions import record
from audit.models import Record, Seal
from audit.sealing import seal
from reports.actions import hand_out_record
from tests.cast import person
from units.scope import AbilityMissing, Scope

pytestmark = pytest.mark.usefixtures("clock")

EXPORT = "/record/export/"


@pytest.fixture
def deeds(company, finance_admin) -> None:
    """Two deeds on Retail and one on Wholesale, sealed."""
    at, actor = timezone.now(), f"person:{finance_admin.pk}"
    for hour, (unit, reason) in enumerate(
        [(company.retail, "Agreed"), (company.retail, "=1+1"), (company.wholesale, "")]
    ):
        with transaction.atomic():
            record(
                actor=actor, verb="alerts.threshold.set", target=("threshold", hour), unit=unit.pk, reason=reason,
                at=at - timedelta(hours=9 - hour), after={"warning": "0.10"},
            )  # fmt: skip
    seal(at=at)


def rows(answer) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_every_deed_comes_with_the_leaf_that_its_fields_give_and_the_block_it_stands_in(signed_in, auditor, deeds):
    found = rows(signed_in(auditor).post(EXPORT))
    sealed = [row for row in found if row["leaf"]]

    assert len(sealed) == Seal.objects.count()
    for row in sealed:
        texts = [row[name] for name in ("actor", "verb", "target_type", "target_id")]
        unit = int(row["unit_id"]) if row["unit_id"] else None
        reason = row["reason"].removeprefix("'")
        told = (
            int(row["id"]), int(row["microseconds"]), *texts, unit, row["before"] or None, row["after"] or None, reason,
            row["act"], int(row["transaction"]),
        )  # fmt: skip
        assert chain.leaf(told).hex() == row["leaf"]
        assert int(row["first"]) <= int(row["position"]) <= int(row["last"])


def test_only_what_the_filters_leave_is_handed_out_and_that_is_recorded(signed_in, auditor, company, deeds):
    browser = signed_in(auditor)
    asked = f"?verb=alerts.threshold.set&unit={company.retail.code}"
    assert f'action="{EXPORT}{asked.replace("&", "&amp;")}"' in browser.get(f"/record/{asked}").content.decode()

    found = rows(browser.post(EXPORT + asked))

    assert [row["target_id"] for row in found] == ["1", "0"], "the newest first"
    assert found[0]["reason"] == "'=1+1", "no formula for a spreadsheet"
    after = Record.objects.get(verb="reports.file.downloaded").after
    assert (after["what"], after["rows"], len(after["sha256"])) == ("record", 2, 64)


def test_an_auditor_of_one_unit_gets_its_deeds_without_the_numbers_of_others(signed_in, company, deeds):
    one = person("Ute Unit", "auditor", company.retail)
    found = rows(signed_in(one).post(EXPORT))

    assert {row["unit_id"] for row in found} == {str(company.retail.pk)}
    assert not {"id", "transaction", "position", "leaf", "digest"} & found[0].keys()


def test_nobody_else_is_handed_the_record(company, executive, at):
    with pytest.raises(AbilityMissing):
        hand_out_record(actor=Scope.of(executive, at=at), deeds=Record.objects.all(), filters="", at=at)
