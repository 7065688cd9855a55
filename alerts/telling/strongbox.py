"""Secrets that must be read again: encrypted with a key made of SECRET_KEY; former keys open what they locked."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

PURPOSE = b"plumbline.alerts.channels-1"


class Unreadable(OSError):
    """A secret was locked with a key that is not here any more."""


def lock(secret: str) -> str:
    """The secret as it is stored."""
    return _box().encrypt(secret.encode()).decode()


def unlock(stored: str) -> str:
    """The secret again; raises Unreadable."""
    try:
        return _box().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise Unreadable(
            "The SECRET_KEY that locked this channel is gone: give the channel its address again."
        ) from error


def _box() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    return hashlib.blake2b(PURPOSE, key=hashlib.sha256(key.encode()).digest(), digest_size=32).digest()
