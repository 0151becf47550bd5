from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("operate", "0012_seconds_of_proofs"),
    ]

    operations = [
        migrations.AddField("proof", "asked", models.DateTimeField(null=True)),
        migrations.AddField("proof", "holder", models.CharField(max_length=200, default="")),
        migrations.AddField("proof", "ended", models.JSONField(default=list)),
    ]
