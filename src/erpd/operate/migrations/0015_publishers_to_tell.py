from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("operate", "0014_faults_told"),
    ]

    operations = [
        migrations.AlterField("publisherstold", "told", models.PositiveIntegerField(null=True)),
        migrations.AlterField("publisherstold", "left", models.PositiveIntegerField(default=0)),
        migrations.AlterField("publisherstold", "nobody", models.PositiveIntegerField(default=0)),
        migrations.AlterField("publisherstold", "is_cut", models.BooleanField(default=False)),
        migrations.AddIndex(
            "publisherstold",
            models.Index(
                fields=["run"], name="publishers_to_tell", condition=models.Q(("told__isnull", True))
            ),
        ),
    ]
