import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_about_an_owner"),
        ("submit", "0010_uploads"),
    ]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("email", models.EmailField(db_index=True, max_length=254)),
                ("text", models.TextField()),
                ("language", models.CharField(default="en", max_length=2)),
                ("digest", models.CharField(max_length=64, null=True, unique=True)),
                ("asked", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ("sent", models.DateTimeField(blank=True, null=True)),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="submit.delivery",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="accounts.owner",
                    ),
                ),
            ],
        ),
    ]
