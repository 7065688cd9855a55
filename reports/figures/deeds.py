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


@dataclass(frozen=True)
class PinButton:
    """A button that pins a unit, or a metric of it, or takes it off; `back` is the page it stands on.

    `label` says what is pinned, `refused` why it could not be. A small one is an icon, in a row of a table.
    """

    unit: str
    metric: str
    label: str
    back: str
    is_pinned: bool
    is_small: bool = False
    refused: str = ""


__all__ = ["Deed", "PinButton"]
