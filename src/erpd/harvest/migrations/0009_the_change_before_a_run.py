from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("harvest", "0008_why_deletions_wait"),
    ]

    operations = [
        migrations.AddField("run", "after_change", models.BigIntegerField(null=True)),
    ]
