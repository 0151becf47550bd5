from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_title_of_a_transfer"),
    ]

    operations = [
        migrations.AddField("owner", "about", models.JSONField(default=dict)),
    ]
