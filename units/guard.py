"""The guard: a query on a table that hangs on a unit raises unless it says within which scope.

Every such model has `objects` (guarded) and `unscoped` (loud, and allowed only in the places that
tests/architecture lists). The mark of a scope lies on the *query*, not on the queryset, and is asked
for when the query is compiled: rows, counts, aggregates, iterators, sub-queries, parts of a union,
related managers, prefetches, form drop-downs and async variants all pass there, and a pickled or
copied query keeps what it had. `exists()` stays open because uniqueness checks need it.

What no such guard can see is a join out of a visible row (`select_related`, a filter along a relation);
the two worlds of tests/access look for those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models.expressions import Exists
from django.db.models.sql import Query

if TYPE_CHECKING:
    from units.scope import Scope

M = TypeVar("M", bound=models.Model)


class ScopeMissing(RuntimeError):
    """A query was evaluated without `.within(scope)`: a mistake in the code, never of the reader."""

    def __init__(self, model: type[models.Model] | None) -> None:
        name = model.__name__ if model else "A table"
        super().__init__(f"{name} was read or changed without .within(scope).")


class GuardedQuery(Query):
    """SQL in the making that remembers whether it was narrowed to a scope."""

    is_scoped = False

    def require_scope(self) -> None:
        """Go on, or raise; what finds nothing by construction needs no scope."""
        if not (self.is_scoped or self.is_empty()):
            raise ScopeMissing(self.model)

    def get_compiler(self, using: Any = None, connection: Any = None, elide_empty: bool = True) -> Any:
        self.require_scope()
        return super().get_compiler(using, connection, elide_empty)

    def chain(self, klass: Any = None) -> Any:
        """Becoming an UPDATE leaves this class, so it is asked for here."""
        if klass is not None:
            self.require_scope()
        return super().chain(klass)  # type: ignore[misc]  # no stub knows it

    def has_results(self, using: str) -> bool:
        asked: Any = self.exists()
        asked.is_scoped = True  # uniqueness is asked across all scopes
        return bool(asked.get_compiler(using=using).has_results())

    def combine(self, rhs: Query, connector: str) -> None:
        """`both | one` is only as narrow as its widest part, `both & one` as its narrowest."""
        parts = [is_scoped(self), is_scoped(rhs)]
        super().combine(rhs, connector)
        self.is_scoped = any(parts) if connector == models.Q.AND else all(parts)

    def split_exclude(self, *args: Any, **kwargs: Any) -> Any:
        """`.exclude(children__…)` makes a sub-query on the outer row itself: a join, not a new question."""
        condition, needed = super().split_exclude(*args, **kwargs)  # type: ignore[misc]  # no stub knows it
        for child in condition.children:
            inner = getattr(child, "lhs", None)  # the condition reads EXISTS(inner) = true
            if isinstance(inner, Exists):
                inner.query.is_scoped = True  # type: ignore[attr-defined]  # of the guarded query
        return condition, needed


class GuardedQuerySet(models.QuerySet[M]):
    """A queryset that cannot be evaluated before it was narrowed to a scope.

    Models say with `scope_path` which lookup leads to their unit ("unit" by default; "" for the unit
    itself) and with `scope_ability` which ability opens them ("figures.read" by default).
    """

    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        super().__init__(model, query or GuardedQuery(model), using, hints)

    def within(self, scope: Scope, *, ability: str | None = None) -> Self:
        """Only what this scope may read; `ability` asks for another one than the model names."""
        path = getattr(self.model, "scope_path", "unit")
        wanted: str = ability or str(getattr(self.model, "scope_ability", "figures.read"))
        narrowed = self.filter(scope.condition(path, wanted))
        narrowed.query.is_scoped = True  # type: ignore[attr-defined]  # of the guarded query
        return narrowed

    def __or__(self, other: models.QuerySet[M]) -> Self:
        return self._still_guarded(super().__or__(other), other)  # type: ignore[no-any-return]  # rebuilt by Django as Self

    def __xor__(self, other: models.QuerySet[M]) -> Self:
        return self._still_guarded(super().__xor__(other), other)  # type: ignore[misc, no-any-return]  # rebuilt by Django as Self; no stub knows it

    def _still_guarded(self, combined: Any, other: models.QuerySet[M]) -> Any:
        """Django rebuilds a combination of slices on the base manager, where no guard stands."""
        if not isinstance(combined.query, GuardedQuery) and not (is_scoped(self.query) and is_scoped(other.query)):
            raise ScopeMissing(self.model)
        return combined

    def delete(self) -> tuple[int, dict[str, int]]:
        """Asked before the transaction of the delete begins."""
        self.query.require_scope()  # type: ignore[attr-defined]  # of the guarded query
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]  # read by templates
    delete.queryset_only = True  # type: ignore[attr-defined]  # read by managers

    def _raw_delete(self, using: Any) -> Any:
        self.query.require_scope()  # type: ignore[attr-defined]  # of the guarded query
        return super()._raw_delete(using)  # type: ignore[misc]  # no stub knows it

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        """SQL of one's own cannot be narrowed."""
        raise ScopeMissing(self.model)


def is_scoped(query: Query) -> bool:
    """Whether a query carries the mark of a scope or finds nothing anyway."""
    return bool(getattr(query, "is_scoped", False)) or query.is_empty()
