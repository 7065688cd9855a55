"""Signing in and out by browser: names and addresses, lock-out, second factor, sessions that end."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from audit.models import Record
from people.actions import add_person, deactivate_person, set_password
from people.models import Person
from tests.cast import PASSWORD, person

LOGIN = "/account/login/"
CLOSED_PAGE = "/account/password/change/"  # any page that asks for a session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture(autouse=True)
def nobody_was_refused_yet():
    cache.clear()


@pytest.fixture
def ada() -> Person:
    return person("Ada Lovelace")


def sign_in(browser: Client, login: str = "Ada Lovelace", password: str = PASSWORD):
    return browser.post(LOGIN, {"login": login, "password": password})


def is_signed_in(browser: Client) -> bool:
    return browser.get(CLOSED_PAGE).status_code == 200


def verbs() -> list[tuple[str, str, str]]:
    return list(Record.objects.order_by("pk").values_list("verb", "actor", "reason"))


@pytest.mark.parametrize("login", ["Ada Lovelace", "ada lovelace", "ada.lovelace@example.com"])
def test_a_person_signs_in_by_name_or_address(ada, login):
    browser = Client()

    answer = sign_in(browser, login)

    assert (answer.status_code, answer.url) == (302, "/")
    assert is_signed_in(browser)
    assert verbs() == [("people.session.started", f"person:{ada.pk}", "")]


def test_signing_in_gives_the_session_a_new_name(ada):
    browser = Client()
    browser.get(LOGIN)
    session = browser.session
    session["kept"] = "by somebody else"
    session.save()
    browser.cookies["sessionid"] = before = session.session_key

    sign_in(browser)

    assert browser.cookies["sessionid"].value != before


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(ada):
    wrong = sign_in(Client(), "Ada Lovelace", "wrong password").content
    unknown = sign_in(Client(), "Ada Lovelock", "wrong password").content

    assert without_masks(wrong).replace(b"Lovelace", b"Lovelock") == without_masks(unknown)
    assert verbs() == [("people.session.refused", "process:sign-in", "wrong name or password")] * 2


def without_masks(body: bytes) -> bytes:
    import re

    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", body)


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(ada, clock):
    for _ in range(5):
        sign_in(Client(), password="wrong password")
    browser = Client()

    sign_in(browser)
    assert not is_signed_in(browser)
    clock.shift(15 * 60 + 1)
    sign_in(browser)

    assert is_signed_in(browser)


def test_behind_a_proxy_the_one_who_guesses_is_locked_out_and_nobody_else(ada, settings):
    """The proxy writes the caller's address last into X-Forwarded-For; what callers write before it does not count."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def try_from(address: str, name: str, password: str) -> Client:
        browser = Client(headers={"X-Forwarded-For": address}, REMOTE_ADDR="10.0.0.1")
        sign_in(browser, name, password)
        return browser

    for number in range(11):
        try_from(f"198.51.100.{number}, 203.0.113.7", f"Nobody {number}", "wrong password")

    assert not is_signed_in(try_from("203.0.113.7", ada.name, PASSWORD))
    assert is_signed_in(try_from("203.0.113.8", ada.name, PASSWORD))


def test_a_machine_that_keeps_guessing_fills_no_record(ada):
    for _ in range(12):
        sign_in(Client(), password="wrong password")

    reasons = [reason for _, _, reason in verbs()]
    assert reasons == ["wrong name or password"] * 5 + ["too many attempts"]


def test_a_deactivated_person_is_refused_and_her_session_is_dead_with_the_next_request(ada, at):
    browser = Client()
    sign_in(browser)

    deactivate_person(actor="process:test", person=ada, at=at)

    assert not is_signed_in(browser)
    right, wrong = sign_in(Client()), sign_in(Client(), password="wrong password")
    assert without_masks(right.content) == without_masks(wrong.content)
    assert [reason for verb, _, reason in verbs() if verb == "people.session.refused"] == [
        "deactivated",
        "wrong name or password",
    ]


def test_a_session_ends_after_half_an_hour_without_activity(ada, clock):
    browser = Client()
    sign_in(browser)

    clock.shift(29 * 60)
    assert is_signed_in(browser)
    clock.shift(29 * 60)
    assert is_signed_in(browser)
    clock.shift(30 * 60)

    assert not is_signed_in(browser)


