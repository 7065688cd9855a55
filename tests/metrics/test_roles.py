"""Which accounts stand behind a role: each account in one line of the statement, cloud where it lies."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from metrics.roles import STATEMENT_ROLES, Node, terms
from tests.tables import table


def chart(text: str) -> list[Node]:
    return [
        Node(str(row.code), str(row.parent), str(row.kind), int(row.get("weight") or 1), str(row.role))
        for row in table(text)
    ]


def test_a_role_is_its_topmost_accounts() -> None:
    found = terms(
        chart("""
        code     | parent | kind        | role
        Sales    |        | income      | revenue
        Online   | Sales  | income      | revenue
        Services |        | income      | revenue
        Heads    |        | statistical | headcount
        Sellers  | Heads  | statistical | headcount
        Rent     |        | expense     |
        """)
    )

    assert found == {"revenue": {"Sales": 1, "Services": 1}, "headcount": {"Heads": 1}}


def test_contractors_inside_personnel_are_taken_out_of_it() -> None:
    found = terms(
        chart("""
        code        | parent | kind    | role
        People      |        | expense | personnel
        Staff       | People | expense |
        Contractors | People | expense | contractors
        """)
    )

    assert found == {"personnel": {"People": 1, "Contractors": -1}, "contractors": {"Contractors": 1}}


def test_a_line_inside_a_line_inside_a_line() -> None:
    found = terms(
        chart("""
        code     | parent   | kind    | role
        Other    |          | expense | other_operating_cost
        External | Other    | expense | contractors
        Ads      | External | expense | marketing
        Travel   | Ads      | expense | other_operating_cost
        """)
    )

    assert found == {
        "other_operating_cost": {"Other": 1, "External": -1, "Travel": 1},
        "contractors": {"External": 1, "Ads": -1},
        "marketing": {"Ads": 1, "Travel": -1},
    }


def test_cloud_inside_cost_of_sales_is_above_gross_profit_and_counted_once() -> None:
    found = terms(
        chart("""
        code   | parent | kind    | role
        COGS   |        | expense | cost_of_sales
        Direct | COGS   | expense |
        Cloud  | COGS   | expense | cloud
        """)
    )

    assert found == {
        "cost_of_sales": {"COGS": 1, "Cloud": -1},
        "cloud": {"Cloud": 1},
        "cloud_above": {"Cloud": 1},
    }


def test_cloud_beside_cost_of_sales_is_above_gross_profit() -> None:
    found = terms(
        chart("""
        code     | parent  | kind    | weight | role
        Income   |         | income  | 1      |
        Sales    | Income  | income  | 1      | revenue
        COGS     | Income  | expense | -1     |
        Direct   | COGS    | expense | 1      | cost_of_sales
        Hosting  | COGS    | expense | 1      | cloud
        Overhead | Income  | expense | -1     |
        Wages    | Overhead | expense | 1     | personnel
        """)
    )

    assert found["cloud_above"] == {"Hosting": 1}
    assert found["cost_of_sales"] == {"Direct": 1}
    assert "cloud_below" not in found


def test_cloud_among_operating_cost_or_on_its_own_is_below_gross_profit() -> None:
    found = terms(
        chart("""
        code    | parent | kind    | role
        Direct  |        | expense | cost_of_sales
        Opex    |        | expense | other_operating_cost
        Hosting | Opex   | expense | cloud
        Storage |        | expense | cloud
        """)
    )

    assert found["cloud_below"] == {"Hosting": 1, "Storage": 1}
    assert found["other_operating_cost"] == {"Opex": 1, "Hosting": -1}
    assert "cloud_above" not in found


def test_contra_accounts_count_against_their_line() -> None:
    found = terms(
        chart("""
        code      | parent | kind    | weight | role
        Net       |        | income  | 1      |
        Sales     | Net    | income  | 1      | revenue
        Discounts | Net    | income  | -1     | revenue
        Returns   |        | expense | 1      | revenue
        Grants    |        | income  | 1      | personnel
        Debtors   |        | asset   | 1      |
        Invoiced  | Debtors | asset  | 1      | receivables
        Doubtful  | Debtors | asset  | -1     | receivables
        """)
    )

    assert found == {
        "revenue": {"Sales": 1, "Discounts": -1, "Returns": -1},
        "personnel": {"Grants": -1},
        "receivables": {"Invoiced": 1, "Doubtful": -1},
        "net_assets": {"Debtors": 1},
    }


def test_cost_is_not_against_its_line_when_it_lowers_a_result() -> None:
    found = terms(
        chart("""
        code   | parent | kind    | weight | role
        Profit |        | income  | 1      |
        Wages  | Profit | expense | -1     | personnel
        """)
    )

    assert found == {"personnel": {"Wages": 1}}


def test_a_note_that_is_not_summed_into_a_line_is_not_taken_out_of_it() -> None:
    found = terms(
        chart("""
        code   | parent | kind    | weight | role
        Staff  |        | expense | 1      | personnel
        """)
        + [Node("Note", "Staff", "expense", 0, "contractors")]
    )

    assert found == {"personnel": {"Staff": 1}, "contractors": {"Note": 1}}


@st.composite
def charts(draw: st.DrawFn) -> list[Node]:
    roles = st.sampled_from(["", *[role for role in STATEMENT_ROLES if role != "revenue"]])
    size = draw(st.integers(1, 12))
    parents = [draw(st.integers(-1, place - 1)) for place in range(size)]
    return [
        Node(str(place), str(parent) if parent >= 0 else "", "expense", 1, draw(roles))
        for place, parent in enumerate(parents)
    ]


@given(charts(), st.data())
def test_the_cost_lines_of_any_chart_add_up_without_counting_an_account_twice(
    nodes: list[Node], data: st.DataObject
) -> None:
    own = {node.code: data.draw(st.integers(0, 100)) for node in nodes}
    by_code = {node.code: node for node in nodes}

    def above(code: str) -> list[Node]:
        node = by_code[code]
        return [node, *above(node.parent)] if node.parent else [node]

    rolled = {code: sum(own[below] for below in own if by_code[code] in above(below)) for code in own}
    found = terms(nodes)
    lines = {
        role: sum(factor * rolled[code] for code, factor in accounts.items())
        for role, accounts in found.items()
        if role in STATEMENT_ROLES
    }
    nearest = {code: next((node.role for node in above(code) if node.role), "") for code in own}

    assert lines == {role: sum(amount for code, amount in own.items() if nearest[code] == role) for role in lines}
    assert sum(lines.values()) == sum(amount for code, amount in own.items() if nearest[code])
    both = [found.get(place, {}) for place in ("cloud_above", "cloud_below")]
    assert both[0] | both[1] == found.get("cloud", {})
