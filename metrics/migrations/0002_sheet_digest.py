from django.db import migrations, models

# lz4 takes a fifth off the time to store sheets; a PostgreSQL built without it keeps its own way.
COMPRESS = """
    DO $$ BEGIN
        ALTER TABLE metrics_sheet ALTER COLUMN numbers SET COMPRESSION lz4;
        ALTER TABLE metrics_sheet ALTER COLUMN reasons SET COMPRESSION lz4;
    EXCEPTION WHEN feature_not_supported OR invalid_parameter_value OR syntax_error THEN NULL;
    END $$
"""


def compress(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(COMPRESS)


class Migration(migrations.Migration):
    dependencies = [("metrics", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="sheet",
            name="digest",
            field=models.UUIDField(editable=False, help_text="Over the three; an equal sheet is left alone.", null=True),
        ),
        migrations.RunPython(compress, migrations.RunPython.noop),
    ]
