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
                    ("too-many", "more than a fifth of the data sets would go at once"),
                    (
                        "shrinking",
                        "since your last approval, more than a fifth of the data sets would be gone",
                    ),
                    (
                        "end-of-list",
                        "they were the end of the last complete list, so this list may have been cut short",
                    ),
                    ("nameless", "a record does not say which data set it describes"),
                    ("repeats", "some records came twice, so others may have been skipped"),
                    ("still-there", "the source was asked for each, and did not confirm that it is gone"),
                ],
                max_length=20,
            ),
        ),
    ]
