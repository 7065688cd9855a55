"""The table of the embedded cache: the lock-out of a guesser is counted there and survives a restart."""

from django.core.management import call_command
from django.db import migrations


def make_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("people", "0002_must_change_password")]
    operations = [migrations.RunPython(make_cache_table, migrations.RunPython.noop)]
