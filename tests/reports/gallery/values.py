"""The tables of the example company, and the short ways to a figure of it."""

from __future__ import annotations

import math

from reports.figures import (
    Figure,
    Variance,
)
from reports.formatting import Scale
from tests.tables import table

K = Scale(1_000, 0, "USD")
THOUSAND = 10_000_000

UNITS = table("""
     no | name                | revenue | budget | prior | income | plan | margin | was   | heads | planned | status
      1 | Payments            |    5838 |   5619 |  5288 |   1611 | 1461 |  27.6% | 26.0% |    17 |      17 | ok
      2 | Logistics           |    4163 |   4180 |  4030 |    504 |  502 |  12.1% | 12.0% |    15 |      15 | ok
      3 | Industrial Software |    5183 |   4960 |  4587 |   1617 | 1488 |  31.2% | 30.0% |    15 |      16 | ok
      4 | Field Services      |    2309 |   2420 |  2282 |    136 |  266 |   5.9% | 11.0% |     9 |      11 | h
      5 | Insurance Broking   |    3672 |   3650 |  3484 |    701 |  693 |  19.1% | 19.0% |    13 |      13 | ok
      6 | Cloud Hosting       |    4836 |   4650 |  3454 |    725 | 1023 |  15.0% | 22.0% |    14 |      14 | h
      7 | Wholesale Markets   |    9100 |   8650 |  7825 |   1993 | 1773 |  21.9% | 20.5% |    19 |      19 | ok
      8 | Public Sector       |    3692 |   3760 |  3595 |    491 |  526 |  13.3% | 14.0% |    12 |      12 | m
      9 | Data Services       |    3257 |   3241 |  3081 |    694 |  681 |  21.3% | 21.0% |    11 |      12 | ok
     10 | Retail Equipment    |    2804 |   3419 |  3382 |     45 |  376 |   1.6% | 11.0% |    12 |      13 | h
     11 | Training            |    1866 |   1879 |  1812 |    239 |  245 |  12.8% | 13.0% |     6 |       6 | ok
     12 | Identity & Security |    3386 |   3150 |  2567 |    494 |  504 |  14.6% | 16.0% |    11 |      11 | m
""")

STATEMENT = table("""
    line                 | level | kind  | better | actual | budget | prior |  year | plan
    Revenue              |     0 | sum   |      1 |   1693 |   1604 |  1223 | 13235 | 12978
    Subscriptions        |     1 | line  |      1 |   1183 |   1153 |   878 |  9432 |  9357
    Usage and services   |     1 | line  |      1 |    509 |    450 |   346 |  3803 |  3621
    Cost of revenue      |     0 | sum   |     -1 |   1069 |    868 |   633 |  7588 |  6964
    Support and licences |     1 | line  |     -1 |    528 |    509 |   367 |  4125 |  4057
    Cloud infrastructure |     1 | line  |     -1 |    541 |    359 |   266 |  3463 |  2907
    Compute              |     2 | line  |     -1 |    381 |    223 |   164 |  2286 |  1802
    Storage              |     2 | line  |     -1 |     92 |     83 |    62 |   696 |   669
    Gross profit         |     0 | sum   |      1 |    623 |    735 |   590 |  5647 |  6014
    Operating expenses   |     0 | sum   |     -1 |    383 |    384 |   305 |  3159 |  3175
    Employees            |     1 | line  |     -1 |    168 |    167 |   140 |  1403 |  1407
    Contractors          |     1 | line  |     -1 |     32 |     33 |    25 |   262 |   276
    Operating income     |     0 | total |      1 |    240 |    352 |   285 |  2488 |  2839
""")


def money(thousands: float, href: str = "/explain/") -> Figure:
    return Figure(round(thousands * THOUSAND), "money", currency="USD", href=href)


def ratio(number: float) -> Figure:
    return Figure(number, "ratio", href="/explain/")


def heads(number: int) -> Figure:
    return Figure(number * 10_000, "count")


def effect_of(favourable: float, *, within: float) -> tuple[str, bool]:
    return ("favourable" if favourable > 0 else "unfavourable" if favourable < 0 else "on target"), abs(
        favourable
    ) >= within


def difference(thousands: float, *, better: int = 1, within: float = 20) -> Variance:
    effect, is_material = effect_of(better * thousands, within=within)
    return Variance(round(thousands * THOUSAND), "money", effect, is_material, href="/explain/", currency="USD")


def relative(part: float, *, better: int = 1, within: float = 0.01) -> Variance:
    effect, is_material = effect_of(better * part, within=within)
    return Variance(part, "percent", effect, is_material)


def points(part: float, within: float = 0.005) -> Variance:
    effect, is_material = effect_of(part, within=within)
    return Variance(part, "points", effect, is_material)


def wave(start: float, end: float, *, months: int = 24, size: float = 0.03, phase: int = 0) -> tuple[float, ...]:
    """A made-up series that ends where it should."""
    return tuple(
        start
        + (end - start) * (i / (months - 1)) ** 3
        + (0 if i == months - 1 else size * start * math.sin(i * 1.7 + phase))
        for i in range(months)
    )
