"""The pages of proposals: what waits, one exactly as it was shown, and deciding on it; the same over the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alerts.actions import propose, set_threshold, submit
from alerts.models import ThresholdProposal, ThresholdVersion
from alerts.terms import Terms
from alerts.vetting import Proposal
from people.models import Person
from tests.alerts.conftest import ENGINE, OVER_BUDGET, Books
from tests.cast import token
from tests.company import MARKER_NAME, Company
from units.scope import Scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LIST = "/alerts/proposals/"
API = "/api/v1/proposals/"
SignIn = Callable[[Person], Client]


@pytest.fixture
def books(company: Company, at: datetime) -> Books:
    books = Books(company, at)
    books.write(OVER_BUDGET)
    return books


@pytest.fixture
def wanted(books: Books) -> Callable[..., Proposal]:
    def draft(unit: str = "GROUP", code: str = "costs", **more: Any) -> Proposal:
        terms = {"warning": "15 %"} | {name: more.pop(name) for name in tuple(more) if name not in ("owner", "action")}
        return Proposal(code, books.units[unit], Terms("revenue", "month", "budget", "percent", 0, **terms), **more)

    return draft


@pytest.fixture
def proposal(
    books: Books, wanted: Callable[..., Proposal], finance_admin: Person, approver: Person, at: datetime
) -> ThresholdProposal:
    """Fiona wants revenue judged from 15 % instead of 10 % under budget, in all of the group but Retail."""
    set_threshold(actor=ENGINE, proposal=wanted(warning="10 %"), at=at)
    set_threshold(actor=ENGINE, proposal=wanted("RETAIL", "nearer", warning="12 %"), at=at)
    made = submit(actor=Scope.of(finance_admin, at=at), draft=wanted(), at=at, reason="Too much noise")
    assert isinstance(made, ThresholdProposal)
    return made


# --- the pages -----------------------------------------------------------------------------------------------


def test_the_page_shows_both_sides_every_unit_who_asks_and_the_hash(
    signed_in: SignIn, approver: Person, proposal: ThresholdProposal
):
    answer = signed_in(approver).get(f"{LIST}{proposal.public_id}/")
    board, page = answer.context["board"], answer.content.decode()

    assert [(term.label, term.before, term.after) for term in board.terms] == [
        ("Warning", "10%", "15%"), ("From", "the beginning", "2026-08"),
    ]  # fmt: skip
    was, will = "Warning 10% against budget", "Warning 15% against budget"
    assert [(row.short, row.before, row.before_of, row.after, row.after_of) for row in board.units] == [
        ("GROUP", was, "its own limit", will, "its own limit"),
        ("WHOLESALE", was, "default of GROUP", will, "default of GROUP"),
        ("DEPOT", was, "default of GROUP", will, "default of GROUP"),
    ]
    assert (board.state, board.why, board.hash_short) == (
        "Waiting", "It is a default of the whole group.", proposal.hash[:12],
    )  # fmt: skip
    assert dict(board.facts)["Proposed by"].startswith("Fiona Finance") and "Too much noise" in page
    assert dict(board.facts)["Can approve"] == "Aaron Approver"
    assert f'value="{proposal.hash}"' in page and ">Approve<" in page and ">Refuse<" in page
    assert ">Withdraw<" not in page


@pytest.mark.parametrize(
    ("who", "offers"),
    [
        ("approver", ["approve", "refuse"]),
        ("finance_admin", ["withdraw"]),
        ("executive", []),
        ("auditor", []),
        ("group_lead", []),
    ],
)
def test_who_is_offered_what(
    signed_in: SignIn, proposal: ThresholdProposal, request: pytest.FixtureRequest, who: str, offers: list[str]
):
    board = signed_in(request.getfixturevalue(who)).get(f"{LIST}{proposal.public_id}/").context["board"]

    assert [name for name in ("approve", "refuse", "withdraw") if getattr(board, name)] == offers


def test_who_does_not_see_the_unit_sees_no_proposal_of_it(
    signed_in: SignIn, proposal: ThresholdProposal, retail_lead: Person, stranger: Person, board_reader: Person
):
    assert signed_in(retail_lead).get(f"{LIST}{proposal.public_id}/").status_code == 404
    board = signed_in(retail_lead).get(LIST).context["board"]
    assert (board.waiting, board.over, board.title) == ((), (), "No change waits for approval")
    for someone in (stranger, board_reader):
        assert signed_in(someone).get(LIST).status_code == 403


def test_a_leader_reads_what_holds_from_above_without_its_name_and_place(
    signed_in: SignIn, books: Books, wanted: Any, finance_admin: Person, approver: Person, retail_lead: Person, at
):
    set_threshold(actor=ENGINE, proposal=wanted(warning="10 %"), at=at)
    made = propose(actor=Scope.of(finance_admin, at=at), draft=wanted("RETAIL", "retail"), at=at, reason="Smaller")

    answer = signed_in(retail_lead).get(f"{LIST}{made.public_id}/")
    over_api = signed_in(retail_lead).get(f"{API}{made.public_id}/")

    assert [(row.short, row.before_of) for row in answer.context["board"].units] == [
        ("RETAIL", "default of a unit above"), ("SHOPS", "default of a unit above"),
    ]  # fmt: skip
    assert MARKER_NAME not in answer.content.decode() and "GROUP" not in over_api.content.decode()
    assert over_api.json()["touched"][0]["before"]["threshold"] == ""


def test_approving_on_the_page_sets_it_and_says_so(signed_in: SignIn, approver: Person, proposal: ThresholdProposal):
    browser = signed_in(approver)

    answer = browser.post(
        f"{LIST}{proposal.public_id}/approve/", {"hash": proposal.hash, "comment": "Agreed"}, follow=True
    )

    assert answer.redirect_chain == [(LIST, 302)]
    assert list(map(str, answer.context["messages"])) == ["Approved. It is set, and judged from now on."]
    assert ThresholdVersion.unscoped.get(threshold__code="costs", until_mark__isnull=True).warning == "0.15"
    board = browser.get(f"{LIST}{proposal.public_id}/").context["board"]
    assert (board.state, board.approve, board.before_title, dict(board.facts)["Comment"]) == (
        "Approved", None, "Stood before", "Agreed",
    )  # fmt: skip


def test_a_page_that_was_open_while_something_changed_approves_nothing_and_says_why(
    signed_in: SignIn, approver: Person, proposal: ThresholdProposal, wanted: Any, at: datetime
):
    browser = signed_in(approver)
    hash_ = browser.get(f"{LIST}{proposal.public_id}/").context["board"].hash
    set_threshold(actor=ENGINE, proposal=wanted(warning="11 %"), at=at)

    stale = browser.get(LIST).context["board"]
    answer = browser.post(f"{LIST}{proposal.public_id}/approve/", {"hash": hash_, "comment": "Agreed"})

    assert (stale.waiting, [row.state for row in stale.over]) == ((), ["Void"])
    assert answer.status_code == 409
    assert answer.context["board"].note.startswith("This proposal is void. Something it shows has changed since")
    proposal.refresh_from_db()
    assert proposal.state == "void"


def test_a_refusal_without_a_reason_comes_back_with_the_sentence(
    signed_in: SignIn, approver: Person, proposal: ThresholdProposal
):
    browser = signed_in(approver)
    address = f"{LIST}{proposal.public_id}/refuse/"

    without = browser.post(address, {"comment": ""})
    browser.post(address, {"comment": "Ask in October."})

    assert without.status_code == 400 and "Say why it is refused" in without.content.decode()
    proposal.refresh_from_db()
    assert (proposal.state, proposal.comment) == ("refused", "Ask in October.")


def test_withdrawing_on_the_page(signed_in: SignIn, finance_admin: Person, proposal: ThresholdProposal):
    signed_in(finance_admin).post(f"{LIST}{proposal.public_id}/withdraw/")

    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"


def test_what_waits_for_a_reader_is_counted_beside_the_link(
    signed_in: SignIn, approver: Person, finance_admin: Person, executive: Person, proposal: ThresholdProposal
):
    def counted(someone: Person) -> list[int]:
        places = signed_in(someone).get("/alerts/").context["frame"].control
        return [place.count for place in places if place.key == "proposals"]

    assert (counted(approver), counted(finance_admin), counted(executive)) == ([1], [0], [])


def test_the_list_asks_as_often_for_many_as_for_one(
    signed_in: SignIn, approver: Person, finance_admin: Person, proposal: ThresholdProposal, wanted: Any, at: datetime
):
    browser, counts = signed_in(approver), []
    browser.get(LIST)
    for number in range(3):
        draft = wanted(code="costs", warning=f"{20 + number} %", owner=finance_admin)
        made = propose(actor=Scope.of(finance_admin, at=at), draft=draft, at=at, reason="Again")
        for name, address in (("list", LIST), ("one", f"{LIST}{made.public_id}/"), ("api", API)):
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(address).status_code == 200
            counts.append((name, len(queries)))

    assert sorted(set(counts)) == [("api", 12), ("list", 12), ("one", 12)]


# --- the API -------------------------------------------------------------------------------------------------


def asked(browser: Client, address: str, **sent: Any) -> Any:
    return browser.post(address, sent, content_type="application/json")


NEW = {
    "code": "shops-revenue", "unit": "SHOPS", "metric": "revenue", "warning": "15 %", "reason": "To be sure",
    "valid_from": "2026-08",
}  # fmt: skip


def test_the_api_proposes_lists_and_approves_what_was_shown(
    signed_in: SignIn, finance_admin: Person, approver: Person, books: Books
):
    made = asked(signed_in(finance_admin), API, **NEW)
    (listed,) = signed_in(approver).get(f"{API}?state=waiting").json()["results"]

    approved = asked(signed_in(approver), f"{API}{listed['id']}/approve/", hash=listed["hash"], comment="Agreed")

    assert made.status_code == 201 and made.json() == listed
    assert (listed["before"], listed["after"]["warning"], listed["after"]["valid_from"], listed["void"]) == (
        None, "0.15", "2026-08", "",
    )  # fmt: skip
    assert listed["touched"] == [
        {
            "unit": "SHOPS",
            "metric": "revenue",
            "before": None,
            "after": {
                "threshold": "shops-revenue", "place": "SHOPS", "origin": "unit", "basis": "month",
                "comparator": "budget", "measure": "percent", "direction": -1, "levels": {"warning": "0.15"},
                "valid_from": "2026-08", "valid_until": "",
            },
        }
    ]  # fmt: skip
    assert approved.status_code == 200
    assert (approved.json()["state"], approved.json()["decided_by"]) == ("approved", "Aaron Approver")
    assert ThresholdVersion.unscoped.get(threshold__code="shops-revenue").warning == "0.15"


def test_the_api_proposes_the_end_of_a_threshold(signed_in: SignIn, finance_admin: Person, proposal: ThresholdProposal):
    made = asked(signed_in(finance_admin), API, code="nearer", retires=True, reason="Not needed")

    assert (made.status_code, made.json()["retires"], made.json()["after"]["retired"]) == (201, True, True)


REFUSED = [
    ({"unit": "NOWHERE"}, {"unit": ["There is no unit NOWHERE."]}),
    ({"metric": "no_metric"}, {"metric": ["There is no metric no_metric."]}),
    ({"valid_from": "1999-01"}, {"valid_from": ["There is no period 1999-01."]}),
    ({"owner": "Nobody"}, {"owner": ["Nobody cannot see alerts there. Choose somebody who can."]}),
    ({"warning": "15"}, {"warning": ["15 would be 1,500 %. Write 15 % for 15 percent, or 0.15 as a fraction."]}),
    ({"reason": " "}, {"reason": ["This field may not be blank."]}),
    ({"retires": True, "code": "no-threshold"}, {"code": ["There is no threshold no-threshold."]}),
    ({"direction": 7}, {"direction": ['"7" is not a valid choice.']}),
]


@pytest.mark.parametrize(("mistake", "says"), REFUSED)
def test_what_cannot_be_proposed_is_answered_at_its_field(
    signed_in: SignIn, finance_admin: Person, approver: Person, books: Books, mistake: Any, says: Any
):
    answer = asked(signed_in(finance_admin), API, **(NEW | mistake))

    assert (answer.status_code, answer.json()) == (400, says)


def test_steps_that_come_too_late_or_on_another_text_are_conflicts(
    signed_in: SignIn, finance_admin: Person, approver: Person, proposal: ThresholdProposal
):
    browser, address = signed_in(approver), f"{API}{proposal.public_id}"

    other = asked(browser, f"{address}/approve/", hash="0" * 64)
    empty = asked(browser, f"{address}/approve/")
    refused = asked(browser, f"{address}/refuse/", comment="No.")
    late = asked(browser, f"{address}/approve/", hash=proposal.hash)

    assert [each.status_code for each in (other, empty, refused, late)] == [409, 400, 200, 409]
    assert asked(signed_in(finance_admin), f"{address}/withdraw/").status_code == 409


def test_a_token_never_approves(
    calling: Callable[[str], Client], approver: Person, finance_admin: Person, proposal: ThresholdProposal, at: datetime
):
    reads = calling(token(approver, "thresholds.read", at=at))
    sets = calling(token(finance_admin, "thresholds.read", "thresholds.set", at=at))

    assert reads.get(f"{API}{proposal.public_id}/").status_code == 200
    assert asked(reads, f"{API}{proposal.public_id}/approve/", hash=proposal.hash).status_code == 403
    assert asked(reads, API, **NEW).status_code == 403
    assert asked(sets, API, **NEW).status_code == 201


def test_nothing_but_what_is_named_is_taken_from_what_is_sent(
    signed_in: SignIn, finance_admin: Person, approver: Person, books: Books
):
    extra = {"state": "approved", "hash": "0" * 64, "proposed_by": approver.pk, "decided_by": approver.pk, "why": "x"}

    made = asked(signed_in(finance_admin), API, **(NEW | extra)).json()

    assert (made["state"], made["proposed_by"], made["decided_by"], made["why"]) == (
        "waiting", "Fiona Finance", None, "",
    )  # fmt: skip
    assert made["hash"] != "0" * 64
