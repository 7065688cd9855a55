"""The time zones people may live in."""

from __future__ import annotations

from functools import cache
from unicodedata import normalize
from zoneinfo import available_timezones


@cache
def time_zones() -> frozenset[str]:
    """Their names, read once: asking for them opens some six hundred files."""
    return frozenset(available_timezones())


def zones_like(text: str, *, most: int = 12) -> list[str]:
    """Names of places that hold a text, those whose city begins with it first; the first of all for no text."""
    wanted = _plain(text)
    found = [(not city.startswith(wanted), name) for plain, city, name in _places() if wanted in plain]
    return [name for _, name in sorted(found)[:most]]


def zone_meant(text: str) -> str:
    """The zone that somebody names: in any case, with spaces, or by its city alone where only one has it.

    Empty where it is none, or could be several.
    """
    wanted = _plain(text)
    found = {name for plain, city, name in _places() if wanted in (plain, city)}
    exact = {name for plain, _, name in _places() if plain == wanted}
    return min(exact or found) if len(exact or found) == 1 else ""


@cache
def _places() -> tuple[tuple[str, str, str], ...]:
    """Of every zone of a place: its name as compared, its city as compared, its name."""
    names = sorted(name for name in time_zones() if name == "UTC" or ("/" in name and not name.startswith("Etc/")))
    return tuple((_plain(name), _plain(name.rpartition("/")[2]), name) for name in names)


def _plain(text: str) -> str:
    """Without accents and case, words joined as in the names of zones."""
    letters = normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "_".join(letters.replace("_", " ").casefold().split())
