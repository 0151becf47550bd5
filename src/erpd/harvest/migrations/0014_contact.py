from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("harvest", "0013_cancelled_runs")]

    operations = [
        migrations.AddField(
            "sourcesettings", "contact", models.CharField(blank=True, default="", max_length=500)
        ),
    ]
