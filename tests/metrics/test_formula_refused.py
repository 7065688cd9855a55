"""What is not a formula is refused where it goes wrong, and nothing in a formula reaches Python."""

from __future__ import annotations

import itertools

import pytest

from metrics.formula import Call, FormulaError, Name, Negation, Number, Operation, parse, walk
from metrics.formula.functions import FUNCTIONS


@pytest.mark.parametrize(
    ("formula", "sentence"),
    [
        ("", "At character 1: the formula is empty."),
        ("   ", "At character 1: the formula is empty."),
        ("1 +", "At character 4: a number, a name or a function is expected here, and not the end of the formula."),
        ("revenue cost", "At character 9: an operator is expected here, and not “cost”."),
        ("(revenue", "At character 9: a closing bracket is expected here, and not the end of the formula."),
        ("revenue)", "At character 8: an operator is expected here, and not “)”."),
        ("lmt(revenue)", "At character 1: there is no function “lmt”. Did you mean “ltm”?"),
        ("bugdet.revenue", "At character 1: “bugdet” is not a version; there are actual, budget, forecast."
         " Did you mean “budget”?"),
        ("budget", "At character 1: budget is a version; say of what, as in budget.revenue."),
        ("budget.ltm(x)", "At character 8: a name is expected after budget., and not “ltm”."),
        ("ltm + 1", "At character 1: ltm is a function: ltm(x)."),
        ("last(x)", "At character 1: last is written last(x, n); the number of arguments here is 1."),
        ("lag(x, 0)", "At character 8: lag(x, n) takes a whole number from 1 to 60 here."),
        ("lag(x, -1)", "At character 8: lag(x, n) takes a whole number from 1 to 60 here."),
        ("lag(x, n)", "At character 8: lag(x, n) takes a whole number from 1 to 60 here."),
        ("lag(x, 1.5)", "At character 8: lag(x, n) takes a whole number from 1 to 60 here."),
        ("last(x, 61)", "At character 9: last(x, n) takes a whole number from 1 to 60 here."),
        ("a < b", "At character 3: a formula amounts to a number, and this is a condition. Write if(condition, 1, 0)."),
        ("a < b < c", "At character 7: comparisons do not chain. Write a < b and b < c."),
        ("if(revenue, 1, 2)", "At character 4: a condition is expected here, such as revenue > 0."),
        ("if(1 and a > 2, 1, 2)", "At character 4: a condition is expected here, such as revenue > 0."),
        ("(a > 1) + 2", "At character 4: a number is expected here, and this is a condition."),
        ("max(a > 1, 2)", "At character 7: a number is expected here, and this is a condition."),
        ("value - limit", "At character 1: value can only be used in an impact formula."),
        ("baseline.revenue", "At character 1: baseline can only be used in an impact formula."),
        ("avg(average(x, 3))", "At character 5: average cannot stand inside avg: both go through the months."),
        ("per(x, avg(y))", "At character 8: avg cannot stand inside per: both go through the months."),
        ("per(x)", "At character 1: per is written per(x, y); the number of arguments here is 1."),
        ("share_of(x > 1)", "At character 12: a number is expected here, and this is a condition."),
        ("share_of(1 + share_of_group(x))", "At character 14: share_of_group cannot stand inside share_of. Give the"
         " inner share its own metric."),
        ("sahre_of(x)", "At character 1: there is no function “sahre_of”. Did you mean “share_of”?"),
        ("forcast.revenue", "At character 1: “forcast” is not a version; there are actual, budget, forecast."
         " Did you mean “forecast”?"),
        ("1,000 + x", "At character 3: “000” begins with a zero. Numbers are written without separators of"
         " thousands: 1000, not 1,000."),
        ("max(1,000, x)", "At character 7: “000” begins with a zero. Numbers are written without separators of"
         " thousands: 1000, not 1,000."),
        ("1_000", "At character 2: the number 1 runs into “_”. Numbers are written like 1000, 0.5 or 15%."),
        ("1.234.567", "At character 6: the number 1.234 runs into “.”. Numbers are written like 1000, 0.5 or 15%."),
        ("2x", "At character 2: the number 2 runs into “x”. Numbers are written like 1000, 0.5 or 15%."),
        ("1e9", "At character 2: the number 1 runs into “e”. Numbers are written like 1000, 0.5 or 15%."),
        ("1234567890123456789", "At character 1: a number has at most 18 digits."),
        ("x ^ 2", "At character 3: there is no power in formulas."),
        ("x && y", "At character 3: conditions are joined by the words and, or, not."),
        ("x % 2", "At character 3: a percent sign follows a number, as in 15%."),
        ("'x'", "At character 1: there is no text in formulas; only an account code may be quoted, as in"
         " account:\"4000 A\"."),
        ("account:4000-account:5000", "At character 21: only role: and account: take a colon. Put spaces around a"
         " minus that follows an account code."),
        ("x\u200b + 1", "At character 2: there is an invisible character here."),
    ],
)  # fmt: skip
def test_a_refusal_says_where_and_why(formula: str, sentence: str) -> None:
    with pytest.raises(FormulaError) as refused:
        parse(formula)

    assert str(refused.value) == sentence


