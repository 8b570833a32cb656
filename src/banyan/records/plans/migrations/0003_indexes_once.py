import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0002_firm_or_sampler"),
    ]

    operations = [
        migrations.AlterField(
            model_name="frameunit",
            name="draw",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="units",
                to="plans.draw",
                verbose_name="draw",
            ),
        ),
        migrations.AlterField(
            model_name="planline",
            name="plan",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="plans.plan",
                verbose_name="plan",
            ),
        ),
        migrations.AlterField(
            model_name="quota",
            name="line",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="quotas",
                to="plans.planline",
                verbose_name="plan line",
            ),
        ),
    ]
