from django.db import migrations, models
from django.db.models import Q


def mark(apps, editor):
    """So far, every source was described on the command line, which may name files."""
    settings = apps.get_model("harvest", "SourceSettings").objects
    settings.filter(~Q(url__contains="://") | Q(url__istartswith="file:")).update(local=True)


class Migration(migrations.Migration):
    dependencies = [
        ("harvest", "0003_the_datestamp_of_an_entry"),
    ]

    operations = [
        migrations.AddField(
            model_name="sourcesettings",
            name="local",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
