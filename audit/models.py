"""The record of who did what, and why: appended in the transaction of the deed, sealed in chained blocks.

Only plain ids stand here, no foreign keys and no names: a person can be erased and the chain still
verifies, and a unit that is gone still has its history. All tables are append-only by triggers on
both databases (see `audit.triggers`).
"""

from __future__ import annotations

from typing import Any

from django.db import models

from audit.querysets import RecordQuerySet


class CurrentTransaction(models.Func):
    """The id of the transaction that writes a row; 0 on SQLite, where writers queue up and ids are commit order."""

    template = "0"
    arity = 0
    allowed_default = True
    output_field = models.BigIntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(pg_current_xact_id()::text::bigint)", **context)


class Record(models.Model):
    """One deed on one target. Rows of the same deed share `act`."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=60, help_text="person:ID, or process:NAME for a named process.")
    verb = models.CharField(max_length=80)
    target_type = models.CharField(max_length=60)
    target_id = models.CharField(max_length=80)
    unit_id = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True, default="")
    act = models.UUIDField()
    transaction = models.BigIntegerField(
        db_default=CurrentTransaction(),
        help_text="Set by the database: which records were committed together.",
    )

    append_only = True

    objects = RecordQuerySet.as_manager()

    class Meta:
        db_table = "audit_record"
        indexes = [
            models.Index(fields=["at"]),
            models.Index(fields=["actor", "at"]),
            models.Index(fields=["verb", "at"]),
            models.Index(fields=["target_type", "target_id"]),
            models.Index(fields=["unit_id", "at"]),
            models.Index(fields=["act"]),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.target_type}:{self.target_id} by {self.actor}"


class Block(models.Model):
    """A run of sealed records: their positions, the hash over them, and the digest of the block before."""

    number = models.BigIntegerField(primary_key=True)
    first_position = models.BigIntegerField()
    last_position = models.BigIntegerField()
    sealed_at = models.DateTimeField()
    previous = models.CharField(max_length=64)
    root = models.CharField(max_length=64, help_text="Hash over the leaves of the block's records.")
    fingerprint = models.CharField(max_length=64, help_text="Hash over the triggers that guard the record.")
    digest = models.CharField(max_length=64, help_text="HMAC over this header, with a key outside the database.")

    append_only = True

    class Meta:
        db_table = "audit_block"

    def __str__(self) -> str:
        return f"block {self.number}"


class Seal(models.Model):
    """The dense position a record was sealed at; sequence gaps are normal, position gaps are not."""

    position = models.BigIntegerField(primary_key=True)
    record_id = models.BigIntegerField(unique=True)
    leaf = models.CharField(max_length=64, help_text="Hash of the record, so that a changed one can be named.")

    append_only = True

    class Meta:
        db_table = "audit_seal"

    def __str__(self) -> str:
        return f"{self.position}: record {self.record_id}"


class Guarding(models.Model):
    """The triggers as a migration left them: what every later block must have been sealed under."""

    at = models.DateTimeField()
    definition = models.CharField(max_length=64, help_text="Hash over the triggers that were asked for.")
    fingerprint = models.CharField(max_length=64, help_text="Hash over the triggers as the database tells them.")
    digest = models.CharField(max_length=64, help_text="HMAC over the others.")

    append_only = True

    class Meta:
        db_table = "audit_guarding"

    def __str__(self) -> str:
        return f"guards of {self.at:%Y-%m-%d %H:%M}"
