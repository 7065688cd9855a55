"""Calendars keep their declaration; calendars of weeks so far stood in their period rows only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import migrations, models


def declare(apps: Any, schema_editor: Any) -> None:
    """The first day of each year from the period rows; the day after the last one settles its 53rd week."""
    calendar = apps.get_model("ledger", "Calendar").objects.order_by("pk").first()
    if calendar is None or calendar.pattern == "months":
        return
    rows = apps.get_model("ledger", "Period").objects.order_by("ordinal")
    starts = {str(row.year): row.starts.isoformat() for row in rows.filter(number=1)}
    final = rows.last()
    starts[str(final.year + 1)] = (final.ends + timedelta(days=1)).isoformat()
    calendar.declaration = {"pattern": calendar.pattern, "year_starts": starts}
    calendar.save()


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="calendar",
            name="declaration",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.RunPython(declare, migrations.RunPython.noop),
    ]
