from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0010_no_forgotten_requests")]

    operations = [
        migrations.AddField("link", "answers", models.JSONField(default=dict)),
    ]
