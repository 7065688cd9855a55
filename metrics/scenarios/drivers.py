"""The drivers: what can be done otherwise in a unit, in which measure and within which range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from ledger.amounts import AmountRefused, parse
from metrics.scenarios.base import Base, LinePart

ONE = 10_000
DAYS_A_MONTH = Fraction(365, 12)
MINUS = "\u2212"


class SettingRefused(ValueError):
    """What was typed is no setting of the driver; the sentence says what would be."""


@dataclass(frozen=True)
class Driver:
    """Something that can be done otherwise. `low`, `high` and `step` are in its measure, 0 leaves all as it is.

    `signed` writes a plus before a raise; `moves_cash_only` says that no line of the statement moves.
    """

    kind: str
    label: str
    measure: str
    low: int
    high: int
    about: str
    step: int = ONE
    signed: bool = True
    moves_cash_only: bool = False


@dataclass(frozen=True)
class Setting:
    """A driver of a unit with its value in ten-thousandths of its measure, from a month (ordinal) on.

    Without a first month it acts from the first month to come. `part` is the code of the account it acts on, inside its
    line; on all of the line where that is empty.
    """

    unit: str
    kind: str
    value: int
    first: int | None = None
    part: str = ""

    @property
    def driver(self) -> Driver:
        return DRIVERS[self.kind]

    @property
    def is_neutral(self) -> bool:
        return self.value == 0


def _percent(kind: str, label: str, reach: int, about: str) -> Driver:
    """Tenths of a percent may be typed; the slider moves by halves."""
    return Driver(kind, label, "%", -reach * ONE, reach * ONE, about, step=ONE // 2)


_ALL = (
    _percent("price", "Prices", 30, "on revenue alone"),
    _percent("volume", "Volume", 50, "revenue and cost of sales"),
    Driver("new_customers", "New customers", "a month", 0, 500 * ONE, "each as large as those there are", signed=False),
    Driver("selling_hires", "Hires that sell", "people", 0, 50 * ONE, "as one more head sold", signed=False),
    Driver("hires", "Hires", "people", -50 * ONE, 50 * ONE, "they bring no revenue"),
    _percent("pay", "Pay", 20, "on the cost of own staff"),
    Driver("converted", "Contractors converted", "people", 0, 50 * ONE, "at the cost of a head", signed=False),
    _percent("cloud_price", "Cloud price", 50, "on cloud, above and below gross profit"),
    _percent("purchase_price", "Purchase prices", 30, "on cost of sales without cloud"),
    _percent("marketing", "Marketing", 100, "on marketing; revenue stays"),
    _percent("other_cost", "Other operating cost", 50, "on other operating cost"),
    Driver("collection", "Days to collect", "days", -120 * ONE, 120 * ONE, "cash only", moves_cash_only=True),
    Driver("payment", "Days to pay", "days", -120 * ONE, 120 * ONE, "cash only", moves_cash_only=True),
)  # fmt: skip
DRIVERS: Mapping[str, Driver] = MappingProxyType({driver.kind: driver for driver in _ALL})
LAGS = ("collection", "payment")
PARTED: Mapping[str, str] = MappingProxyType(
    {
        "price": "revenue",
        "cloud_price": "cloud_cost",
        "pay": "personnel_cost",
        "marketing": "marketing_cost",
        "other_cost": "other_operating_cost",
    }
)
"""The drivers that may act on one account alone, by the line it lies in: its share of the line moves with them."""


def read_value(kind: str, text: str) -> int:
    """A typed value in ten-thousandths of the driver's measure; nothing typed is 0. Raises SettingRefused.

    A percentage may carry its sign, and have up to four decimals; people, customers and days are whole.
    """
    driver = DRIVERS[kind]
    typed = text.strip().removesuffix(driver.measure).strip()
    mark = "," if "," in typed and "." not in typed else "."
    try:
        value = parse(typed, mark=mark) or 0
    except AmountRefused as refused:
        raise SettingRefused(f"{driver.label} takes a number; “{text.strip()[:40]}” is none.") from refused
    if driver.measure != "%" and value % ONE:
        raise SettingRefused(f"{driver.label} takes a whole number.")
    if not driver.low <= value <= driver.high:
        raise SettingRefused(
            f"{driver.label} goes from {written(kind, driver.low)} to {written(kind, driver.high)} {driver.measure};"
            f" {written(kind, value)} lies outside."
        )
    return value


def written(kind: str, value: int) -> str:
    """A value as it stands in its field: `+2.5`, `−14`, `3`."""
    whole, part = divmod(abs(value), ONE)
    decimals = f"{part:04d}".rstrip("0")
    sign = MINUS if value < 0 else "+" if value > 0 and DRIVERS[kind].signed else ""
    return f"{sign}{whole}{'.' if decimals else ''}{decimals}"


def bounds(kind: str, base: Base | None) -> tuple[int, int]:
    """The ends of the slider: those of the driver, narrowed to what there is in a unit.

    No more contractors are converted than work there, and nobody pays earlier than at once.
    """
    driver = DRIVERS[kind]
    low, high = driver.low, driver.high
    if base is None:
        return low, high
    if kind == "converted" and isinstance(there := base.facts.contractors.number, int):
        high = max(0, min(high, there // ONE * ONE))
    if kind in LAGS and (today := days_today(kind, base)) is not None:
        low = max(low, -(int(today) * ONE))
    return low, high


def parts_of(kind: str, base: Base | None) -> Mapping[str, LinePart]:
    """The accounts that a driver may act on alone in a unit, by their code."""
    return {} if base is None else base.parts.get(PARTED.get(kind, ""), {})


def days_today(kind: str, base: Base) -> float | None:
    """How many days customers take to pay, or suppliers wait, counted back from the balance; None where not known."""
    level = base.lags.get(kind)
    return None if level is None or level.number is None else round(float(level.number) * float(DAYS_A_MONTH), 1)


def outside(setting: Setting, base: Base | None) -> str:
    """Why a value is more than there is in the unit; empty where it is not."""
    low, high = bounds(setting.kind, base)
    label = setting.driver.label
    if setting.value > high:
        return f"{label} goes up to {written(setting.kind, high)} here: there are no more contractors."
    if setting.value < low:
        return f"{label} goes down to {written(setting.kind, low)} here: nobody pays before that."
    return ""
