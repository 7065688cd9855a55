"""The address that load balancers and monitors ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Record
from jobs.models import Heartbeat
from tests.cast import PASSWORD, person

pytestmark = pytest.mark.django_db


BOTH = pytest.mark.parametrize("address", ["/health/", "/health/web/"])


def ask(address: str = "/health/", **terms: Any) -> HttpResponse:
    return Client().get(address, **terms)


@BOTH
def test_health_is_one_query_and_two_letters_for_whoever_asks(address):
    with CaptureQueriesContext(connection) as asked:
        answer = ask(address)

    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"ok", "text/plain")
    assert len(asked) == 1
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.parametrize(
    ("beats", "answer"),
    [
        ({}, (200, "ok")),
        ({"sweeper": 89, "relay": 0}, (200, "ok")),
        ({"sweeper": 90, "relay": 10}, (503, "Standing still: sweeper.")),
        ({"sweeper": 10, "relay": 200}, (503, "Standing still: relay.")),
        ({"sweeper": 100, "relay": 200}, (503, "Standing still: relay, sweeper.")),
    ],
    ids=str,
)
def test_what_stands_still_turns_health_red_and_leaves_the_web_process_in_its_place(beats, answer, at, clock):
    for name, seconds in beats.items():
        Heartbeat.objects.create(name=name, at=at - timedelta(seconds=seconds))

    asked = ask()

    assert (asked.status_code, asked.content.decode()) == answer
    assert ask("/health/web/").content == b"ok"


@BOTH
def test_a_database_that_does_not_answer_is_503_whoever_asks(address):
    browser = Client()
    ada = person("Ada Lovelace")
    browser.post("/account/login/", {"login": ada.name, "password": PASSWORD})

    with connection.execute_wrapper(gone_away):
        answers = [client.get(address) for client in (Client(), browser)]

    assert [(answer.status_code, answer.content) for answer in answers] == [(503, b"The database does not answer.")] * 2


def gone_away(execute: Callable[..., Any], *args: Any) -> Any:
    raise OperationalError("server closed the connection unexpectedly")


@BOTH
def test_it_is_answered_by_number_and_without_tls_in_production_too(address, settings):
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["plumbline.example.com"], True

    assert ask(address, headers={"Host": "10.0.0.7"}).status_code == 200
    assert Client().get("/account/login/", headers={"Host": "plumbline.example.com"}).status_code == 301


def test_asking_often_leaves_nothing_behind(settings):
    settings.API_ATTEMPTS_A_MINUTE = 2

    assert {ask().status_code for _ in range(20)} == {200}
    assert not Record.objects.exists()


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_takes_nothing(method):
    assert getattr(Client(), method)("/health/").status_code == 405
