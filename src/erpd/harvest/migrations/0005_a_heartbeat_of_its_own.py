import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("harvest", "0004_files_of_this_machine"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="run",
            name="heartbeat",
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="heartbeat",
                        serialize=False,
                        to="harvest.run",
                    ),
                ),
                ("holder", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
