"""The policy: who of the cast may do what, and which answers that allows.

It is written from what the roles are said to be, not from the code. The places of objects are those that Retail's
leader sees them in:

    own      Retail          child    Shops, below it
    sibling  Wholesale       parent   the whole company, above it
    absent   nothing, in an address that looks like the others
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.access.routes import Route

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
READ = frozenset({"GET", "HEAD"})
ANYHOW = frozenset(METHODS)  # Django's admin looks at the method only where it saves
SHOWN = frozenset({200})
SHOWN_OR_SENT_ON = frozenset({200, 302})

PLACES: dict[str, str | None] = {
    "own": "RETAIL",
    "child": "SHOPS",
    "sibling": "WHOLESALE",
    "parent": "GROUP",
    "absent": None,
}

EVERYTHING = frozenset({"GROUP", "RETAIL", "SHOPS", "WHOLESALE", "DEPOT", "ELIM"})
NOTHING: frozenset[str] = frozenset()

# Where each of the cast has the abilities of the role. `anonymous` has no session, that of `deactivated` is
# dead, and a token opens the API only.
UNITS: dict[str, frozenset[str]] = {
    "anonymous": NOTHING,
    "deactivated": NOTHING,
    "stranger": NOTHING,
    "former_lead": NOTHING,
    "retail_lead": frozenset({"RETAIL", "SHOPS"}),
    "wholesale_lead": frozenset({"WHOLESALE", "DEPOT"}),
    "group_lead": EVERYTHING,
    "executive": EVERYTHING,
    "finance_admin": EVERYTHING,
    "approver": EVERYTHING,
    "auditor": EVERYTHING,
    "board_reader": EVERYTHING,
    "access_admin": EVERYTHING,
    "retail_token": frozenset({"SHOPS"}),
    "finance_token": EVERYTHING,
}
CAST = tuple(UNITS)
OF_EACH_KIND = ("anonymous", "stranger", "retail_lead", "executive", "finance_admin", "access_admin", "finance_token")
"""One of each kind of the cast: without a session, without a role, on some units, on all, who writes, a program."""
TOKENS = frozenset({"retail_token", "finance_token"})
WITHOUT_SESSION = TOKENS | {"anonymous", "deactivated"}

LEADERS = frozenset({"retail_lead", "wholesale_lead", "group_lead"})
READERS = LEADERS | {"executive", "finance_admin", "approver", "auditor"}
WHO_MAY: dict[str, frozenset[str]] = {
    "figures.read": READERS | TOKENS,
    "alerts.read": READERS | {"retail_token"},
    "alerts.work": LEADERS | {"executive", "finance_admin"},
    "alerts.escalate": LEADERS | {"executive", "finance_admin"},
    "alerts.silence": frozenset({"executive", "finance_admin"}),
    "telling.manage": frozenset({"finance_admin"}),
    "thresholds.read": READERS,
    "thresholds.set": frozenset({"finance_admin"}),
    "thresholds.approve": frozenset({"approver"}),
    "figures.import": frozenset({"finance_admin", "finance_token"}),
    "imports.read": frozenset({"finance_admin", "auditor"}),
    "structure.import": frozenset({"finance_admin"}),
    "periods.close": frozenset({"finance_admin"}),
    "metrics.define": frozenset({"finance_admin"}),
    "recompute.run": frozenset({"finance_admin"}),
    "plans.make": frozenset({"executive", "finance_admin"}),
    "scenarios.make": LEADERS | {"executive", "finance_admin"},
    "record.read": frozenset({"finance_admin", "auditor"}),
    "record.verify": frozenset({"auditor"}),
    "commentary.read": READERS,
    "commentary.work": LEADERS | {"executive", "finance_admin"},
    "commentary.write": LEADERS | {"executive"},
    "commentary.accept": LEADERS | {"executive", "finance_admin"},
    "people.manage": frozenset({"access_admin"}),
    "grants.manage": frozenset({"access_admin"}),
    "admin.enter": frozenset({"finance_admin", "access_admin"}),
    "anybody": frozenset(CAST),
}


# Leaders accept words on the units below their own, never on their own.
BELOW: dict[tuple[str, str], frozenset[str]] = {
    ("retail_lead", "commentary.accept"): frozenset({"SHOPS"}),
    ("wholesale_lead", "commentary.accept"): frozenset({"DEPOT"}),
    ("group_lead", "commentary.accept"): EVERYTHING - {"GROUP"},
}

# Kinds of object that stand on a unit and are seen only where it is; all others are the same for everybody.
BY_UNIT = frozenset(
    {
        "unit",
        "unit pk",
        "sheet",
        "entry",
        "alert",
        "alert pk",
        "threshold",
        "threshold pk",
        "silence",
        "commentary",
        "submitted commentary",
        "proposal",
        "gap",
        "scenario",
    }
)


@dataclass(frozen=True)
class Work:
    """A method that writes: the ability it needs, what it says when done (nothing: never), what is sent along."""

    ability: str
    done: frozenset[int]
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """The policy of one route.

    `door` says who gets as far as the question of abilities:
        public    everybody
        closed    nobody: it is not found, whoever asks
        session   everybody signed in; there is nothing more to ask
        ability   whoever signed in and has the ability, for the object where the address names one
        admin     the same, and who may enter the admin at all
        barred    nobody: it is forbidden, whoever asks for whatever
    `style` says how a closed door looks to somebody without a session: a page sends to the sign-in page, the
    API answers 401 (and opens to tokens). `of` is the kind of object in the address, `seen` the ability by
    which its rows are seen where that is another one than the page's. `works` are the methods that write.
    """

    door: str = "ability"
    ability: str = "figures.read"
    style: str = "page"
    of: str = ""
    seen: str = ""
    answers: frozenset[str] = READ
    found: frozenset[int] = SHOWN
    works: Mapping[str, Work] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)  # other parameters of the address, always the same
    blind: bool = False  # answers alike whatever object the address names

    def address(self, route: Route, known: Mapping[str, Mapping[str, object]], place: str) -> str:
        """The path of the object at a place."""
        values = {name: self.also.get(name) or known[self.of][place] for name in route.parameters}
        return route.address(values)


# --- what is expected ---------------------------------------------------------------------------------


def expected(row: Row, who: str, method: str, place: str = "own") -> frozenset[int]:
    """The statuses that policy allows: one, except where several say the same to everybody."""
    refusal = _at_the_door(row, who)
    if refusal is not None:
        return refusal
    if method in row.works:
        return _of_work(row, row.works[method], who, place)
    if row.style == "api" and method == "OPTIONS":
        place = "own" if row.of not in BY_UNIT else place_in_reach(who)  # describes the route, not the object
    reading = _of_reading(row, who, place)
    if method in row.answers:
        return reading
    # Not answered: said before or after the question who asks, but never done.
    refused = reading - {200, 302}
    return refused | {405} | (SHOWN if method == "OPTIONS" else frozenset())


def askers(row: Row, method: str) -> tuple[str, ...]:
    """Who is worth asking as: everybody, but for a method that the route does not answer one of each kind."""
    return CAST if method in row.works or method in ("GET", "POST") else OF_EACH_KIND


def places(row: Row, who: str, method: str) -> tuple[str, ...]:
    """The objects worth asking about: all where it matters, one where the door is closed before."""
    if _at_the_door(row, who) is not None:
        return ("own",)
    if method in row.works or method == "GET":
        return tuple(PLACES)
    # Not answered, or answered like a GET: what is Retail's, what is not, what is not there, for each who sees it.
    return ("own", "sibling", "absent") if method in ("HEAD", "OPTIONS") else ("sibling", "absent")


def may(who: str, ability: str, unit: str | None = None) -> bool:
    """Whether this one of the cast may do something, on a unit or anywhere at all."""
    return who in WHO_MAY[ability] and (unit is None or unit in BELOW.get((who, ability), UNITS[who]))


def place_in_reach(who: str) -> str:
    """Some place that this one may see; for who sees none it does not matter which."""
    return next((place for place, unit in PLACES.items() if unit in UNITS[who]), "own")


def _at_the_door(row: Row, who: str) -> frozenset[int] | None:
    if row.door == "closed":
        return frozenset({404})
    if row.door == "public" or (row.style == "api" and who in TOKENS):
        return None
    if who in WITHOUT_SESSION:
        return frozenset({401 if row.style == "api" else 302})
    if row.door == "barred" or (row.door == "admin" and not may(who, "admin.enter")):
        return frozenset({403})
    return None


def _of_reading(row: Row, who: str, place: str) -> frozenset[int]:
    if row.door in ("public", "session"):
        return SHOWN if row.works else row.found
    if not may(who, row.ability):
        # Who has the ability nowhere is told the same about every object, there or not.
        return frozenset({403, 404}) if row.of else frozenset({403})
    if row.blind or not row.of or (row.of not in BY_UNIT and place != "absent"):
        return row.found
    unit = PLACES[place]
    return row.found if unit and may(who, row.seen or row.ability, unit) else frozenset({404})


def _of_work(row: Row, work: Work, who: str, place: str) -> frozenset[int]:
    """Not found where the object is not the person's to see, then not allowed, then done."""
    if not work.done:
        return frozenset({403})
    seen = _of_reading(row, who, place)
    if not seen & row.found:
        return seen
    unit = PLACES[place] if row.of in BY_UNIT else None
    return work.done if may(who, work.ability, unit) else frozenset({403})
