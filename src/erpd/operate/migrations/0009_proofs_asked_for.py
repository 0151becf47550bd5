from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("operate", "0008_proofs"),
    ]

    operations = [
        migrations.AddField("proof", "asked", models.DateTimeField(null=True)),
        migrations.AddField("proof", "seconds", models.FloatField(null=True)),
    ]
