"""The record's page: who did what, what was before and after, where it is sealed, and whether all of it holds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alerts.models import Threshold
from audit.actions import record
from audit.models import Record
from audit.sealing import seal
from jobs.models import Job
from jobs.work import drain
from ledger.models import Import
from reports.actions import verify_record
from reports.forms import RecordFilter
from tests.cast import person
from tests.company import MARKER_NAME
from units.models import Unit
from units.scope import AbilityMissing, Scope

pytestmark = pytest.mark.usefixtures("clock")

ACT = UUID("00000000-0000-4000-8000-00000000000a")


def deed(verb: str, *, actor: str, at: datetime, target: tuple[str, object] = ("alert", 7), **terms) -> Record:
    with transaction.atomic():
        return record(actor=actor, verb=verb, target=target, at=at, **terms)


@pytest.fixture
def deeds(company, finance_admin, executive, at) -> None:
    """Five deeds, an hour apart, the oldest first."""
    hour = timedelta(hours=1)
    finance, boss = f"person:{finance_admin.pk}", f"person:{executive.pk}"
    deed("people.session.started", actor=finance, at=at - 5 * hour, target=("person", finance_admin.pk))
    deed(
        "ledger.figures.imported",
        actor=finance,
        at=at - 4 * hour,
        target=("ledger.import", Import.objects.get().pk),
        after={"rows": 42},
    )
    deed(
        "alerts.threshold.set",
        actor=finance,
        at=at - 3 * hour,
        target=("threshold", 3),
        unit=company.retail.pk,
        before={"warning": "0.12", "target": "0.30"},
        after={"warning": "0.10", "target": "0.30"},
        reason="Agreed in the review",
        act=ACT,
    )
    deed(
        "alerts.alert.acknowledged",
        actor=boss,
        at=at - 2 * hour,
        unit=company.wholesale.pk,
        after={"note": MARKER_NAME},
        reason="Looked at",
    )
    deed(
        "alerts.evaluated", actor="process:worker", at=at - hour, target=("evaluation", 1), after={"fired": 2}, act=ACT
    )


def rows(page: str) -> list[tuple[str, str, str]]:
    """Who, action and object of each deed on the page, as printed."""
    found = []
    for body in re.findall(r'<tbody class="deed">(.*?)</tbody>', page, re.DOTALL):
        cells = [
            re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", cell)).strip()
            for cell in re.findall(r"<td.*?</td>", body, re.DOTALL)
        ]
        found.append((cells[2].split(" ", 1)[1], cells[3], cells[4]))
    return found


def read(client, query: str = "") -> str:
    answer = client.get(f"/record/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_newest_deed_stands_first_with_its_actor_by_name(signed_in, auditor, deeds):
    assert rows(read(signed_in(auditor))) == [
        ("Worker", "Judged the thresholds", "Evaluation 1"),
        ("Erin Executive", "Acknowledged the alert", f"Alert 7, WHOLESALE Wholesale {MARKER_NAME}"),
        ("Fiona Finance", "Set the threshold", "Threshold 3, RETAIL Retail"),
        ("Fiona Finance", "Imported figures", "Import company.csv"),
        ("Fiona Finance", "Signed in", "Person Fiona Finance"),
    ]


def test_a_threshold_is_told_by_its_code(signed_in, auditor, company, at):
    threshold = Threshold.objects.create(code="gross-margin-floor", unit=company.retail)
    target = ("alerts.threshold", threshold.pk)
    deed("alerts.threshold.set", actor="process:test", at=at, target=target, unit=company.retail.pk)

    ((_, _, told),) = rows(read(signed_in(auditor)))

    assert told == "Threshold gross-margin-floor, RETAIL Retail"


def test_a_change_is_shown_before_and_after_and_what_stayed_is_left_out(signed_in, auditor, deeds):
    page = read(signed_in(auditor), "?verb=alerts.threshold.set")

    assert "<s>0.12</s>" in page
    assert "<b>0.10</b>" in page
    assert "0.30" not in page
    assert "Agreed in the review" in page


@pytest.mark.parametrize(
    ("query", "actions"),
    [
        ("?who=fiona", ["Set the threshold", "Imported figures", "Signed in"]),
        ("?who=process:worker", ["Judged the thresholds"]),
        ("?who=nobody", []),
        ("?verb=alerts.", ["Judged the thresholds", "Acknowledged the alert", "Set the threshold"]),
        ("?verb=ledger.figures.imported", ["Imported figures"]),
        ("?verb=no.such.verb", []),
        ("?target=threshold", ["Set the threshold"]),
        ("?target=alert:7", ["Acknowledged the alert"]),
        ("?target=alert:8", []),
        ("?unit=RETAIL", ["Set the threshold"]),
        ("?unit=NOWHERE", []),
        (f"?act={ACT}", ["Judged the thresholds", "Set the threshold"]),
        ("?act=nonsense", []),
        ("?since=2026-10-09&until=2026-10-09&who=erin", ["Acknowledged the alert"]),
        ("?until=2026-10-08", []),
        ("?since=2026-10-10", []),
        ("?who=fiona&verb=alerts.", ["Set the threshold"]),
    ],
)
def test_each_filter_leaves_what_it_says(signed_in, auditor, deeds, query, actions):
    assert [action for _, action, _ in rows(read(signed_in(auditor), query))] == actions


def test_a_long_record_goes_on_by_key_and_no_deed_is_lost_or_shown_twice(signed_in, auditor, company, at):
    for minute in range(120):
        deed(
            "alerts.evaluated",
            actor="process:worker",
            at=at - timedelta(minutes=minute // 3),
            target=("evaluation", minute),
        )
    client, seen, query = signed_in(auditor), [], ""
    for _ in range(3):
        page = read(client, query)
        seen += [target for _, _, target in rows(page)]
        older = re.search(r'href="/record/(\?[^"]*before=\d+)" rel="next"', page)
        query = older[1].replace("&amp;", "&") if older else ""

    assert query == ""
    assert len(seen) == 120
    assert set(seen) == {f"Evaluation {number}" for number in range(120)}
    assert "120 entries" in page


def test_an_address_that_goes_on_from_nowhere_is_not_found(signed_in, auditor, deeds):
    assert signed_in(auditor).get("/record/?before=999999").status_code == 404
    assert signed_in(auditor).get("/record/?before=x").status_code == 404


def test_a_deed_shows_where_it_is_sealed(signed_in, auditor, deeds, at):
    client = signed_in(auditor)
    assert "not sealed yet" in read(client)
    (block,) = seal(at=at)

    page = read(client)
    assert "not sealed yet" not in page
    assert f"{block.digest[:4]}…{block.digest[-4:]}" in page


def test_nobody_has_verified_it_then_the_auditor_does_and_the_badge_says_when(signed_in, auditor, deeds, at):
    client = signed_in(auditor)
    assert "The record was not verified yet" in read(client)

    assert client.post("/record/verify/").url == "/record/"
    assert "Reading the whole record" in read(client)
    assert Job.objects.get().actor == f"person:{auditor.pk}"
    drain(clock=timezone.now, kinds=frozenset({"reports.record.verify"}))

    page = read(client)
    found = Record.objects.get(verb="audit.verified")
    assert "Chain verified: all 5 entries are intact" in page
    assert "Checked 9 Oct 07:40" in page
    assert found.after["digest"] in page
    assert found.actor == f"person:{auditor.pk}"


def test_a_record_that_was_changed_is_named_with_its_first_broken_place(signed_in, auditor, deeds, at):
    seal(at=at)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_record'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("ALTER TABLE audit_record DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_record SET reason = 'nothing' WHERE verb = 'alerts.alert.acknowledged'")
    report = verify_record(actor=Scope.of(auditor, at=at), at=at)
    page = read(signed_in(auditor))

    assert report.code == 1
    assert "The record does not hold" in page
    assert report.first is not None
    assert report.first.reason in page.replace("&#x27;", "'")


def test_a_page_that_waits_for_the_verification_is_loaded_anew_when_it_is_done(signed_in, auditor, deeds):
    client = signed_in(auditor)
    client.post("/record/verify/")
    waiting = client.get("/record/", headers={"HX-Request": "true"})
    drain(clock=timezone.now, kinds=frozenset({"reports.record.verify"}))
    done = client.get("/record/", headers={"HX-Request": "true"})

    assert b'hx-get="/record/"' in waiting.content
    assert b"<html" not in waiting.content
    assert done["HX-Refresh"] == "true"


def test_a_finance_administrator_reads_the_record_and_does_not_verify_it(signed_in, finance_admin, deeds):
    client = signed_in(finance_admin)

    assert "Verify now" not in read(client)
    assert client.post("/record/verify/").status_code == 403
    assert Job.objects.count() == 0


@pytest.mark.parametrize("who", ["executive", "retail_lead", "approver", "board_reader", "access_admin", "stranger"])
def test_others_do_not_read_it(request, signed_in, who, deeds):
    assert signed_in(request.getfixturevalue(who)).get("/record/").status_code == 403


def test_an_auditor_of_one_unit_reads_its_deeds_and_learns_nothing_of_others(signed_in, company, deeds, at):
    seal(at=at)
    verify_record(actor=Scope.system("test"), at=at)
    retail_auditor = person("Rolf Retailaudit", "auditor", company.retail)
    client = signed_in(retail_auditor)
    page = read(client)

    assert rows(page) == [("Fiona Finance", "Set the threshold", "Threshold 3, RETAIL Retail")]
    assert "1 entry" in page
    assert "Chain verified: every entry is intact" in page
    for word in (MARKER_NAME, "WHOLESALE", "all 5 entries", "Head of chain"):
        assert word not in page
    assert rows(read(client, "?unit=WHOLESALE")) == []
    foreign = Record.objects.get(verb="alerts.alert.acknowledged").pk
    assert client.get(f"/record/?before={foreign}").status_code == 404
    assert client.post("/record/verify/").status_code == 403
    with pytest.raises(AbilityMissing):
        verify_record(actor=Scope.of(retail_auditor, at=at), at=at)


def test_a_person_who_was_erased_is_told_by_number(signed_in, auditor, company, at):
    deed("alerts.evaluated", actor="person:4711", at=at)

    assert rows(read(signed_in(auditor)))[0][0] == "Person 4711"


def test_what_somebody_wrote_is_text_and_not_markup(signed_in, auditor, company, at):
    deed(
        "alerts.evaluated", actor="process:worker", at=at, after={"<b>x</b>": "<script>1</script>"}, reason="<i>why</i>"
    )
    page = read(signed_in(auditor))

    assert "<script>1" not in page
    assert "<i>why" not in page
    assert "&lt;script&gt;1&lt;/script&gt;" in page


def test_looking_asks_the_same_number_of_questions_for_many_deeds_and_writes_nothing(signed_in, auditor, company, at):
    client = signed_in(auditor)
    counts = []
    for number in range(40):
        deed("alerts.evaluated", actor="process:worker", at=at, target=("evaluation", number))
        if number in (0, 39):
            seal(at=at)
            read(client)
            with CaptureQueriesContext(connection) as asked:
                read(client)
            counts.append(len(asked))
            assert [query["sql"] for query in asked if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []

    assert counts[0] == counts[1]


def test_days_are_those_of_the_installation():
    form = RecordFilter({"since": "2026-10-01", "until": "2026-10-09"}, units=Unit.objects.none())
    assert form.is_valid()
    assert form.span() == (datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 10, tzinfo=UTC))
