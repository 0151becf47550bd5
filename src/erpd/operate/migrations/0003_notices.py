import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("harvest", "0013_cancelled_runs"),
        ("operate", "0002_suppliers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                ("language", models.CharField(max_length=2)),
                (
                    "wants",
                    models.CharField(
                        choices=[
                            ("changes", "When something has changed or is wrong"),
                            ("trouble", "Only when data sets leave or something is wrong"),
                        ],
                        default="changes",
                        max_length=7,
                    ),
                ),
                ("asked", models.DateTimeField(default=django.utils.timezone.now)),
                ("digest", models.CharField(max_length=64, null=True, unique=True)),
                ("confirmed", models.DateTimeField(null=True)),
                ("told", models.BigIntegerField(default=0)),
                (
                    "settings",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscriptions",
                        to="harvest.sourcesettings",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("confirmed__isnull", False)),
                        fields=("settings", "email"),
                        name="one_subscription_of_an_address",
                    )
                ],
            },
        ),
    ]
