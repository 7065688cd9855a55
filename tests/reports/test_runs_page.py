"""The recomputes: what was computed, how far the current one is, and starting one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Record
from jobs.actions import enqueue
from jobs.models import Heartbeat, Job
from jobs.work import drain
from metrics.models import Run
from metrics.recompute import recompute
from reports.actions import ask_recompute
from tests.cast import person
from units.marks import newest_mark
from units.scope import AbilityMissing, Scope

pytestmark = pytest.mark.usefixtures("clock")

ENGINE = frozenset({"metrics.recompute"})


@pytest.fixture
def client(signed_in, finance_admin):
    return signed_in(finance_admin)


def page(client) -> str:
    answer = client.get("/runs/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_waits_to_be_computed_is_said_and_can_be_started(client, finance_admin):
    assert "Changes wait to be computed" in page(client)

    assert client.post("/runs/").url == "/runs/"
    job = Job.objects.get()
    asked = Record.objects.get(verb="metrics.recompute.asked")

    assert (job.kind, job.key, job.actor) == ("metrics.recompute", "sheets", f"person:{finance_admin.pk}")
    assert (asked.actor, asked.after) == (job.actor, {"full": False})
    assert "Figures are being computed" in page(client)
    assert "Compute what changed" not in page(client)


def test_a_run_is_listed_with_what_it_covered_and_who_asked(client, finance_admin):
    client.post("/runs/")
    drain(clock=timezone.now, kinds=ENGINE)
    said = page(client)

    assert "The figures on all pages are up to date" in said
    assert "Fiona Finance" in said
    assert "Everything: actual 2026-06 to 2026-09" in said
    assert f"{Run.objects.get().sheets:,}" in said


def test_everything_anew_is_computed_though_nothing_changed(client):
    recompute(actor="process:test", clock=timezone.now)
    client.post("/runs/")
    drain(clock=timezone.now, kinds=ENGINE)
    assert Run.objects.count() == 1

    client.post("/runs/", {"full": "1"})
    drain(clock=timezone.now, kinds=ENGINE)

    assert [run.full for run in Run.objects.order_by("pk")] == [True, True]
    assert Job.objects.get(key="everything").state == "done"


def test_a_page_that_waits_asks_only_for_the_progress(client, at):
    enqueue(kind="metrics.recompute", key="sheets", at=at, actor="process:test")
    Job.objects.update(state="running", lease_until=at + timedelta(seconds=40), done_steps=3, all_steps=8)
    part = client.get("/runs/", headers={"HX-Request": "true"})

    assert b"<html" not in part.content
    assert b"37%" in part.content
    Job.objects.update(state="done")
    assert client.get("/runs/", headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_a_worker_that_gives_no_sign_of_life_is_said(client, at):
    enqueue(kind="metrics.recompute", key="sheets", at=at, actor="process:test")
    assert "No worker has given a sign of life lately" in page(client)

    Heartbeat.objects.create(name="sweeper", at=at)
    assert "No worker has given a sign of life lately" not in page(client)


def test_a_failed_run_shows_why(client, company, at):
    Run.objects.create(
        state="failed", actor="process:worker", mark=newest_mark(), started=at, ended=at, error="MemoryError: too large"
    )
    said = page(client)

    assert "Failed" in said
    assert "MemoryError: too large" in said


def test_a_long_list_goes_on_by_key(client, company, at):
    for number in range(51):
        Run.objects.create(state="done", actor="process:worker", mark=number + 1, started=at, ended=at)
    first = Run.objects.order_by("-pk")[49].pk
    said = page(client)

    assert f'href="/runs/?before={first}"' in said
    older = client.get(f"/runs/?before={first}").content.decode()
    assert older.count("<tr><td") == 1
    assert client.get("/runs/?before=x").status_code == 404


@pytest.mark.parametrize(
    "who", ["executive", "retail_lead", "approver", "auditor", "board_reader", "access_admin", "stranger"]
)
def test_others_neither_see_nor_start_recomputes(request, signed_in, who, company):
    other = signed_in(request.getfixturevalue(who))

    assert other.get("/runs/").status_code == 403
    assert other.post("/runs/").status_code == 403
    assert Job.objects.count() == 0


def test_a_recompute_covers_the_company_so_an_administrator_of_one_unit_starts_none(signed_in, company, at):
    retail_finance = person("Fay Finance", "finance_admin", company.retail)

    assert signed_in(retail_finance).get("/runs/").status_code == 403
    assert signed_in(retail_finance).post("/runs/").status_code == 403
    with pytest.raises(AbilityMissing):
        ask_recompute(actor=Scope.of(retail_finance, at=at), at=at)
    assert Job.objects.count() == 0
