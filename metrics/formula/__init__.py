"""The formula language: one parser, one syntax tree, and the evaluator for plain numbers.

    revenue - cost_of_sales                          metrics by their code
    role:revenue, account:4000, account:"4000 A"     accounts, by role or by code
    budget.revenue                                   another version: actual, budget, forecast
    ltm(revenue) / avg(headcount)                    another basis; functions are in `functions`
    if(margin < 10% or revenue < 0, 1, 0)            conditions

Text goes in, a tree comes out; nothing is ever handed to Python's own `eval`. `parse` refuses with a
`FormulaError` that says where and what may be meant.
"""

from .functions import FUNCTIONS, Function, is_exact
from .parser import is_code, parse, references, usage, walk
from .plain import Calendar, evaluate
from .syntax import BASES, Call, Context, Name, Negation, Node, Number, Operation
from .tokens import FormulaError
from .values import SCALE, Value
from .writing import written

__all__ = [
    "BASES",
    "FUNCTIONS",
    "SCALE",
    "Calendar",
    "Call",
    "Context",
    "FormulaError",
    "Function",
    "Name",
    "Negation",
    "Node",
    "Number",
    "Operation",
    "Value",
    "evaluate",
    "is_code",
    "is_exact",
    "parse",
    "references",
    "usage",
    "walk",
    "written",
]
