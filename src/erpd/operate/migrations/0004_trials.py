import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("harvest", "0013_cancelled_runs"),
        ("operate", "0003_notices"),
    ]

    operations = [
        migrations.CreateModel(
            name="Trial",
            fields=[
                (
                    "settings",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="trial",
                        serialize=False,
                        to="harvest.sourcesettings",
                    ),
                ),
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
            ],
        ),
    ]
