"""Texts in the cache of pages: signed for their name, so that what somebody else put there is no text of ours.

Where there is Redis the web processes share them. What a text is made of is its name, so that it never has to be
taken back; it is only forgotten after a while.
"""

from __future__ import annotations

from django.core.cache import caches
from django.core.signing import BadSignature, Signer

PAGES = "pages"
"""The cache of settings.CACHES that holds them."""


def put(name: str, text: str, *, seconds: int) -> None:
    """Keep a text under a name for so long at most."""
    caches[PAGES].set(name, Signer(salt=name).sign(text), timeout=seconds)


def found(name: str) -> str | None:
    """The text of a name; None where there is none, or one that was not signed here for this name."""
    try:
        return Signer(salt=name).unsign(caches[PAGES].get(name, ""))
    except BadSignature:
        return None
