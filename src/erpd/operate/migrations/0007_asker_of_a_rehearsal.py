from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("operate", "0006_harvesting_requests"),
    ]

    operations = [
        migrations.AddField(
            model_name="rehearsal",
            name="asker",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
    ]
