"""A deed a page offers: a button that posts, where `Action` is a link that leads somewhere."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Deed:
    """A button in a form of its own. `fields` are sent along; `hint` says what it does where the label cannot."""

    label: str
    href: str
    icon: str = ""
    is_primary: bool = False
    fields: tuple[tuple[str, str], ...] = ()
    hint: str = ""


__all__ = ["Deed"]
