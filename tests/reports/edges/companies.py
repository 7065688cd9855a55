"""Companies at the edge of what there is: nothing yet, one unit, three hundred, holes in the figures, hostile names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import time_machine
from django.apps import apps
from django.db.models import CharField, Model, TextField
from django.test import Client

from ledger.models import Account
from metrics.models import Metric, MetricVersion
from people.models import Person
from reports.models import Scenario
from tests.access.furniture import furnish
from tests.access.keys import objects
from tests.access.policy import PLACES
from tests.cast import PARTS, person, play, session_of
from tests.company import ACCOUNTS, FIGURES, UNITS, Company, build_company
from tests.metrics.engine import AT
from tests.reports.edges.wholeness import is_turned
from tests.reports.hostile import HOSTILE
from units import roles
from units.marks import newest_mark, take_mark
from units.models import Unit

READERS = ("finance_admin", "executive", "auditor", "approver", "retail_lead", "access_admin")


@dataclass(frozen=True)
class Edge:
    """A company somebody reads: the keys of its objects (nothing where it has none), who reads, and what people typed
    that does not run from left to right."""

    objects: dict[str, dict[str, object]]
    clients: dict[str, Client]
    typed: frozenset[str] = frozenset()

    def __deepcopy__(self, memo: object) -> Edge:
        return self  # nothing is changed by reading


def empty() -> Edge:
    """Nothing was imported yet; everybody whose role is not on a unit has signed in."""
    take_mark(AT)
    found = {name: session_of(person(PARTS[name].name, PARTS[name].role)) for name in READERS if not PARTS[name].unit}
    return Edge({}, found)


# --- one unit --------------------------------------------------------------------------------------------------
ONE_UNIT = "code | parent | kind | name\n RETAIL | | unit | Only Shop"
ONE_FIGURES = "\n".join(
    line.replace("SHOPS ", "RETAIL")
    for line in FIGURES.splitlines()
    if "unit " in line or ("SHOPS " in line and "DEPOT" not in line)
)


def one() -> Edge:
    return lived(build_company(ONE_UNIT, ONE_FIGURES), dict.fromkeys(PLACES, "RETAIL"))


# --- three hundred ---------------------------------------------------------------------------------------------
REGIONS, BELOW_EACH = 12, 24
LONG = (
    "Western Precision Instruments and Industrial Automation Services International Holding of North Rhine-Westphalia",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2,
    "The Company Formerly Known as the Second Oldest Purveyor of Fine Stationery to the Courts of Five Kingdoms, Ltd.",
)


def long_name(number: int) -> str:
    """A name as long as names may be, with and without places where a line may end."""
    return f"{number} {LONG[number % 3]}"[:120]


def long_code(number: int) -> str:
    """A code as long as codes may be for every other unit."""
    return f"N{number:03}" if number % 2 else f"N{number:03}-{'LONGEST' * 5}"


def many_units() -> str:
    """Three levels below the group: regions, and units in them."""
    lines = []
    for region in range(REGIONS):
        lines.append(f"R{region:02} | GROUP | group | {long_name(region)}")
        for place in range(BELOW_EACH):
            number = region * BELOW_EACH + place
            lines.append(f"{long_code(number)} | R{region:02} | unit | {long_name(number)}")
    return UNITS + "\n".join(lines)


def many_figures() -> str:
    """Every unit earns a little more than the one before, in two accounts, against one budget."""
    lines = ["unit | account | counterparty | version | 2026-06 | 2026-07 | 2026-08 | 2026-09"]
    for number in range(REGIONS * BELOW_EACH):
        code, sold = long_code(number), 1000 + 37 * number
        for account, version, amount in (
            ("REVENUE", "actual", sold),
            ("REVENUE", "budget-2026", 5000),
            ("PEOPLE", "actual", 600),
            ("PEOPLE", "budget-2026", 700),
            ("HEADS", "actual", 3 + number % 40),
        ):
            lines.append(f"{code} | {account} | | {version} |{' |'.join(f' {amount}' for _ in range(4))}")
    lines += [line.strip() for line in FIGURES.strip().splitlines()[1:]]
    return "\n".join(lines)


def many() -> Edge:
    furnished = ["GROUP", "RETAIL", "SHOPS", "WHOLESALE", "DEPOT", "ELIM", *(long_code(n) for n in range(10))]
    return lived(build_company(many_units(), many_figures()), PLACES, only=furnished)


# --- holes -----------------------------------------------------------------------------------------------------
HOLES = """
    unit      | account   | counterparty | version     | 2026-06 | 2026-07 | 2026-08 | 2026-09
    SHOPS     | REVENUE   |              | actual      |    1000 |       – |    1200 |    1300
    SHOPS     | COSTS     |              | actual      |     300 |       – |     340 |     360
    SHOPS     | PEOPLE    |              | actual      |     250 |       – |     260 |     260
    SHOPS     | HEADS     |              | actual      |       0 |       – |       0 |       0
    RETAIL    | PEOPLE    |              | actual      |     100 |     100 |       – |       –
    DEPOT     | REVENUE   |              | actual      |       0 |       0 |       0 |       0
    DEPOT     | COSTS     |              | actual      |     900 |     950 |     990 |    1040
    WHOLESALE | MARKETING |              | actual      |       – |       – |       – |    7777
    ELIM      | REVENUE   |              | actual      |    -300 |    -300 |       – |       –
    SHOPS     | REVENUE   |              | budget-2026 |       0 |       0 |       0 |       0
    SHOPS     | COSTS     |              | budget-2026 |     500 |     500 |     500 |     500
    SHOPS     | PEOPLE    |              | budget-2026 |    -250 |    -250 |    -250 |    -250
    RETAIL    | PEOPLE    |              | budget-2026 |       1 |       1 |       1 |       1
