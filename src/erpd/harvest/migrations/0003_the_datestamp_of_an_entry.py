from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("harvest", "0002_a_longer_name_of_a_protocol"),
    ]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="datestamp",
            field=models.CharField(blank=True, default="", max_length=30),
        ),
    ]
