from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0001_initial"),
    ]

    operations = [
        migrations.AlterField("version", "origin", models.CharField(max_length=80)),
        migrations.AlterField("review", "origin", models.CharField(max_length=80)),
        migrations.AddIndex(
            "version", models.Index(fields=["origin", "change"], name="versions_of_an_origin")
        ),
        migrations.AddIndex("review", models.Index(fields=["origin", "id"], name="reviews_of_an_origin")),
    ]
