from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("harvest", "0016_put_back")]

    operations = [
        migrations.AddField("sourcesettings", "tell_publishers", models.BooleanField(default=False)),
        # Null, as SQLite copies the whole table for any other: it has a row for each record of each run.
        migrations.AddField("entry", "contact", models.CharField(max_length=254, null=True)),
    ]
