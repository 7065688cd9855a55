"""What a production start is refused for."""

from __future__ import annotations

import pytest
from django.db.backends.sqlite3.base import DatabaseWrapper

from config.checks import production_is_safe

GOOD = {
    "DEBUG": False,
    "ALLOWED_HOSTS": ["plumbline.example", "localhost"],
    "SECRET_KEY": "k" * 48,
    "SEAL_KEY": "s" * 48,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "REDIS_URL": "redis://:word@queue.example:6379/0",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "EMAIL_HOST": "mail.example",
    "EMAIL_USE_TLS": True,
    "CELERY_ACCEPT_CONTENT": ["json"],
}

LAX = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {"init_command": "PRAGMA synchronous=NORMAL;"}}

BAD = {
    "debugging pages": ({"DEBUG": True}, "plumbline.E001"),
    "any host": ({"ALLOWED_HOSTS": ["*"]}, "plumbline.E002"),
    "no host": ({"ALLOWED_HOSTS": []}, "plumbline.E002"),
    "only this machine's own names": ({"ALLOWED_HOSTS": ["localhost", "127.0.0.1"]}, "plumbline.E002"),
    "a short key for sessions": ({"SECRET_KEY": "short"}, "plumbline.E003"),
    "a short key for the record": ({"SEAL_KEY": "short"}, "plumbline.E003"),
    "one key for both": ({"SEAL_KEY": "k" * 48}, "plumbline.E004"),
    "a session cookie in the clear": ({"SESSION_COOKIE_SECURE": False}, "plumbline.E005"),
    "a form cookie in the clear": ({"CSRF_COOKIE_SECURE": False}, "plumbline.E005"),
    "a queue that unpickles": ({"CELERY_ACCEPT_CONTENT": ["json", "pickle"]}, "plumbline.E007"),
    "an open Redis": ({"REDIS_URL": "redis://queue.example:6379/0"}, "plumbline.E008"),
    "mail in the clear": ({"EMAIL_USE_TLS": False}, "plumbline.E009"),
}


@pytest.fixture(autouse=True)
def good(settings):
    for name, value in GOOD.items():
        setattr(settings, name, value)


def test_a_safe_configuration_is_let_through():
    assert production_is_safe(None) == []


@pytest.mark.parametrize("bad", BAD)
def test_each_unsafe_setting_alone_is_refused(settings, bad):
    terms, found = BAD[bad]
    for name, value in terms.items():
        setattr(settings, name, value)

    assert [error.id for error in production_is_safe(None)] == [found]


def test_a_sqlite_that_may_lose_what_was_committed_is_refused(settings, monkeypatch):
    monkeypatch.setitem(settings.DATABASES, "default", LAX)

    assert [error.id for error in production_is_safe(None)] == ["plumbline.E006"]


def test_redis_and_mail_on_this_machine_need_no_password_and_no_tls(settings):
    settings.REDIS_URL = "redis://127.0.0.1:6379/0"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "localhost", False

    assert production_is_safe(None) == []


def test_a_locked_database_is_not_taken_for_one_without_json() -> None:

    assert DatabaseWrapper.features_class.supports_json_field is True
