import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('units', '0005_other_trees'),
    ]

    operations = [
        migrations.CreateModel(
            name='PlannedParent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_mark', models.BigIntegerField(db_index=True)),
                ('until_mark', models.BigIntegerField(db_index=True, null=True)),
                ('starts', models.DateField(help_text='The first day on this parent.')),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='planned_children', to='units.unit')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='planned_parents', to='units.unit')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'unscoped',
                'constraints': [models.UniqueConstraint(condition=models.Q(('until_mark__isnull', True)), fields=('unit', 'starts'), name='one_current_planned_parent')],
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name='assignment',
            name='starts',
            field=models.DateField(blank=True, help_text='The first day on this parent; empty: always.', null=True),
        ),
        migrations.RemoveConstraint(
            model_name='assignment',
            name='one_current_assignment',
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(condition=models.Q(('until_mark__isnull', True), ('starts__isnull', True)), fields=('unit', 'tree'), name='one_current_assignment'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(condition=models.Q(('until_mark__isnull', True), ('starts__isnull', False)), fields=('unit', 'tree', 'starts'), name='one_dated_assignment'),
        ),
    ]
