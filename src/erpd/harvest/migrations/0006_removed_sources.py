from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("harvest", "0005_a_heartbeat_of_its_own"),
    ]

    operations = [
        migrations.AddField(
            model_name="sourcesettings",
            name="removed",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
