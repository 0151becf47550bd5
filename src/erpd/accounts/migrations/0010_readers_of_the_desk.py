from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def reviewers_decided_nothing(apps: StateApps, schema: BaseDatabaseSchemaEditor) -> None:
    """Reviewers could only look until now: they are readers, until an operator lets them decide."""
    apps.get_model("accounts", "Person").objects.filter(office="reviewer").update(office="reader")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_keys_of_desks")]
    operations = [
        migrations.AlterField(
            model_name="person",
            name="office",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "none"),
                    ("reader", "reader"),
                    ("reviewer", "reviewer"),
                    ("operator", "operator"),
                ],
                default="",
                max_length=8,
            ),
        ),
        migrations.RunPython(reviewers_decided_nothing, migrations.RunPython.noop),
    ]
