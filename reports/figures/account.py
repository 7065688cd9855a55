"""The page of one's own: roles, theme, second factor, keys for programs."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.deeds import Deed


@dataclass(frozen=True)
class HeldRole:
    """A role as its holder reads it: on which unit (or the whole company), since and until when."""

    role: str
    unit: str
    since: str
    until: str = ""


@dataclass(frozen=True)
class TokenRow:
    """A key for a program. `state` is open, expired or revoked; only an open one can be revoked."""

    name: str
    prefix: str
    abilities: str
    units: str
    expires: str
    last_used: str
    state: str
    state_label: str
    revoke: Deed | None = None


@dataclass(frozen=True)
class AccountBoard:
    """What a person sees of herself. `made` is the key of a token just made: shown once, stored nowhere."""

    title: str
    name: str
    email: str
    roles: tuple[HeldRole, ...]
    themes: tuple[tuple[str, str, bool], ...]
    theme_href: str
    sign_out_href: str
    password_href: str
    second_factor_href: str
    has_second_factor: bool
    tokens: tuple[TokenRow, ...] = ()
    token_form: object | None = None
    token_href: str = ""
    made: str = ""


__all__ = ["AccountBoard", "HeldRole", "TokenRow"]
