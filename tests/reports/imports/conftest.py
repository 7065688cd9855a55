"""A storage of the test's own, and a finance administrator at her browser."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """A storage of the test's own."""
    own = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": own}
    return tmp_path


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """`with committed(): …` lets happen what waits for a commit, as it would outside of a test."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def client(signed_in, finance_admin) -> Client:
    return signed_in(finance_admin)
