import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("submit", "0013_fewer_indexes")]

    operations = [
        migrations.AlterField(
            "answered",
            "key",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="%(app_label)s_answered",
                to="accounts.key",
            ),
        ),
    ]
