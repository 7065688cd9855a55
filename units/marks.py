"""Marks: the order in which knowledge arrived.

Every commit that can move a number takes the next mark. Entries, rates, the tree, definitions and
sheets stand `from_mark` (inclusive) until `until_mark` (exclusive; None while current), so "as known
on 12 July" is the same query with an earlier mark.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import connection, models
from django.utils.timezone import localdate

LOCK = 727_001  # the advisory lock that puts marks into commit order on PostgreSQL


class Mark(models.Model):
    """A serial with its time. Times never run backwards, whatever the clock does."""

    at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "units"

    def __str__(self) -> str:
        return f"mark {self.pk}"


def hold_marks() -> None:
    """Keep others from taking a mark until the caller's transaction ends.

    Who reads what stands, to write only what differs, holds the marks before the reading.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Marks are held inside a transaction.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def take_mark(at: datetime) -> Mark:
    """The next mark, inside the caller's transaction, which holds the lock until it commits.

    On SQLite the IMMEDIATE transaction is the lock. A time before the newest mark's is moved just
    past it, so that order by serial and order by time agree.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A mark is taken inside the transaction of the deed it marks.")
    hold_marks()
    newest = Mark.objects.order_by("-pk").first()
    if newest is not None and at <= newest.at:
        at = newest.at + timedelta(microseconds=1)
    return Mark.objects.create(at=at)


def newest_mark() -> int:
    """The serial of the newest mark; 0 on an empty database."""
    return Mark.objects.aggregate(newest=models.Max("pk"))["newest"] or 0


def day_of(mark: int) -> date:
    """The day on which a mark was taken: the one that is today for whoever reads at it; the first day of all for 0."""
    at = Mark.objects.filter(pk__lte=mark).order_by("-pk").values_list("at", flat=True).first()
    return localdate(at) if at else date.min


def mark_at(moment: datetime) -> int:
    """The serial of the newest mark at or before a moment; 0 when nothing was known yet."""
    return marks_until(moment).values_list("pk", flat=True).first() or 0


def marks_until(moment: datetime) -> models.QuerySet[Mark]:
    """The marks at or before a moment, the newest first."""
    return Mark.objects.filter(at__lte=moment).order_by("-pk")


class Standing(models.Model):
    """A row that is its own history: it stands from one mark until another."""

    from_mark = models.BigIntegerField(db_index=True)
    until_mark = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        abstract = True


def standing_at(mark: int | None) -> models.Q:
    """Rows standing at a mark; None means now."""
    if mark is None:
        return models.Q(until_mark__isnull=True)
    return models.Q(from_mark__lte=mark) & (models.Q(until_mark__isnull=True) | models.Q(until_mark__gt=mark))
