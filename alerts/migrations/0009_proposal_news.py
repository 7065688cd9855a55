import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0008_gap_news"),
    ]

    operations = [
        migrations.AddField(
            model_name="alertnews",
            name="proposal",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="news",
                to="alerts.thresholdproposal",
            ),
        ),
        migrations.RemoveConstraint(model_name="alertnews", name="news_of_an_alert_or_a_gap"),
        migrations.AddConstraint(
            model_name="alertnews",
            constraint=models.CheckConstraint(
                condition=models.Q(("alert__isnull", False), ("gap__isnull", True), ("proposal__isnull", True))
                | models.Q(("alert__isnull", True), ("gap__isnull", False), ("proposal__isnull", True))
                | models.Q(("alert__isnull", True), ("gap__isnull", True), ("proposal__isnull", False)),
                name="news_of_one_thing",
            ),
        ),
    ]