"""
"""Shops left July out, has nobody, and was to sell nothing, at a loss; Depot sells nothing and has no budget; what
Retail spends on people stopped; nothing of Eliminations came in the last months."""


def holes() -> Edge:
    return lived(build_company(UNITS, HOLES), PLACES)


# --- hostile names ---------------------------------------------------------------------------------------------
ENDLESS = ("y" * 200, "\u202e" + "z" * 199)
NAMES = (*HOSTILE, *ENDLESS)
HOSTILE_UNITS = UNITS + "\n".join(f"    H{n:02} | SHOPS | unit | h" for n in range(len(NAMES) - 6))
HOSTILE_ACCOUNTS = ACCOUNTS + "\n".join(
    f"    Q{n:02} | expense | sum | other_operating_cost | lower | money" for n in range(len(NAMES))
)
HOSTILE_FIGURES = FIGURES.rstrip() + "".join(
    f"\n    {unit} | {account} | | {version} | 10 | 20 | 30 | {40 + n}"
    for n in range(len(NAMES) - 6)
    for unit, account, version in (
        (f"H{n:02}", "REVENUE", "actual"),
        (f"H{n:02}", f"Q{n:02}", "actual"),
        (f"H{n:02}", "REVENUE", "budget-2026"),
        ("SHOPS", f"Q{n:02}", "actual"),
        ("SHOPS", f"Q{n:02}", "budget-2026"),
    )
)


def hostile() -> Edge:
    """Every unit, account, metric, person and scenario has a name that nobody should trust."""
    company = build_company(HOSTILE_UNITS, HOSTILE_FIGURES, HOSTILE_ACCOUNTS)
    _rename(Unit, "name", Unit.unscoped.order_by("pk"))
    _rename(Account, "name", Account.objects.filter(code__startswith="Q").order_by("pk"))
    for place, name in enumerate(NAMES):
        person(f"h{place}", roles.UNIT_LEADER, company.shops)
        MetricVersion.objects.create(
            metric=Metric.objects.create(code=f"hostile_{place}"),
            label=name[:120],
            kind="money",
            formula=f"account:Q{place:02}",
            from_mark=newest_mark(),
            actor="process:test",
        )
    edge = lived(company, PLACES)
    _rename(Person, "name", Person.objects.filter(email__startswith="h").order_by("pk"))
    _rename(Scenario, "name", Scenario.unscoped.order_by("pk"))
    return replace(edge, typed=frozenset(_typed()))


def _rename(model: type[Model], field: str, rows: object) -> None:
    """Give each the next of the names, as long as it has room for."""
    room = model._meta.get_field(field).max_length
    for row, name in zip(rows, NAMES, strict=False):  # type: ignore[call-overload]  # any rows of the model
        model._base_manager.filter(pk=row.pk).update(**{field: name[:room]})


def _typed() -> Iterator[str]:
    """Every text of the database that is not written from left to right."""
    for model in apps.get_models():
        fields = [each.name for each in model._meta.concrete_fields if isinstance(each, CharField | TextField)]
        for row in model._base_manager.values_list(*fields) if fields else ():
            yield from (each for each in row if isinstance(each, str) and is_turned(each))


def lived(company: Company, places: Mapping[str, str | None], *, only: Collection[str] = ()) -> Edge:
    people = {name: play(name, company) for name in PARTS}
    found = objects(furnish(company, only=only), places)
    return Edge(found, {name: session_of(people[name]) for name in READERS})


COMPANIES: dict[str, Callable[[], Edge]] = {
    "empty": empty,
    "one": one,
    "many": many,
    "holes": holes,
    "hostile": hostile,
}


def built(name: str) -> Edge:
    """The company of this name, lived in at the moment of the tests."""
    with time_machine.travel(AT, tick=False):
        return COMPANIES[name]()
