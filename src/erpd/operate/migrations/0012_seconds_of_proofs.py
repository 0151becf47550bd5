from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("operate", "0011_publishers"),
    ]

    operations = [
        migrations.AddField("proof", "seconds", models.FloatField(null=True)),
    ]
