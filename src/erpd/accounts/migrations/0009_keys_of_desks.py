import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_fewer_indexes"),
        ("register", "0004_profiles_of_a_catalogue"),
    ]
    operations = [
        migrations.AlterField(
            model_name="key",
            name="catalogue",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="keys",
                to="register.catalogue",
            ),
        ),
        migrations.AddConstraint(
            model_name="key",
            constraint=models.CheckConstraint(
                condition=models.Q(("catalogue", None), ("desk", True))
                | models.Q(("catalogue__isnull", False), ("desk", False)),
                name="a_key_of_a_catalogue_or_a_desk",
            ),
        ),
    ]
