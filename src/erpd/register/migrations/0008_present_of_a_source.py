from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0007_links")]

    operations = [
        migrations.AddIndex(
            "dataset", models.Index(fields=["source", "catalogue", "deleted"], name="present_of_a_source")
        )
    ]