def test_a_refusal_carries_position_and_suggestion() -> None:
    with pytest.raises(FormulaError) as refused:
        parse("1 + lmt(revenue)")

    assert (refused.value.position, refused.value.suggestion) == (4, "ltm")


def test_an_impact_takes_no_shares_because_not_everybody_who_is_told_may_see_the_whole() -> None:
    with pytest.raises(FormulaError, match="At character 9: share_of cannot be used in an impact formula"):
        parse("value * share_of(revenue)", impact=True)


def test_the_numbers_of_a_breach_have_no_other_period() -> None:
    with pytest.raises(FormulaError, match="value is the number of one breach and cannot be asked for by ltm"):
        parse("ltm(revenue - value)", impact=True)

    parse("ann(value - limit)", impact=True)


@pytest.mark.parametrize(
    "formula",
    [
        "(" * 40 + "1" + ")" * 40,
        "-" * 2000 + "1",
        "not " * 400 + "a",
        "ltm(" * 400 + "a" + ")" * 400,
        "1" + "+1" * 900,
        "max(" + ",".join(["1"] * 200) + ")",
        "a" * 2001,
        "if(a>1,1," * 100 + "1" + ")" * 100,
    ],
    ids=["brackets", "signs", "nots", "calls", "chain", "arguments", "length", "ifs"],
)
def test_a_formula_that_would_exhaust_the_machine_is_refused(formula: str) -> None:
    with pytest.raises(FormulaError):
        parse(formula)


def test_the_longest_formulas_that_are_allowed_are_read() -> None:
    parse("(" * 31 + "1" + ")" * 31)
    parse("1" + "+1" * 99)
    parse("max(" + ",".join(["1"] * 100) + ")")


ESCAPES = [
    "__import__('os').system('id')",
    "().__class__.__bases__[0].__subclasses__()",
    "revenue.__class__",
    "revenue.real",
    "budget.__class__",
    "account:4000.__class__.__mro__()",
    "role:revenue.__init__",
    "{{ 7*7 }}",
    "{% debug %}",
    "${7*7}",
    "#{7*7}",
    "lambda: 0",
    "[x for x in (1,)]",
    "{1: 2}",
    "f'{1}'",
    "x := 1",
    "x; y",
    "x y",
    "@x",
    "x if y else z",
    "eval(1)",
    "exec(1)",
    "open(1)",
    "getattr(x, y)",
    "globals()",
    "x[0]",
    "x.y.z",
    "\\x41",
    "1 // 2",
    "2 ** 9999",
    "1 if 1 else 2",
    "yield 1",
    "await x",
    "None()",
    "`id`",
    "$(id)",
    "=cmd|' /C calc'!A0",
    "'; DROP TABLE metrics_metric; --",
    "\x00",
    "a\u202eb",
    "ｅｖａｌ(1)",
    "1\n\x0b2",
]
WRAPPINGS = ["{}", "1 + {}", "({})", "ltm({})", "if({} > 1, 1, 0)", "-{}", "{} * 2", "max(1, {})", "budget.{}",
             'account:"4000" + {}', " {} ", "total({}, revenue)"]  # fmt: skip


def test_five_hundred_ways_out_are_closed() -> None:
    """Each is refused, or is nothing but numbers, names and functions of the table."""
    attempts = [wrapping.replace("{}", escape) for escape, wrapping in itertools.product(ESCAPES, WRAPPINGS)]
    assert len(attempts) >= 500

    read = [attempt for attempt in attempts if _is_read(attempt)]

    assert read == []


def _is_read(text: str) -> bool:
    try:
        parse(text)
    except FormulaError:
        return False
    return True


def test_a_tree_holds_nothing_but_nodes_of_the_language() -> None:
    tree = parse("if(a > 1 and not b < 2, ltm(-a) / 15%, account:4000.__class__)")

    assert {type(node) for node in walk(tree)} == {Call, Operation, Negation, Number, Name}
    assert {node.function for node in walk(tree) if isinstance(node, Call)} <= set(FUNCTIONS)
