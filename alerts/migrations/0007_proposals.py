import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0006_channel_names_of_a_unit"),
        ("units", "0006_dated_places"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ThresholdProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(max_length=22, unique=True)),
                (
                    "threshold",
                    models.ForeignKey(
                        help_text="Empty: new.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="alerts.threshold",
                    ),
                ),
                ("code", models.SlugField(max_length=60)),
                (
                    "unit",
                    models.ForeignKey(
                        help_text="Where the threshold stands.",
                        on_delete=django.db.models.deletion.PROTECT,
                        to="units.unit",
                    ),
                ),
                ("metric", models.CharField(max_length=80)),
                ("retires", models.BooleanField(default=False)),
                ("draft", models.JSONField(default=dict, help_text="As typed; empty where it retires.")),
                ("shown", models.JSONField()),
                ("hash", models.CharField(max_length=64)),
                (
                    "why",
                    models.CharField(blank=True, default="", help_text="Why a second person is asked.", max_length=200),
                ),
                ("reason", models.TextField()),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("proposed", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                            ("void", "Void"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided", models.DateTimeField(null=True)),
                ("comment", models.TextField(blank=True, default="", help_text="Of who decided, or why it is void.")),
                (
                    "version",
                    models.ForeignKey(
                        help_text="What it became.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="alerts.thresholdversion",
                    ),
                ),
            ],
            options={
                "base_manager_name": "unscoped",
                "indexes": [models.Index(fields=["state", "proposed"], name="alerts_thre_state_04e5cd_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("approved", "refused")), _negated=True),
                            models.Q(
                                ("decided_by__isnull", False),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_second_person_decides",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True), ("version__isnull", False), _connector="OR"
                        ),
                        name="what_is_approved_is_set",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
    ]
