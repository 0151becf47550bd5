from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0003_versions_of_a_data_set"),
    ]

    operations = [
        migrations.AddField(
            "catalogue", "profiles", models.CharField(blank=True, default="", max_length=200)
        ),
    ]
