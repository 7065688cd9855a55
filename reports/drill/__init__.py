"""One level of an explanation at a time, for pages.

formulas   a metric's formula with its figures put in, and what it reads
parts      the units right below a figure, and the months of its basis
files      the files behind it
history    what one stored number was before

Reads like `reports.explanation` within the scope and at the mark; whole trees are only built where shares of units
must be told apart, and entries are summed by file in the database.
"""

from reports.drill.files import sources
from reports.drill.formulas import formula, operands
from reports.drill.history import restatements
from reports.drill.parts import months, units, want_parts

__all__ = ["formula", "months", "operands", "restatements", "sources", "units", "want_parts"]
