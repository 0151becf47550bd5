from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0008_links"),
    ]

    operations = [
        migrations.AddField(
            model_name="part",
            name="waits",
            field=models.BooleanField(default=False),
        ),
    ]
