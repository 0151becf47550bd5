import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("harvest", "0014_contact"),
        ("operate", "0005_rehearsals"),
    ]

    operations = [
        migrations.CreateModel(
            name="HarvestingRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                ("language", models.CharField(max_length=2)),
                ("answers", models.JSONField()),
                ("rehearsal", models.CharField(blank=True, max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "not confirmed yet"),
                            ("received", "received"),
                            ("assessed", "assessed"),
                            ("test", "test harvest"),
                            ("accepted", "accepted"),
                            ("live", "live"),
                            ("refused", "refused"),
                        ],
                        db_index=True,
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("steps", models.JSONField(default=list)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "settings",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="harvesting_request",
                        to="harvest.sourcesettings",
                    ),
                ),
            ],
        ),
    ]
