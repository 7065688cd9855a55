"""Rows of one table handed over with a row of another: two questions, one query."""

from __future__ import annotations

from typing import Any

from django.db.models import JSONField, QuerySet, Subquery
from django.db.models.functions import JSONArray
from django.db.models.sql.compiler import SQLCompiler


class Rows(Subquery):
    """The rows of a queryset as one JSON array, each an array of these columns, in the order of the queryset.

    For text, numbers and truth values, which JSON keeps as they are (SQLite hands truth over as 1 and 0). A guarded
    queryset says `within` which scope, like any other subquery.
    """

    def __init__(self, queryset: QuerySet[Any], *columns: str) -> None:
        super().__init__(queryset.annotate(listed=JSONArray(*columns)).values("listed"), output_field=JSONField())

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **context: Any) -> Any:
        template = "(SELECT JSON_GROUP_ARRAY(JSON(listed)) FROM (%(subquery)s))"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> Any:
        template = "(SELECT COALESCE(JSONB_AGG(listed), '[]'::JSONB) FROM (%(subquery)s) AS told)"
        return self.as_sql(compiler, connection, template=template, **context)
