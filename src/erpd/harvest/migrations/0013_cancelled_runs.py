import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("harvest", "0012_summary_and_asked")]

    operations = [
        migrations.CreateModel(
            name="Cancellation",
            fields=[
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="cancellation",
                        serialize=False,
                        to="harvest.run",
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
