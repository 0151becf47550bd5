from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0007_links")]

    operations = [
        migrations.AddIndex(
            "dataset",
            models.Index(
                fields=["source", "catalogue", "deleted"],
                condition=models.Q(deleted=False),
                name="present_of_a_source",
            ),
        )
    ]
