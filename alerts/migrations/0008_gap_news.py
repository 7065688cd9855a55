import django.db.models.deletion
from django.db import migrations, models


def stand_where_the_alert_stands(apps, schema_editor):
    """Until now everything told was of an alert, and stood on its unit."""
    alert = apps.get_model("alerts", "Alert").objects.filter(pk=models.OuterRef("alert"))
    apps.get_model("alerts", "AlertNews").objects.update(unit=models.Subquery(alert.values("unit")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0007_proposals"),
    ]

    operations = [
        migrations.AddField(
            model_name="alertnews",
            name="unit",
            field=models.ForeignKey(
                help_text="Where what it tells of stands.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.unit",
            ),
        ),
        migrations.AddField(
            model_name="alertnews",
            name="gap",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="news", to="alerts.gap"
            ),
        ),
        migrations.AddField(
            model_name="alertnews",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, help_text="How often it could not be packed."),
        ),
        migrations.RunPython(stand_where_the_alert_stands, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="alertnews",
            name="unit",
            field=models.ForeignKey(
                help_text="Where what it tells of stands.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.unit",
            ),
        ),
        migrations.AlterField(
            model_name="alertnews",
            name="alert",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="news", to="alerts.alert"
            ),
        ),
        migrations.AddConstraint(
            model_name="alertnews",
            constraint=models.CheckConstraint(
                condition=models.Q(("alert__isnull", True), ("gap__isnull", True), _connector="XOR"),
                name="news_of_an_alert_or_a_gap",
            ),
        ),
    ]