def test_a_session_ends_after_twelve_hours_whatever_happens(ada, clock):
    browser = Client()
    sign_in(browser)

    for _ in range(12 * 60 // 20 - 1):
        clock.shift(20 * 60)
        assert is_signed_in(browser)
    clock.shift(20 * 60)

    assert not is_signed_in(browser)


def test_a_page_that_refreshes_itself_keeps_nobody_signed_in(ada, clock):
    browser = Client()
    sign_in(browser)

    for _ in range(3):
        clock.shift(10 * 60)
        answer = browser.get(CLOSED_PAGE, headers={"HX-Request": "true", "HX-Trigger-Name": "live"})

    assert answer.status_code == 302


def test_a_one_time_password_opens_nothing_but_the_page_to_change_it(at):
    added = add_person(actor="process:test", name="Ada Lovelace", at=at)
    browser = Client()
    sign_in(browser, password=added.password)

    for address in ("/", "/account/2fa/", "/admin/"):
        assert browser.get(address).url == "/account/password/change/"
    browser.post(
        "/account/password/change/",
        {"oldpassword": added.password, "password1": PASSWORD, "password2": PASSWORD},
    )

    assert browser.get("/account/2fa/").status_code == 200
    assert not Person.objects.get().must_change_password
    assert [verb for verb, _, _ in verbs()] == [
        "people.person.added",
        "people.session.started",
        "people.password.set",
    ]


def test_a_new_password_ends_the_other_sessions(ada, at):
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)

    set_password(actor="process:test", person=ada, password="another long password", at=at)

    assert not is_signed_in(here)
    assert not is_signed_in(there)


def test_signing_out_needs_a_post_and_empties_the_browser(ada):
    browser = Client()
    sign_in(browser)

    assert browser.get("/account/logout/").status_code == 200
    assert is_signed_in(browser)
    answer = browser.post("/account/logout/")

    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_signed_in(browser)


@pytest.mark.parametrize(
    "address",
    [
        "/account/signup/",
        "/account/email/",
        "/account/inactive/",
        "/account/password/set/",
        "/account/password/reset/",
        "/account/password/reset/key/1-set-password/",
        "/account/confirm-email/abc/",
        "/account/login/code/",
        "/account/social/signup/",
        "/account/3rdparty/",
        "/account/2fa/webauthn/",
    ],
)
def test_nobody_signs_up_or_proves_an_address(ada, address):
    browser = Client()
    assert browser.get(address).status_code == 404
    sign_in(browser)
    assert browser.get(address).status_code == 404
    assert browser.post(address, {"email": "x@example.com"}).status_code == 404


def test_with_a_second_factor_the_password_is_half_the_way(ada, clock):
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(ada, secret)
    browser = Client()

    answer = sign_in(browser)
    assert answer.url == reverse("mfa_authenticate")
    assert not is_signed_in(browser)
    assert verbs() == []
    browser.post(answer.url, {"code": code_of(secret)})

    assert is_signed_in(browser)
    assert [verb for verb, _, _ in verbs()] == ["people.session.started"]


def test_a_second_factor_is_enrolled_with_the_password_at_hand(ada):
    browser = Client()
    sign_in(browser)

    asked = browser.get("/account/2fa/totp/activate/")
    assert asked.url.startswith("/account/reauthenticate/")
    page = browser.post(asked.url, {"password": PASSWORD}, follow=True)
    assert page.redirect_chain == [("/account/2fa/totp/activate/", 302)]
    secret = browser.session[SECRET_SESSION_KEY]
    browser.post("/account/2fa/totp/activate/", {"code": code_of(secret)})

    assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}
    assert verbs()[1:] == [("people.factor.enrolled", f"person:{ada.pk}", "")]


def test_new_codes_and_the_end_of_a_second_factor_are_recorded_and_a_wrong_code_is_not(ada):
    browser = Client()
    sign_in(browser)
    asked = browser.get("/account/2fa/totp/activate/")
    browser.post(asked.url, {"password": PASSWORD}, follow=True)
    secret = browser.session[SECRET_SESSION_KEY]

    browser.post("/account/2fa/totp/activate/", {"code": "000000"})
    browser.post("/account/2fa/totp/activate/", {"code": code_of(secret)})
    browser.post("/account/2fa/recovery-codes/generate/")
    browser.post("/account/2fa/totp/deactivate/")

    assert not Authenticator.objects.exists()
    assert [verb for verb, _, _ in verbs()][1:] == [
        "people.factor.enrolled",
        "people.codes.made",
        "people.factor.removed",
    ]


@pytest.mark.parametrize("address", [CLOSED_PAGE, "/account/reauthenticate/"])
def test_who_forgot_the_password_is_told_whom_to_ask_and_led_nowhere(ada, address):
    browser = Client()
    sign_in(browser)

    page = browser.get(address).content.decode()

    assert "Forgotten? Your access administrator gives you a new one." in page
    assert "/account/password/reset/" not in page


def test_it_is_called_a_second_factor_on_every_page(ada):
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    browser, other = Client(), Client()
    sign_in(browser)
    asked = browser.get("/account/2fa/totp/activate/")
    pages = [browser.post(asked.url, {"password": PASSWORD}, follow=True)]
    pages.append(browser.get("/account/2fa/"))
    TOTP.activate(ada, secret)
    pages += [browser.get("/account/2fa/"), browser.get("/account/2fa/totp/deactivate/")]
    pages.append(other.get(sign_in(other).url))

    for page in pages:
        said = page.content.decode()
        assert page.status_code == 200
        assert "second factor" in said.lower()
        assert "two-factor" not in said.lower()


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
