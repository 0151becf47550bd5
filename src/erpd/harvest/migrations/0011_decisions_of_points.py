import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0004_profiles_of_a_catalogue"),
        ("harvest", "0010_the_title_of_an_entry"),
    ]

    operations = [
        migrations.CreateModel(
            name="DecisionsRead",
            fields=[
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="decisions_read",
                        serialize=False,
                        to="register.source",
                    ),
                ),
                ("address", models.CharField(max_length=1000)),
                ("at", models.DateTimeField()),
                ("failure", models.CharField(blank=True, max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="PointFigures",
            fields=[
                (
                    "data_set",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="point_figures",
                        serialize=False,
                        to="register.dataset",
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("decided", models.PositiveIntegerField()),
                ("granted", models.PositiveIntegerField()),
                ("refused", models.PositiveIntegerField()),
                ("late", models.PositiveIntegerField()),
                ("median_days", models.PositiveIntegerField(null=True)),
                ("most_days", models.PositiveIntegerField(null=True)),
                (
                    "read",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="figures",
                        to="harvest.decisionsread",
                    ),
                ),
            ],
        ),
    ]
