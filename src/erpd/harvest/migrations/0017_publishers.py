from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("harvest", "0016_put_back")]

    operations = [
        migrations.AddField("sourcesettings", "tell_publishers", models.BooleanField(default=False)),
        migrations.AddField("entry", "contact", models.CharField(blank=True, default="", max_length=254)),
    ]
