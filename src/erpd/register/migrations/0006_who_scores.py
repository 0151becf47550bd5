from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0005_quality")]

    operations = [
        migrations.AddField("qualityposition", "seen", models.DateTimeField(null=True)),
        migrations.AddField("qualityposition", "written", models.BigIntegerField(default=0)),
    ]
