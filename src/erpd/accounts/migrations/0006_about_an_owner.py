from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_words_and_checked_files"),
    ]

    operations = [
        migrations.AddField("owner", "about", models.JSONField(default=dict)),
    ]
