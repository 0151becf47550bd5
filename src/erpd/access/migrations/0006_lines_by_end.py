from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0005_attachments")]
    operations = [
        migrations.AddIndex(
            model_name="line",
            index=models.Index(fields=["ended", "id"], name="lines_by_end"),
        ),
    ]
