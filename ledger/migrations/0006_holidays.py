import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0005_entry_indexes'),
        ('units', '0006_dated_places'),
    ]

    operations = [
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_mark', models.BigIntegerField(db_index=True)),
                ('until_mark', models.BigIntegerField(db_index=True, null=True)),
                ('day', models.DateField()),
                ('name', models.CharField(max_length=120)),
                ('region', models.CharField(blank=True, default='', help_text='Empty with no unit: the whole company.', max_length=60)),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holidays', to='units.unit')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'unscoped',
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('until_mark__isnull', True), ('unit__isnull', True)), fields=('day', 'region'), name='one_current_holiday'),
                    models.UniqueConstraint(condition=models.Q(('until_mark__isnull', True), ('unit__isnull', False)), fields=('day', 'unit'), name='one_current_holiday_of_a_unit'),
                    models.CheckConstraint(condition=models.Q(('region', ''), ('unit__isnull', True), _connector='OR'), name='holiday_of_a_region_or_a_unit'),
                ],
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
    ]
