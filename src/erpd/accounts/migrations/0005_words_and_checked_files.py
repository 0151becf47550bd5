"""What owners are found by; the file that somebody had checked last."""

from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def fill(apps: Any, _editor: Any) -> None:
    for one in apps.get_model("accounts", "Owner").objects.iterator(chunk_size=500):
        one.words = "\n".join([one.slug, one.contact, *one.title.values()]).casefold()
        one.save(update_fields=["words"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_title_of_a_transfer")]

    operations = [
        migrations.AddField("owner", "words", models.TextField(default="", editable=False)),
        migrations.CreateModel(
            name="CheckedFile",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("about", models.CharField(max_length=100)),
                ("digest", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=200)),
                ("content", models.BinaryField()),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
