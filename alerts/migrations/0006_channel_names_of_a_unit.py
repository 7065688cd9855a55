from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0005_working"),
        ("units", "0006_dated_places"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="channel", name="one_channel_per_name"),
        migrations.AddConstraint(
            model_name="channel",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired__isnull", True)),
                fields=("unit", "name"),
                name="one_channel_per_unit_and_name",
            ),
        ),
    ]
