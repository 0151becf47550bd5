import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0002_indexes_of_an_origin"),
    ]

    operations = [
        migrations.AddIndex(
            "version", models.Index(fields=["data_set", "change"], name="versions_of_a_data_set")
        ),
        migrations.AlterField(
            "version",
            "data_set",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="versions",
                to="register.dataset",
            ),
        ),
    ]
