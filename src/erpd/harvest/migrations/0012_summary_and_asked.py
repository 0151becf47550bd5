from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("harvest", "0011_decisions_of_points")]

    operations = [
        migrations.AddField("run", "summary", models.JSONField(default=dict)),
        migrations.AddField("sourcesettings", "asked", models.DateTimeField(blank=True, null=True)),
    ]
