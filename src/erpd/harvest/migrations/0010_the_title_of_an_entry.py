from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("harvest", "0009_the_change_before_a_run"),
    ]

    operations = [
        migrations.AddField("entry", "title", models.CharField(max_length=200, blank=True, default="")),
    ]
