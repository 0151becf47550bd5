import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("operate", "0007_asker_of_a_rehearsal"),
    ]

    operations = [
        migrations.CreateModel(
            name="Proof",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("begun", models.DateTimeField(null=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("passed", models.BooleanField(null=True)),
                ("said", models.CharField(blank=True, max_length=1000)),
            ],
        ),
    ]
