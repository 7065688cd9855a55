import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0004_judging"),
        ("ledger", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="due",
            field=models.DateField(help_text="By when whoever acknowledged it will have dealt with it.", null=True),
        ),
        migrations.AddField(
            model_name="alert",
            name="promise",
            field=models.JSONField(
                default=dict, help_text="What the action was expected to bring when work on it began."
            ),
        ),
        migrations.AddField(
            model_name="alert",
            name="snoozed_to",
            field=models.ForeignKey(
                help_text="Its close ends the snooze, if it comes before.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.period",
            ),
        ),
        migrations.AddField(
            model_name="alert",
            name="verdict",
            field=models.CharField(
                blank=True,
                choices=[("useful", "Useful"), ("known", "Known already"), ("noise", "Noise")],
                default="",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="alertevent",
            name="number",
            field=models.PositiveIntegerField(default=0, help_text="The alert's transitions right after it."),
        ),
        migrations.AddField(
            model_name="alertevent",
            name="restores",
            field=models.JSONField(
                default=dict, help_text="Columns of the alert as they were, where it can be undone."
            ),
        ),
        migrations.CreateModel(
            name="ChecklistItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=200)),
                ("due", models.DateField(null=True)),
                ("done", models.DateTimeField(null=True)),
                ("done_by", models.CharField(blank=True, default="", max_length=60)),
                ("struck", models.DateTimeField(null=True)),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="alerts.alert"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "base_manager_name": "unscoped",
                "constraints": [models.UniqueConstraint(fields=("alert", "number"), name="one_item_per_number")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mentions", to="alerts.alertevent"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "base_manager_name": "unscoped",
                "constraints": [models.UniqueConstraint(fields=("event", "person"), name="one_mention_per_person")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
    ]
