"""The grammar: what a formula may look like and which tree it makes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.formula import (
    FUNCTIONS,
    Call,
    Context,
    Name,
    Negation,
    Node,
    Number,
    Operation,
    is_code,
    is_exact,
    parse,
    references,
    usage,
    written,
)
from metrics.formula.functions import moved
from tests.architecture.source import BASE
from tests.tables import assert_reads, table


@pytest.mark.parametrize(
    ("formula", "reads"),
    [
        ("1 + 2 * 3", "1 + 2 * 3"),
        ("(1 + 2) * 3", "(1 + 2) * 3"),
        ("10 - 4 - 3", "10 - 4 - 3"),
        ("10 - (4 - 3)", "10 - (4 - 3)"),
        ("a / b / c", "a / b / c"),
        ("-a * b", "-a * b"),
        ("-(a + b)", "-(a + b)"),
        ("a − b × c ÷ d", "a - b * c / d"),
        ("if(a ≤ 1 and b > 2 or not c = 3, 1, 0)", "if(a <= 1 and b > 2 or not c = 3, 1, 0)"),
        ("if(a < 1 and (b > 2 or c <> 3), 1, 0)", "if(a < 1 and (b > 2 or c != 3), 1, 0)"),
        ("15%", "0.15"),
        ("0.5%", "0.005"),
        ("budget.revenue", "budget.revenue"),
        ("budget.role:cost_of_sales", "budget.role:cost_of_sales"),
        ("account:4000-10.A", "account:4000-10.A"),
        ('account:"4000 A" + account:Erlöse', 'account:"4000 A" + account:Erlöse'),
        ("account:4000 - account:5000", "account:4000 - account:5000"),
        ("average(churn)+average(churn,3)", "average(churn) + average(churn, 3)"),
        ("days() / months()", "days() / months()"),
    ],
)
def test_a_formula_is_written_back_as_it_is_computed(formula: str, reads: str) -> None:
    assert written(parse(formula)) == reads


def test_nodes_know_where_they_stand() -> None:
    assert parse("revenue - budget.revenue") == Operation(
        "-", Name("revenue", None, at=0), Name("revenue", "budget", at=10), at=8
    )
    assert parse("ltm(x) * -15%") == Operation(
        "*",
        Call("ltm", (Name("x", None, at=4),), at=0),
        Negation(Number(Decimal("0.15"), at=10), at=9),
        at=7,
    )


def test_impact_formulas_know_the_numbers_of_a_breach() -> None:
    tree = parse("-(value - limit) * ann(baseline.revenue) + target - baseline", impact=True)

    assert [(name.code, name.version) for name in references(tree)] == [
        ("value", None),
        ("limit", None),
        ("revenue", "baseline"),
        ("target", None),
        ("baseline", None),
    ]


def test_references_are_each_version_of_a_name_once_in_the_order_of_the_text() -> None:
    names = references(parse("revenue / budget.revenue + ltm(revenue) + role:cloud"))

    assert [(name.code, name.version, name.at) for name in names] == [
        ("revenue", None, 0),
        ("revenue", "budget", 10),
        ("role:cloud", None, 42),
    ]


def test_codes_of_metrics_are_lower_case_and_mean_nothing_else() -> None:
    allowed = ["revenue", "cost_of_sales", "q3", "a"]
    refused = ["", "Revenue", "3q", "_x", "a__b", "ltm", "and", "value", "baseline", "budget", "a-b", "é", "a" * 61]

    assert [code for code in allowed + refused if is_code(code)] == allowed


def test_how_a_function_is_written() -> None:
    assert [usage(FUNCTIONS[name]) for name in ("if", "min", "last", "average", "days", "months")] == [
        "if(condition, x, y)",
        "min(x, y, …)",
        "last(x, n)",
        "average(x[, n])",
        "days([n])",
        "months()",
    ]


def test_the_documentation_lists_every_function_as_it_is_written_and_what_it_is() -> None:
    manual = (BASE / "docs" / "finance.md").read_text()

    assert [
        name
        for name, function in FUNCTIONS.items()
        if name != "not" and f"| `{usage(function)}` | {function.doc} |" not in manual
    ] == []


def test_time_functions_move_the_context() -> None:
    here = Context("actual", "qtd", lag=1)
    calls = ["month(x)", "ytd(x)", "ltm(x)", "year(x)", "last(x, 3)", "prior(x)", "lag(x, 2)"]

    found = [moved(parse(call), here, periods_per_year=12) for call in calls]  # type: ignore[arg-type]  # the text is a call

    assert_reads(
        [
            {"call": call, "basis": context.basis, "lag": context.lag}
            for call, context in zip(calls, found, strict=True)
        ],
        """
        call       | basis  | lag
        month(x)   | month  | 1
        ytd(x)     | ytd    | 1
        ltm(x)     | ltm    | 1
        year(x)    | year   | 1
        last(x, 3) | last:3 | 1
        prior(x)   | qtd    | 13
        lag(x, 2)  | qtd    | 3
        """,
    )


def test_exactness_is_known_from_the_text() -> None:
    examples = table("""
        formula                   | exact
        money + money - 3         | yes
        -money                    | yes
        money * 2                 | yes
        -2 * money                | yes
        money * 0.5               | no
        money * money             | no
        money / 2                 | no
        money + share             | no
        share * 2                 | no
        "0.0001"                  | yes
        "0.00001"                 | no
        if(share > 1, money, 0)   | yes
        if(money > 1, money, share) | no
        max(money, 0)             | yes
        total(money, optional(money)) | yes
        when(share > 0, money)    | yes
        ltm(money)                | yes
        lag(money, 1)             | yes
        change(money)             | yes
        ann(money)                | no
        avg(money)                | no
        days(3)                   | yes
        per(money, money)         | no
        share_of(money)           | no
        share_of_group(money)     | no
    """)

    found = [
        {"formula": row.formula, "exact": is_exact(parse(row.formula), of=lambda name: name.code == "money")}
        for row in examples
    ]

    assert found == [dict(row) for row in examples]


NAMES = st.sampled_from(["revenue", "role:cloud", "account:4000-10", "account:a b"])


def _trees(number: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    condition = st.builds(Operation, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), number, number, st.just(0))
    conditions = st.one_of(
        condition,
        st.builds(Operation, st.sampled_from(["and", "or"]), condition, condition, st.just(0)),
        st.builds(lambda c: Call("not", (c,), 0), condition),
    )
    return st.one_of(
        st.builds(Negation, number, st.just(0)),
        st.builds(Operation, st.sampled_from("+-*/"), number, number, st.just(0)),
        st.builds(lambda c, a, b: Call("if", (c, a, b), 0), conditions, number, number),
        st.builds(lambda name, a: Call(name, (a,), 0), st.sampled_from(["ltm", "ytd", "prior", "abs", "ann"]), number),
        st.builds(lambda a, count: Call("lag", (a, count), 0), number, COUNTS),
        st.builds(lambda name, a, b: Call(name, (a, b), 0), st.sampled_from(["total", "min", "max"]), number, number),
        st.builds(lambda c, a: Call("when", (c, a), 0), conditions, number),
    )


LITERALS = st.decimals(0, 10**6, places=4).map(lambda value: Number(value, 0))
COUNTS = st.integers(1, 6).map(lambda value: Number(Decimal(value), 0))
FIGURES = st.builds(Name, NAMES, st.sampled_from([None, "budget"]), st.just(0))
LOOKS = st.one_of(  # functions that may not stand inside one another
    st.builds(
        lambda name, a: Call(name, (a,), 0),
        st.sampled_from(["avg", "average", "compound", "opening", "change", "share_of", "share_of_group", "optional"]),
        FIGURES,
    ),
    st.builds(lambda a, count: Call("average", (a, count), 0), FIGURES, COUNTS),
    st.builds(lambda name, a, b: Call(name, (a, b), 0), st.sampled_from(["per", "count_back"]), FIGURES, FIGURES),
    st.builds(
        lambda name, a, b, sign: Call(name, (Operation(sign, a, b, 0),), 0),
        st.sampled_from(["share_of", "share_of_group"]),
        FIGURES,
        FIGURES,
        st.sampled_from("+-*/"),
    ),
)
TREES = st.recursive(st.one_of(LITERALS, FIGURES, LOOKS), _trees, max_leaves=8)


@given(TREES)
def test_what_is_written_parses_to_the_same_tree(tree: Node) -> None:
    assert _without_places(parse(written(tree))) == _without_places(tree)


def _without_places(node: Node) -> object:
    match node:
        case Number():
            return node.value
        case Name():
            return (node.code, node.version)
        case Negation():
            return ("-", _without_places(node.operand))
        case Operation():
            return (node.operator, _without_places(node.left), _without_places(node.right))
        case Call():
            return (node.function, *map(_without_places, node.arguments))
