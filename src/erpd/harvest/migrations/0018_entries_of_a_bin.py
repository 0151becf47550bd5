from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("harvest", "0017_publishers")]

    operations = [
        migrations.AddIndex(
            "entry", models.Index(fields=["bin", "run", "attempt", "id"], name="entries_of_a_bin")
        )
    ]
