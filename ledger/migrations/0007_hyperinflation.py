import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0006_holidays'),
    ]

    operations = [
        migrations.CreateModel(
            name='Hyperinflation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_mark', models.BigIntegerField(db_index=True)),
                ('until_mark', models.BigIntegerField(db_index=True, null=True)),
                ('currency', models.CharField(max_length=3)),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.period')),
                ('last', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.period')),
            ],
            options={
                'verbose_name_plural': 'hyperinflation',
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('until_mark__isnull', True)), fields=('currency', 'first'), name='one_current_hyperinflation'),
                ],
            },
        ),
    ]
