"""Looking at what the engine did: runs and sheets, read-only. Metrics are edited in `reports.admin`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from metrics.models import Run, Sheet
from units.admin import ReadOnlyAdmin, ScopedFilter


def versions_table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> SafeString:
    """The versions of something, the newest first, to look at and never to change."""
    return format_html(
        '<table class="versions"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
        format_html_join("", '<th scope="col">{}</th>', ((head,) for head in heads)),
        format_html_join(
            "", "<tr>{}</tr>", ((format_html_join("", "<td>{}</td>", ((cell,) for cell in row)),) for row in rows)
        ),
    )


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    """What was recomputed, when, and what came of it."""

    list_display = ("id", "state", "full", "actor", "started", "ended", "sheets", "written", "closed", "error")
    list_filter = ("state", "full")
    ordering = ("-pk",)


@admin.register(Sheet)
class SheetAdmin(ReadOnlyAdmin):
    """Stored levels, as they stood and stand; `parts` may tell of units above the reader's own."""

    exclude = ("parts",)

    list_display = ("unit", "period", "basis", "version", "from_mark", "until_mark")
    list_filter = (("unit", ScopedFilter), "basis", "version")
    list_select_related = ("unit", "period")
    ordering = ("-pk",)
    show_full_result_count = False
