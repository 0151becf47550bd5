from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0011_answers_of_links")]

    operations = [
        migrations.AlterField(
            "estimate",
            "state",
            models.CharField(
                choices=[
                    ("sent", "sent"),
                    ("accepted", "accepted"),
                    ("declined", "declined"),
                    ("expired", "ended without an answer"),
                    ("cancelled", "cancelled"),
                ],
                default="sent",
                max_length=9,
            ),
        ),
    ]
