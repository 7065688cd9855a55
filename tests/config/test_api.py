"""How the whole API behaves: every answer is JSON, strangers learn no address, empty filters and floods are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django_filters import FilterSet
from redis.exceptions import RedisError
from rest_framework.generics import GenericAPIView

from config.api_urls import router
from people.models import Person
from tests.cast import token
from tests.company import Company

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SignIn = Callable[..., Client]
Calling = Callable[[str], Client]

UNITS = "/api/v1/units/"
NOTHING = (
    "",
    "nothing/",
    "units",
    "units/SHOPS",
    "units/SHOPS/more/",
    "units/a%2Fb/",
    "%0A",
    "units//",
    "alerts/x/burn/",
)


def plain(answer: HttpResponse) -> tuple[object, ...]:
    return answer.status_code, sorted(answer.items()), answer.content


def filters() -> Iterator[tuple[str, str]]:
    """Every filter of every list."""
    for prefix, viewset, _ in router.registry:
        filterset: type[FilterSet] | None = getattr(viewset, "filterset_class", None)
        assert filterset is not None or not issubclass(viewset, GenericAPIView), f"{prefix} takes anything"
        for name in filterset.base_filters if filterset else ():
            yield prefix, name


# --- one manner for all ---------------------------------------------------------------------------------
@pytest.mark.parametrize("rest", NOTHING)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"])
def test_an_address_that_is_none_is_answered_404_in_json(
    signed_in: SignIn, executive: Person, rest: str, method: str
) -> None:
    answer = signed_in(executive).generic(method, f"/api/v1/{rest}")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")
    assert method == "HEAD" or answer.json()["detail"].startswith("There is nothing at this address.")


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_a_stranger_cannot_tell_an_address_from_none(company: Company, method: str) -> None:
    told = {
        repr(plain(Client().generic(method, f"/api/v1/{rest}")))
        for rest in ("units/", "units/SHOPS/", "units/NOWHERE/", "alerts/x/acknowledge/", "schema/", *NOTHING)
    }

    assert len(told) == 1
    assert told.pop().startswith("(401, ")


@pytest.mark.parametrize("sent", ["text/html", "application/xml;q=0.9", "nonsense", ""])
def test_every_refusal_is_json_whatever_is_accepted(
    signed_in: SignIn, executive: Person, access_admin: Person, sent: str
) -> None:
    accept = {"Accept": sent}
    told = [
        Client().get(UNITS, headers=accept),
        Client().get(UNITS, headers=accept | {"Authorization": "Bearer plb_none"}),
        signed_in(access_admin).get(UNITS, headers=accept),
        signed_in(executive).get("/api/v1/nothing/", headers=accept),
        signed_in(executive).delete(UNITS, headers=accept),
        signed_in(executive).get(UNITS, headers=accept),
    ]

    told.append(Client().get(UNITS, headers=accept | {"Host": "elsewhere.example"}))

    assert [answer.status_code for answer in told] == [401, 401, 403, 404, 405, 200, 400]
    assert {answer["Content-Type"] for answer in told} == {"application/json"}


def test_a_password_that_somebody_else_knows_is_refused_in_json(signed_in: SignIn, executive: Person) -> None:
    Person.objects.update(must_change_password=True)

    for address in (UNITS, "/api/v1/nothing/"):
        answer = signed_in(executive).get(address)
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/json")


@pytest.mark.parametrize(("route", "name"), list(filters()))
def test_an_empty_filter_is_refused(signed_in: SignIn, finance_admin: Person, route: str, name: str) -> None:
    browser = signed_in(finance_admin)

    for value in ("", " ", "%09"):
        answer = browser.get(f"/api/v1/{route}/?{name}={value}")
        assert answer.status_code == 400
        assert answer.json() == {name: ["This filter is empty. Give it a value, or leave it out."]}
    assert browser.get(f"/api/v1/{route}/?{name}=x&{name}=").status_code == 400


def test_a_flag_is_true_or_false_and_nothing_else(signed_in: SignIn, executive: Person) -> None:
    browser = signed_in(executive)

    told = [browser.get(f"/api/v1/thresholds/?retired={word}").status_code for word in ("true", "false", "yes", "1")]
    assert told == [200, 200, 400, 400]


# --- how often ------------------------------------------------------------------------------------------
def statuses(client: Client, times: int, address: str = UNITS) -> list[int]:
    return [client.get(address).status_code for _ in range(times)]


def test_beyond_its_requests_a_minute_a_token_waits_for_the_next(
    retail_token: str, calling: Calling, settings: object, clock: time_machine.Traveller
) -> None:
    settings.API_REQUESTS_A_MINUTE = 3  # type: ignore[attr-defined]  # a setting that only we know
    clock.shift(20.5)
    program = calling(retail_token)

    assert statuses(program, 4) == [200, 200, 200, 429]
    answer = program.get(UNITS)
    assert (answer["Retry-After"], answer["Content-Type"]) == ("40", "application/json")
    assert answer.json() == {"detail": "Request was throttled. Expected available in 40 seconds."}
    clock.shift(39)
    assert statuses(program, 1) == [429]
    clock.shift(1)
    assert statuses(program, 4) == [200, 200, 200, 429]


def test_each_token_and_each_person_has_requests_of_its_own(
    retail_lead: Person, company: Company, signed_in: SignIn, calling: Calling, settings: object, clock: object, at
) -> None:
    settings.API_REQUESTS_A_MINUTE = 2  # type: ignore[attr-defined]  # a setting that only we know
    one, other = (calling(token(retail_lead, "figures.read", at=at)) for _ in range(2))

    assert statuses(one, 3) == [200, 200, 429]
    assert statuses(other, 3) == [200, 200, 429]
    assert statuses(signed_in(retail_lead), 3) == [200, 200, 429]


def test_requests_that_are_refused_count_too(access_admin: Person, signed_in: SignIn, settings: object) -> None:
    settings.API_REQUESTS_A_MINUTE = 2  # type: ignore[attr-defined]  # a setting that only we know
    browser = signed_in(access_admin)

    assert statuses(browser, 1, "/api/v1/nothing/") == [404]
    assert statuses(browser, 2) == [403, 429]


def test_whoever_has_no_token_has_fewer_attempts_and_keeps_nobody_else_out(
    retail_token: str, calling: Calling, settings: object
) -> None:
    settings.API_ATTEMPTS_A_MINUTE = 2  # type: ignore[attr-defined]  # a setting that only we know
    guessing = [Client(headers={"Authorization": f"Bearer plb_{number}"}) for number in range(3)]

    assert [statuses(each, 1) for each in guessing] == [[401], [401], [429]]
    assert statuses(Client(), 1, "/api/v1/nothing/") == [429]
    assert statuses(Client(REMOTE_ADDR="10.0.0.9"), 1) == [401]
    assert statuses(calling(retail_token), 1) == [200]


def test_what_a_stranger_writes_about_his_address_does_not_count(company: Company, settings: object) -> None:
    settings.API_ATTEMPTS_A_MINUTE = 1  # type: ignore[attr-defined]  # a setting that only we know

    told = [Client(headers={"X-Forwarded-For": f"10.0.0.{number}"}).get(UNITS).status_code for number in range(2)]
    assert told == [401, 429]


def test_the_limits_are_those_of_the_manual() -> None:
    from django.conf import settings

    assert (settings.API_REQUESTS_A_MINUTE, settings.API_ATTEMPTS_A_MINUTE) == (600, 60)


def test_a_cache_that_is_away_keeps_nobody_out(
    retail_token: str, calling: Calling, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.cache import caches

    def away(*args: object, **options: object) -> None:
        raise RedisError("away")

    settings.API_REQUESTS_A_MINUTE = 1  # type: ignore[attr-defined]  # a setting that only we know
    monkeypatch.setattr(caches["counts"], "add", away)

    assert statuses(calling(retail_token), 3) == [200, 200, 200]
