import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0002_split"),
    ]

    operations = [
        migrations.AlterField(
            model_name="organisation",
            name="county",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="registry.region",
                verbose_name="county",
            ),
        ),
    ]
