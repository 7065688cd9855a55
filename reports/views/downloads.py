"""How a file is handed to a browser: as a download with a name of ours, never shown in place."""

from __future__ import annotations

from django.http import HttpResponse


def as_csv(content: bytes | str, *, name: str) -> HttpResponse:
    """A CSV file as a download called `NAME.csv`. Whoever made the content has recorded that it is handed out."""
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
