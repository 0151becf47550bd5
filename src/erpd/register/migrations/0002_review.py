import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("change", models.BigIntegerField()),
                ("origin", models.CharField(db_index=True, max_length=80)),
                ("received", models.CharField(max_length=64)),
                ("findings", models.JSONField(default=list)),
                (
                    "data_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="register.dataset",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="catalogue",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__in", ("all", "protected", "open")), _negated=True),
                name="a_slug_names_no_scope",
            ),
        ),
    ]
