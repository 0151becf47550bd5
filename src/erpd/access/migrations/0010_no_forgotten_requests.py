from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("access", "0009_waiting_parts")]

    operations = [migrations.RemoveField("accessrequest", "forgotten")]
