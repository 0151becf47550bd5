from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_law_of_a_part"),
    ]

    operations = [
        migrations.AddField("attachment", "removed", models.DateTimeField(blank=True, null=True)),
        # To the end of the table.
        migrations.RemoveField("attachment", "content"),
        migrations.AddField("attachment", "content", models.BinaryField(default=b""), preserve_default=False),
        migrations.AddIndex("attachment", models.Index(fields=["at", "size"], name="attachments_of_a_day")),
    ]
