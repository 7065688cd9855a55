"""What became known between two marks: enough to tell which sheets it can move."""

from __future__ import annotations

import numpy as np
from django.db import connection

from ledger.models import Entry, Rate
from metrics.calc.affected import News
from metrics.calc.matrix import Ints
from metrics.frames.columns import select
from metrics.frames.company import has_moved, ordinals
from metrics.frames.figures import traded


def news(since: int, mark: int) -> News:
    """What became known after one mark, up to another."""
    touched = moved(since, mark)
    rates = set(Rate.objects.filter(has_moved(since, mark)).values_list("currency", "period__ordinal", "kind"))
    return News(
        touched=touched,
        rates=rates,
        naming={currency: naming(currency) for currency in {currency for currency, _, _ in rates}},
        wider=wider(touched[0], since, mark),
        met={
            (version, *pair)
            for version, pairs in traded(mark).items()
            for pair, first in pairs.items()
            if first > since
        },
        before=ordinals(since),
    )


def moved(since: int, mark: int) -> tuple[Ints, Ints, Ints]:
    """Unit, ordinal, version of every entry and slice that began or ended after one mark, up to another."""
    parts = [
        f"SELECT t.unit_id, p.ordinal, t.version_id FROM {table} t JOIN ledger_period p ON p.id = t.period_id"  # noqa: S608  (both names are ours)
        f" WHERE t.{column} > %s AND t.{column} <= %s"
        for table in ("ledger_entry", "ledger_delivery")
        for column in ("from_mark", "until_mark")
    ]
    unit, ordinal, version = select(" UNION ".join(parts), [since, mark] * len(parts), "qqq")
    return unit, ordinal, version


def naming(currency: str) -> set[tuple[int, int]]:
    """The (version, unit) pairs with entries that name a currency themselves."""
    return set(Entry.unscoped.filter(currency=currency).order_by().values_list("version_id", "unit_id").distinct())


def wider(units: Ints, since: int, mark: int) -> set[tuple[int, int]]:
    """The (version, unit) pairs among these units of which a source delivered or carried something the first time."""
    ids = ", ".join(map(str, np.unique(units).tolist())) or "NULL"
    found: set[tuple[int, int]] = set()
    with connection.cursor() as cursor:
        for table, grain in (("ledger_entry", "source, account_id"), ("ledger_delivery", "source")):
            cursor.execute(
                f"SELECT version_id, unit_id FROM {table} WHERE unit_id IN ({ids}) AND from_mark <= %s"  # noqa: S608  (names and ids are ours)
                f" GROUP BY version_id, unit_id, {grain} HAVING MIN(from_mark) > %s",
                [mark, since],
            )
            found.update(cursor.fetchall())
    return found
