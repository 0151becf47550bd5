import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("harvest", "0016_put_back"),
        ("operate", "0009_objections"),
    ]

    operations = [
        migrations.CreateModel(
            name="Replay",
            fields=[
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("running", "running"), ("done", "done")],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("asked", models.DateTimeField(default=django.utils.timezone.now)),
                ("begun", models.DateTimeField(null=True)),
                ("ended", models.DateTimeField(null=True)),
                ("holder", models.CharField(default="", max_length=200)),
                ("deaths", models.PositiveIntegerField(default=0)),
                ("seen", models.JSONField(default=dict)),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="replay",
                        serialize=False,
                        to="harvest.run",
                    ),
                ),
                ("received", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(null=True)),
            ],
            options={"abstract": False},
        ),
    ]
