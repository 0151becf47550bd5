from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0008_present_of_a_source")]

    operations = [
        migrations.AddIndex(
            "link",
            models.Index(
                fields=["host", "key", "answer"], condition=models.Q(works=False), name="broken_links"
            ),
        ),
    ]
