"""The chart of accounts, and how the demonstration's ledger books what the chart shows.

The chart is the statement a reader sees. The ledger keeps finer accounts of its own, with their own numbers; a mapping
leads each of them to a line of the chart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sample.company import FUNCTIONS


@dataclass(frozen=True)
class Line:
    """An account of the chart, as accounts.csv states it."""

    code: str
    name: str
    kind: str
    parent: str = ""
    role: str = ""
    measure: str = "money"
    rollup: str = ""
    better: str = ""


@dataclass(frozen=True)
class Posting:
    """An account of the ledger: the line of the chart it leads to, and its part of the figure it is cut from."""

    code: str
    name: str
    account: str
    part: float = 1.0


HEADCOUNT, OPEN_POSITIONS, CONTRACTORS = "9100", "9200", "9300"
CUSTOMERS, NEW_CUSTOMERS, CHURNED_CUSTOMERS, ACQUISITION_SPEND = "9400", "9410", "9420", "9500"
OF_FUNCTION = {function: f"91{place}0" for place, function in enumerate(FUNCTIONS, start=1)}
"""The headcount account of each function."""

CHART: tuple[Line, ...] = (
    Line("4000", "Revenue", "income", role="revenue"),
    Line("4100", "Subscriptions and contracts", "income", "4000"),
    Line("4200", "Usage and services", "income", "4000"),
    Line("5000", "Cost of revenue", "expense", role="cost_of_sales"),
    Line("5100", "Delivery, support and licences", "expense", "5000"),
    Line("5300", "Cloud infrastructure", "expense", "5000", role="cloud"),
    Line("5310", "Compute", "expense", "5300"),
    Line("5320", "Storage", "expense", "5300"),
    Line("5330", "Data transfer", "expense", "5300"),
    Line("6000", "Operating expenses", "expense"),
    Line("6100", "Employees", "expense", "6000", role="personnel"),
    Line("6200", "Contractors", "expense", "6000", role="contractors"),
    Line("6300", "Marketing", "expense", "6000", role="marketing"),
    Line("6400", "Other operating", "expense", "6000", role="other_operating_cost"),
    Line("6410", "Premises and travel", "expense", "6400"),
    Line("6420", "Systems and insurance", "expense", "6400"),
    Line("6430", "Professional fees", "expense", "6400"),
    Line("1000", "Cash", "asset", role="cash", better="higher"),
    Line("1100", "Receivables", "asset", role="receivables"),
    Line("2000", "Payables", "liability", role="payables"),
    Line(HEADCOUNT, "Headcount", "statistical", role="headcount", measure="heads"),
    *(Line(code, function, "statistical", HEADCOUNT, measure="heads") for function, code in OF_FUNCTION.items()),
    Line(OPEN_POSITIONS, "Open positions", "statistical", role="open_positions", measure="heads"),
    Line(CONTRACTORS, "Contractors (FTE)", "statistical", role="contractors_fte", measure="heads"),
    Line(CUSTOMERS, "Customers", "statistical", role="customers", measure="customers", better="higher"),
    Line(NEW_CUSTOMERS, "New customers", "statistical", role="new_customers", measure="customers"),
    Line(
        CHURNED_CUSTOMERS,
        "Lost customers",
        "statistical",
        role="churned_customers",
        measure="customers",
        better="lower",
    ),
    Line(ACQUISITION_SPEND, "Acquisition spend", "statistical", role="acquisition_spend", rollup="sum"),
)

POSTINGS: dict[str, tuple[Posting, ...]] = {
    "subscriptions": (
        Posting("4010", "Subscription fees", "4100", 0.62),
        Posting("4050", "Contract renewals", "4100", 0.38),
    ),
    "usage": (
        Posting("4210", "Usage fees", "4200", 0.58),
        Posting("4250", "Professional services", "4200", 0.42),
    ),
    "direct": (
        Posting("5110", "Support and delivery", "5100", 0.73),
        Posting("5010", "Licences and third-party content", "5100", 0.27),
    ),
    "committed": (Posting("5310", "Compute, committed", "5310"),),
    "on demand": (Posting("5315", "Compute on demand", "5310"),),
    "storage": (Posting("5320", "Storage", "5320"),),
    "transfer": (Posting("5330", "Data transfer", "5330"),),
    "employees": (
        Posting("6110", "Salaries", "6100", 0.79),
        Posting("6150", "Social charges and benefits", "6100", 0.21),
    ),
    "contractors": (Posting("6210", "Contractors and agencies", "6200"),),
    "marketing": (Posting("6310", "Campaigns", "6300", 0.7), Posting("6320", "Events", "6300", 0.3)),
    "other": (
        Posting("6410", "Premises and travel", "6410", 0.46),
        Posting("6420", "Systems and insurance", "6420", 0.33),
        Posting("6430", "Audit, legal and advice", "6430", 0.21),
    ),
    "cash": (Posting("1010", "Bank accounts", "1000"),),
    "receivables": (Posting("1110", "Trade receivables", "1100"),),
    "payables": (Posting("2010", "Trade payables", "2000"),),
    "internal sales": (Posting("4290", "Services to group companies", "4200"),),
    "internal direct": (Posting("5190", "Services from group companies", "5100"),),
    "internal compute": (Posting("5319", "Hosting from group companies", "5310"),),
    "internal receivables": (Posting("1190", "Receivables from group companies", "1100"),),
    "internal payables": (Posting("2090", "Payables to group companies", "2000"),),
}
"""How the ledger books each figure; the parts of a figure add up to it."""

CREDITS = ("4100", "4200", "2000")
"""Lines of the chart the ledger keeps as credits, that is negative: income and what is owed."""


def cut(figure: str, amount: int) -> Iterator[tuple[Posting, int]]:
    """An amount in cents over the accounts of the ledger; what rounding leaves goes to the last."""
    left = amount
    *first, last = POSTINGS[figure]
    for posting in first:
        share = round(amount * posting.part)
        left -= share
        yield posting, share
    yield last, left
