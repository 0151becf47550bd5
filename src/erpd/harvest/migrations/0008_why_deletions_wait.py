from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("harvest", "0007_deaths_of_a_run"),
    ]

    operations = [
        migrations.AddField("run", "approved", models.BooleanField(default=False)),
        migrations.AddField(
            "run",
            "held_because",
            models.CharField(
                blank=True,
                choices=[
                    ("too-many", "too many at once"),
                    ("shrinking", "too many since the last approval"),
                    ("end-of-list", "the end of the list is missing"),
                    ("nameless", "a record does not say which one it is"),
                    ("repeats", "records came twice"),
                    ("still-there", "the source may still have them"),
                ],
                max_length=20,
            ),
        ),
    ]
