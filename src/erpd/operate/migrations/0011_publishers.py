import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("harvest", "0017_publishers"),
        ("operate", "0010_replays"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublisherStop",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="PublishersTold",
            fields=[
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="publishers",
                        serialize=False,
                        to="harvest.run",
                    ),
                ),
                ("told", models.PositiveIntegerField()),
                ("left", models.PositiveIntegerField()),
                ("nobody", models.PositiveIntegerField()),
                ("is_cut", models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name="PublisherNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("said", models.CharField(max_length=64)),
                (
                    "settings",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="harvest.sourcesettings",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("digest", "settings"), name="one_notice_of_a_publisher")
                ],
            },
        ),
    ]
