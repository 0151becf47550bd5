from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("harvest", "0014_contact")]

    operations = [
        migrations.CreateModel(
            "Uncovered",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("property", models.CharField(max_length=200)),
                ("folded", models.CharField(max_length=1000)),
                ("value", models.CharField(max_length=300)),
                ("rule", models.CharField(max_length=40)),
                ("records", models.PositiveIntegerField()),
                ("covered", models.BooleanField(default=False)),
                ("examples", models.JSONField(default=list)),
                (
                    "settings",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="uncovered", to="harvest.sourcesettings"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["folded"], name="uncovered_by_value")]},
        ),
    ]
