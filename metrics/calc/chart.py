"""The chart of accounts, and the lines that consolidation adds to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from metrics import roles

from .matrix import Flags, Ints
from .order import parents_first

DIFFERENCE, ROUNDING, BALANCE_DIFFERENCE = "elimination_difference", "elimination_rounding", "balance_difference"
NET_INCOME, EQUITY_RESULT, MINORITY_SHARE = "net_income", "equity_result", "minority_share"
MINORITY_EQUITY = "minority_equity"
LINES = (DIFFERENCE, ROUNDING, BALANCE_DIFFERENCE, NET_INCOME, EQUITY_RESULT, MINORITY_SHARE, MINORITY_EQUITY)
"""What consolidation adds to the chart: lines that no account declares, in the places after the last account."""


@dataclass(frozen=True)
class AccountNode:
    """A line of the chart. `is_money` decides on translation, `rollup` on time: sum, last or average.

    An account that is not `additive` (a score, a reported ratio) is summed neither over units nor into a
    parent account: a group has it only where somebody typed it on the group itself.
    """

    id: int
    code: str
    kind: str
    parent: int | None = None
    weight: int = 1
    rollup: str = "sum"
    rate_type: str = "average"
    role: str = ""
    is_money: bool = True
    additive: bool = True


@dataclass(frozen=True)
class Chart:
    """The accounts, parents first. The places after the last one hold the lines of consolidation (`LINES`)."""

    accounts: tuple[AccountNode, ...]
    parent: tuple[int, ...]
    place: Mapping[int, int] = field(repr=False)
    by_code: Mapping[str, int] = field(repr=False)

    @classmethod
    def of(cls, nodes: Iterable[AccountNode]) -> Chart:
        ordered = parents_first({node.id: node for node in nodes}, "account")
        place = {node.id: index for index, node in enumerate(ordered)}
        return cls(
            accounts=tuple(ordered),
            parent=tuple(-1 if node.parent is None else place[node.parent] for node in ordered),
            place=place,
            by_code={node.code: index for index, node in enumerate(ordered)},
        )

    def __len__(self) -> int:
        return len(self.accounts)

    @property
    def places(self) -> int:
        """How many lines a cube has: the accounts, and those of consolidation."""
        return len(self.accounts) + len(LINES)

    def line(self, name: str) -> int:
        """The place of a line of consolidation."""
        return len(self.accounts) + LINES.index(name)

    @cached_property
    def additive(self) -> Flags:
        """Which places add up over units; what is a group's minority's is its own, and no sum of those below."""
        lines = [name not in (MINORITY_SHARE, MINORITY_EQUITY) for name in LINES]
        return np.array([*(node.additive for node in self.accounts), *lines], dtype=bool)

    @cached_property
    def terms(self) -> Mapping[str, tuple[tuple[int, int], ...]]:
        """For each role the accounts, with their factors, that add up to it (see `metrics.roles`)."""
        parents = {node.id: node.code for node in self.accounts}
        chart = [
            roles.Node(
                code=node.code,
                parent="" if node.parent is None else parents[node.parent],
                kind=node.kind,
                weight=node.weight,
                role=node.role,
            )
            for node in self.accounts
        ]
        return {
            role: tuple((self.by_code[code], factor) for code, factor in found.items())
            for role, found in roles.terms(chart).items()
        }

    @cached_property
    def profit_signs(self) -> Ints:
        """What one unit of each place does to profit: +1 income, −1 expense, 0 neither, contra accounts turned."""
        return self._signs({"income": 1, "expense": -1}, EQUITY_RESULT)

    @cached_property
    def balance_signs(self) -> Ints:
        """What one unit of each place does to net assets: +1 asset, −1 liability, 0 neither, contra accounts turned."""
        return self._signs({"asset": 1, "liability": -1})

    def _signs(self, kinds: Mapping[str, int], *lines: str) -> Ints:
        signs = np.zeros(self.places, dtype=np.int64)
        for index, node in enumerate(self.accounts):
            sign = kinds.get(node.kind, 0)
            at = index
            while sign and self.parent[at] != -1 and self.accounts[self.parent[at]].kind == node.kind:
                sign *= self.accounts[at].weight
                at = self.parent[at]
            signs[index] = sign
        for name in lines:
            signs[self.line(name)] = 1
        return signs
