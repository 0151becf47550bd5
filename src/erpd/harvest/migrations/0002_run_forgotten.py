from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("harvest", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="forgotten",
            field=models.BigIntegerField(default=0),
        ),
    ]
