from django.db import migrations, models

import erpd.harvest.models


class Migration(migrations.Migration):
    dependencies = [("harvest", "0015_uncovered_values")]

    operations = [
        migrations.AddField("run", "put_back", models.BigIntegerField(null=True)),
        migrations.AlterField(
            "run",
            "held_because",
            models.CharField(blank=True, choices=erpd.harvest.models.Run.Held.choices, max_length=20),
        ),
    ]
