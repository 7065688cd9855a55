"""Another tree over the same units, as one reader may see it: its nodes, and below them the units assigned to them."""

from __future__ import annotations

from dataclasses import replace

from reports.facts import ELIMINATION, NOTHING, WHOLE, Company, Terms, UnitFact
from units.marks import standing_at
from units.models import Assignment, Unit
from units.scope import Scope

Facts = dict[int, UnitFact]


def other_tree_at(company: Facts, scope: Scope, mark: int, node: int) -> tuple[Facts, frozenset[int]]:
    """The tree of a node over the units of the company that a reader may see, and the nodes on which there may be
    some that he may not see.

    A unit brings the part of it that is in the figures at the top of the company, whatever node it hangs on.
    """
    assigned = Assignment.objects.within(scope).filter(standing_at(mark), tree=_tree_of(node, scope))
    rows = list(
        assigned.order_by("position", "pk").values_list(
            "unit_id", "parent_id", "unit__code", "unit__name", "unit__kind", "unit__tree"
        )
    )
    nodes = {row[0] for row in rows if row[5]}
    facts: Facts = {
        pk: UnitFact(pk, code, name, kind, parent if parent in nodes else None, WHOLE)
        for pk, parent, code, name, kind, tree in rows
        if tree
    }
    parents = {pk: parent for pk, parent, *_, tree in rows if not tree and parent in nodes}
    rest = next((pk for pk, fact in facts.items() if fact.kind == Unit.Kind.UNIT), None)
    shares = Company(units=company, accounts={})
    for pk, fact in company.items():
        facts[pk] = _brought(fact, parents.get(pk, rest), shares)
    return facts, frozenset() if scope.may_everywhere("figures.read") else frozenset(nodes)


def _tree_of(node: int, scope: Scope) -> str:
    found: str | None = Unit.objects.within(scope).filter(pk=node).values_list("tree", flat=True).first()
    return found or ""


def _brought(fact: UnitFact, parent: int | None, company: Company) -> UnitFact:
    """A unit of the company on a node, with the terms on which it is in the figures at the top."""
    begun = sorted({0, *(first for unit in company.units.values() for first in _changes(unit))})
    terms = [_terms(fact, ordinal, company) for ordinal in begun]
    return replace(
        fact,
        kind="unit" if fact.kind == ELIMINATION else fact.kind,
        parent=parent,
        share=terms[0].share,
        held=terms[0].held,
        is_equity=terms[0].is_equity,
        later=tuple(terms[1:]),
        formers=(),
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
