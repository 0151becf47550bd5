from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("operate", "0013_asked_proofs"),
    ]

    operations = [
        migrations.RemoveField("publishernotice", "said"),
        migrations.AddField("publishernotice", "told", models.JSONField(default=list)),
    ]
