import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("inspection", "0001_initial"),
        ("plans", "0001_initial"),
        ("registry", "0002_split"),
    ]

    operations = [
        migrations.AddField(
            model_name="task",
            name="draw",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="plans.draw",
                verbose_name="draw",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="follows",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="follow_ups",
                to="inspection.sample",
                verbose_name="follows up",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="laboratory",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.organisation",
                verbose_name="laboratory",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="line",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="plans.planline",
                verbose_name="plan line",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.organisation",
                verbose_name="firm to be checked",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="organiser",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.region",
                verbose_name="region of the organiser",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="product",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.product",
                verbose_name="product",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="product_class",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="registry.productclass",
                verbose_name="product class",
            ),
        ),
        migrations.AddField(
            model_name="sample",
            name="task",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="inspection.task",
                verbose_name="task",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="task",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="evidence",
                to="inspection.task",
                verbose_name="task",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemresult",
            constraint=models.UniqueConstraint(fields=("result", "order"), name="item_order_once"),
        ),
        migrations.AddConstraint(
            model_name="result",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ["initial", "retest"])),
                fields=("sample", "kind"),
                name="one_result_a_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(fields=("sample", "party"), name="one_objection_a_party"),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.UniqueConstraint(fields=("sample", "role"), name="served_once_a_role"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["state", "due_on"], name="task_state_due"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["assignee", "state"], name="task_assignee_state"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["organisation", "product_class"], name="task_firm_product"),
        ),
        migrations.AddIndex(
            model_name="sample",
            index=models.Index(fields=["state", "due_on"], name="sample_state_due"),
        ),
        migrations.AddIndex(
            model_name="sample",
            index=models.Index(fields=["assignee", "state"], name="sample_assignee_state"),
        ),
        migrations.AddIndex(
            model_name="sample",
            index=models.Index(fields=["maker", "sampled_on"], name="sample_maker_day"),
        ),
        migrations.AddIndex(
            model_name="sample",
            index=models.Index(fields=["county", "sampled_on"], name="sample_county_day"),
        ),
        migrations.AddIndex(
            model_name="sample",
            index=models.Index(fields=["-sampled_on", "key"], name="sample_day_key"),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__isnull", True), ("weight__gte", 1), _connector="OR"),
                name="sample_weight_at_least_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(("price__isnull", True), ("price__gte", 0), _connector="OR"),
                name="sample_price_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("conclusion", "failed"), _negated=True), ("judged_on__isnull", False), _connector="OR"
                ),
                name="failed_sample_was_judged",
            ),
        ),
    ]
