"""Another tree over the same units, as one reader may see it: its nodes, and below them the units assigned to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from itertools import pairwise

from django.db.models import F, Q

from reports.facts import ELIMINATION, NOTHING, WHOLE, Company, Terms, UnitFact
from reports.holdings import Days
from units.marks import day_of, standing_at
from units.models import Assignment, Unit
from units.scope import Scope

Facts = dict[int, UnitFact]


def other_tree_at(company: Facts, scope: Scope, mark: int, node: int, *, is_now: bool) -> tuple[Facts, frozenset[int]]:
    """The tree of a node over the units of the company that a reader may see, and the nodes on which there may be
    some that he may not see.

    A unit brings the part of it that is in the figures at the top of the company, whatever node it hangs on. `is_now`
    is the tree of today at all times.
    """
    hung = assigned(scope, mark, tree=_tree_of(node, scope), until=day_of(mark) if is_now else None)
    if is_now:
        hung = {pk: rows[-1:] for pk, rows in hung.items()}
    nodes = {pk: rows[0].unit for pk, rows in hung.items() if rows[0].unit.tree}
    rest = next((pk for pk, unit in nodes.items() if unit.kind == Unit.Kind.UNIT), None)
    days = Days()
    places = {pk: _parents(rows, nodes, None if pk in nodes else rest, days) for pk, rows in hung.items()}
    facts: Facts = {
        pk: UnitFact(pk, unit.code, unit.name, unit.kind, places[pk][-1][1], WHOLE, formers=_formers(places[pk]))
        for pk, unit in nodes.items()
    }
    shares = Company(units=company, accounts={})
    for pk, fact in company.items():
        facts[pk] = _brought(fact, places.get(pk, [(0, rest)]), shares)
    return facts, frozenset() if scope.may_everywhere("figures.read") else frozenset(nodes)


def assigned(scope: Scope, mark: int, *, tree: str, until: date | None = None) -> dict[int, list[Assignment]]:
    """By what hangs in a tree its assignments at a mark that a reader may see, the earliest first; those that begin
    `until` a day."""
    rows = Assignment.objects.within(scope).filter(standing_at(mark), tree=tree)
    if until is not None:
        rows = rows.filter(Q(starts__isnull=True) | Q(starts__lte=until))
    found: dict[int, list[Assignment]] = {}
    for row in rows.select_related("unit").order_by(F("starts").asc(nulls_first=True), "position", "pk"):
        found.setdefault(row.unit_id, []).append(row)
    return found


Hung = list[tuple[int, int | None]]
"""The first period on each parent, with that parent (None: none, or one that may not be seen), the earliest first."""


def _parents(rows: list[Assignment], nodes: Collection[int], before: int | None, days: Days) -> Hung:
    """On what something hangs from which period on; `before` its first assignment, where it has none from the start."""
    found: Hung = [] if rows[0].starts is None else [(0, before)]
    for row in rows:
        first = days.reached(row.starts) if row.starts else 0
        found.append((first, row.parent_id if row.parent_id in nodes else before))
    return found


def _formers(hung: Hung) -> tuple[tuple[int, int | None], ...]:
    """The last period on each parent but the final one."""
    return tuple((first - 1, parent) for (_, parent), (first, _) in pairwise(hung))


def _tree_of(node: int, scope: Scope) -> str:
    found: str | None = Unit.objects.within(scope).filter(pk=node).values_list("tree", flat=True).first()
    return found or ""


def _brought(fact: UnitFact, hung: Hung, company: Company) -> UnitFact:
    """A unit of the company on its nodes, with the terms on which it is in the figures at the top."""
    begun = sorted({0, *(first for unit in company.units.values() for first in _changes(unit))})
    terms = [_terms(fact, ordinal, company) for ordinal in begun]
    return replace(
        fact,
        kind="unit" if fact.kind == ELIMINATION else fact.kind,
        parent=hung[-1][1],
        share=terms[0].share,
        held=terms[0].held,
        is_equity=terms[0].is_equity,
        later=tuple(terms[1:]),
        formers=_formers(hung),
    )


def _changes(unit: UnitFact) -> list[int]:
    """The periods in which a unit's place or terms begin to be others."""
    return [*(terms.first for terms in unit.later), *(last + 1 for last, _ in unit.formers)]


def _terms(fact: UnitFact, ordinal: int, company: Company) -> Terms:
    moment = (ordinal, False)
    top = company.line(fact.id, moment)[-1]
    share, held = company.share(fact.id, top, moment), company.held(fact.id, top, moment)
    own = fact.at(moment)
    if share == NOTHING:
        return Terms(ordinal, NOTHING, own.held if own.is_equity else NOTHING, own.is_equity)
    return Terms(ordinal, share, held if share == WHOLE else share)
