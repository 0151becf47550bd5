import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("operate", "0004_trials"),
    ]

    operations = [
        migrations.CreateModel(
            name="Rehearsal",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("url", models.CharField(max_length=1000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        db_index=True,
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("asked", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ("begun", models.DateTimeField(null=True)),
                ("holder", models.CharField(blank=True, max_length=200)),
                ("deaths", models.PositiveSmallIntegerField(default=0)),
                ("seen", models.JSONField(default=dict)),
            ],
        ),
    ]
