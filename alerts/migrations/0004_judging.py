import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0003_telling"),
        ("ledger", "0001_initial"),
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Gap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(max_length=22, unique=True)),
                (
                    "source",
                    models.CharField(blank=True, default="", help_text="Empty: what was computed.", max_length=60),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("late", "Late"), ("no_data", "No data"), ("error", "Error")], max_length=8
                    ),
                ),
                ("text", models.CharField(max_length=200)),
                ("opened", models.DateTimeField()),
                ("changed", models.DateTimeField()),
                ("ended", models.DateTimeField(null=True)),
                ("ended_because", models.CharField(blank=True, default="", max_length=40)),
            ],
            options={
                "base_manager_name": "unscoped",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="alert",
            name="one_alert_per_breach",
        ),
        migrations.RemoveConstraint(
            model_name="alert",
            name="one_standing_alert",
        ),
        migrations.AddField(
            model_name="alert",
            name="said",
            field=models.JSONField(
                default=dict, help_text="What each of its periods said, by ordinal: held if it goes missing."
            ),
        ),
        migrations.AddField(
            model_name="alert",
            name="kind",
            field=models.CharField(
                choices=[
                    ("breach", "Breach"),
                    ("pool", "Small items together"),
                    ("outlook", "Ahead by the forecast"),
                    ("pace", "Under way"),
                ],
                default="breach",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="evaluation",
            name="forecasts",
            field=models.BigIntegerField(default=0, help_text="Forecasts up to this mark were judged."),
        ),
        migrations.AddField(
            model_name="thresholdversion",
            name="ahead",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="Periods ahead that the forecast is judged for."
            ),
        ),
        migrations.AddField(
            model_name="thresholdversion",
            name="also_ytd",
            field=models.BooleanField(default=False, help_text="Material in the year to date is enough."),
        ),
        migrations.AddField(
            model_name="thresholdversion",
            name="currency",
            field=models.CharField(
                blank=True, default="", help_text="Of limits in money; empty: the group's.", max_length=3
            ),
        ),
        migrations.AddField(
            model_name="thresholdversion",
            name="exit",
            field=models.CharField(blank=True, default="", help_text="Empty: inside the mildest limit.", max_length=30),
        ),
        migrations.AddField(
            model_name="thresholdversion",
            name="exit_periods",
            field=models.PositiveSmallIntegerField(default=0, help_text="Periods inside before it ends; 0: as many."),
        ),
        migrations.AddField(
            model_name="thresholdversion",
            name="floor_share",
            field=models.CharField(blank=True, default="", help_text="Of the unit's revenue.", max_length=30),
        ),
        migrations.AddField(
            model_name="thresholdversion",
            name="low_critical",
            field=models.CharField(blank=True, default="", max_length=30),
        ),
        migrations.AddField(
            model_name="thresholdversion",
            name="low_emergency",
            field=models.CharField(blank=True, default="", max_length=30),
        ),
        migrations.AddField(
            model_name="thresholdversion",
            name="low_exit",
            field=models.CharField(blank=True, default="", max_length=30),
        ),
        migrations.AddField(
            model_name="thresholdversion",
            name="low_warning",
            field=models.CharField(blank=True, default="", max_length=30),
        ),
        migrations.AddField(
            model_name="thresholdversion",
            name="out_of",
            field=models.PositiveSmallIntegerField(default=0, help_text="Of so many periods; 0: in a row."),
        ),
        migrations.AddField(
            model_name="thresholdversion",
            name="pace",
            field=models.BooleanField(default=False, help_text="Warns of an unfinished month by its pace."),
        ),
        migrations.AddField(
            model_name="thresholdversion",
            name="pooled",
            field=models.BooleanField(default=False, help_text="Small items are added up under their parent."),
        ),
        migrations.AddField(
            model_name="thresholdversion",
            name="unit_type",
            field=models.CharField(
                blank=True, default="", help_text="Only units of this kind or vertical.", max_length=60
            ),
        ),
        migrations.AddField(
            model_name="thresholdversion",
            name="window",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="Periods looked back on, or peers there must be."
            ),
        ),
        migrations.AlterField(
            model_name="thresholdversion",
            name="comparator",
            field=models.CharField(
                choices=[
                    ("absolute", "Absolute"),
                    ("budget", "Budget"),
                    ("forecast", "Forecast"),
                    ("prior_year", "Prior Year"),
                    ("trailing", "Trailing"),
                    ("season", "Season"),
                    ("peers", "Peers"),
                    ("trend", "Trend"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="thresholdversion",
            name="direction",
            field=models.SmallIntegerField(help_text="+1: too high is a breach; −1: too low is; 2: both are."),
        ),
        migrations.AlterField(
            model_name="thresholdversion",
            name="measure",
            field=models.CharField(
                choices=[
                    ("level", "Level"),
                    ("percent", "Percent"),
                    ("points", "Points"),
                    ("money", "Money"),
                    ("deviations", "Deviations"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="thresholdversion",
            name="periods",
            field=models.PositiveSmallIntegerField(default=1, help_text="Periods beyond a limit before it fires."),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.UniqueConstraint(
                fields=("version", "unit", "kind", "began"), name="one_alert_per_breach"
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.UniqueConstraint(
                condition=models.Q(("condition", "ended"), _negated=True),
                fields=("version", "unit", "kind"),
                name="one_standing_alert",
            ),
        ),
        migrations.AddField(
            model_name="gap",
            name="owner",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="gap",
            name="period",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.period"),
        ),
        migrations.AddField(
            model_name="gap",
            name="unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="units.unit"),
        ),
        migrations.AddConstraint(
            model_name="gap",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended__isnull", True)), fields=("unit", "source"), name="one_standing_gap"
            ),
        ),
    ]
