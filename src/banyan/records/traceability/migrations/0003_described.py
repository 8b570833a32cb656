from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("traceability", "0002_events_refused"),
    ]

    operations = [
        migrations.AddField(
            model_name="capturejob",
            name="described",
            field=models.PositiveIntegerField(default=0, verbose_name="entries of master data kept"),
        ),
    ]
