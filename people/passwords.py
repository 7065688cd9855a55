"""Passwords that somebody else hands over: random, readable on a telephone, changed at the first sign-in."""

from __future__ import annotations

import secrets

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that reads like something else


def one_time_password() -> str:
    """Twenty letters and digits in groups of five, about 99 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))
