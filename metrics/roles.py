"""Which accounts stand behind `role:X`: the meaning of roles on a chart of accounts, once and for everybody.

A role may stand on any node of the chart. `role:X` is the rolled-up amount of each topmost node with role X;
nodes of the same role below it are not added again. Three things make this more than a look-up:

* **Each account counts for one line of the statement.** Contractors are often booked inside personnel, cloud
  inside cost of sales. What lies inside a statement line under another statement role is taken out of the
  outer line, so that the lines of STATEMENT_ROLES never overlap and always add up.
* **Cloud has two possible places.** It lies above gross profit (`cloud_above`) where the nearest node over it
  that also holds other cost roles holds cost of sales and nothing else; everywhere else it lies below
  (`cloud_below`). The two are parts of `cloud` and never both of one account.
* **Contra accounts count against their line**: one with weight −1 into a parent of its own kind, or one whose
  kind is not the role's (a discount booked as expense, a credit booked as income).

Plain Python over rows of (code, parent, kind, weight, role); no figures are involved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

COST_ROLES = ("cost_of_sales", "personnel", "contractors", "marketing", "cloud", "other_operating_cost")
STATEMENT_ROLES = ("revenue", *COST_ROLES)
OF_KIND = {"net_assets": {"asset": 1, "liability": -1}, "equity": {"equity": 1}}
"""Roles that stand for all accounts of some kinds, with the sign of one unit of each."""

DERIVED_ROLES: Mapping[str, str] = MappingProxyType(
    {
        "cloud_above": "the accounts of role cloud that lie above gross profit",
        "cloud_below": "the accounts of role cloud that lie below gross profit",
        "net_assets": "all assets less all liabilities",
        "equity": "all accounts of equity",
        "elimination_difference": "what the eliminations of a unit leave over: income less expense eliminated there",
        "elimination_rounding": "the part of that which is no more than rounding and different rates of two sides",
        "balance_difference": "what eliminated balances leave over: assets less liabilities, at the last period",
        "net_income": "income less expense over all accounts, and the result of units at equity",
        "equity_result": "the part held of the profit of units that are held at equity",
        "minority_share": "the part of a group's net income that belongs to others than its owners",
        "minority_equity": "the part of a group's net assets that belongs to others than its owners",
    }
)
"""Roles that no account declares. The first four come from `terms`, the others from consolidation."""


@dataclass(frozen=True)
class Node:
    """An account as far as roles are concerned. `parent` and `role` are empty where there is none."""

    code: str
    parent: str = ""
    kind: str = "statistical"
    weight: int = 1
    role: str = ""


def terms(chart: Iterable[Node]) -> dict[str, dict[str, int]]:
    """For each role of a chart the accounts whose rolled-up amounts, times the factor given, add up to it.

    `{"personnel": {"5000": 1, "5900": -1}}` reads: the amount of 5000 less that of 5900, which lies inside
    5000 and belongs to another line. A role that no account carries has no key: it is not applicable.
    """
    return _Chart({node.code: node for node in chart}).terms()


class _Chart:
    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self.nodes = nodes
        self.found: dict[str, dict[str, int]] = {}
        self.cost_roles_in = self._cost_roles()

    def terms(self) -> dict[str, dict[str, int]]:
        for node in self.nodes.values():
            if node.role in STATEMENT_ROLES:
                self._add_line(node)
            elif node.role and not any(above.role == node.role for above in self.above(node)):
                self._add(node, node.code, _contra(node, self.nodes.get(node.parent)))
        return self.found | {role: found for role, kinds in OF_KIND.items() if (found := self._of_kinds(kinds))}

    def _of_kinds(self, kinds: Mapping[str, int]) -> dict[str, int]:
        """The accounts of some kinds that lie in none of their own kind with a weight: those hold the others."""
        found = {}
        for node in self.nodes.values():
            above = self.nodes.get(node.parent)
            if node.kind in kinds and (above is None or above.kind != node.kind or not node.weight):
                found[node.code] = kinds[node.kind]
        return found

    def above(self, node: Node) -> Iterator[Node]:
        while node.parent:
            node = self.nodes[node.parent]
            yield node

    def _add_line(self, node: Node) -> None:
        """A statement line counts for itself and is taken out of the line it lies in."""
        outer, weight = self._outer_line(node)
        if outer is None:
            self._add(node, node.code, self._factor(node))
        elif outer.role != node.role:
            self._add(node, node.code, self._factor(node))
            self._add(outer, node.code, -self._factor(outer) * weight)

    def _factor(self, node: Node) -> int:
        """+1, or −1 for a contra account; inside another line, the sign it already has there."""
        outer, weight = self._outer_line(node)
        if outer is None:
            return _contra(node, self.nodes.get(node.parent))
        turned = (outer.role == "revenue") != (node.role == "revenue")
        return self._factor(outer) * weight * (-1 if turned else 1)

    def _outer_line(self, node: Node) -> tuple[Node | None, int]:
        """The nearest statement line a node is summed into, and its weight in it."""
        weight, below = 1, node
        for node_above in self.above(node):
            weight *= below.weight
            if weight and node_above.role in STATEMENT_ROLES:
                return node_above, weight
            below = node_above
        return None, 1

    def _add(self, line: Node, code: str, factor: int) -> None:
        roles = [line.role]
        if line.role == "cloud":
            roles.append("cloud_above" if self._lies_above_gross_profit(line) else "cloud_below")
        for role in roles:
            self.found.setdefault(role, {})[code] = factor

    def _lies_above_gross_profit(self, cloud: Node) -> bool:
        for node in self.above(cloud):
            if node.role in COST_ROLES and node.role != "cloud":
                return node.role == "cost_of_sales"
            if self.cost_roles_in[node.code]:
                return self.cost_roles_in[node.code] == {"cost_of_sales"}
        return False

    def _cost_roles(self) -> dict[str, set[str]]:
        """The cost roles other than cloud that stand anywhere below each node."""
        held: dict[str, set[str]] = {code: set() for code in self.nodes}
        for node in self.nodes.values():
            if node.role in COST_ROLES and node.role != "cloud":
                for above in self.above(node):
                    held[above.code].add(node.role)
        return held


def _contra(node: Node, parent: Node | None) -> int:
    natural = "income" if node.role == "revenue" else "expense" if node.role in COST_ROLES else node.kind
    against_parent = parent is not None and parent.kind == node.kind and node.weight < 0
    return -1 if against_parent or node.kind != natural else 1
