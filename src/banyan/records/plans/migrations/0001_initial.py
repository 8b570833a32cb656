import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("registry", "0002_split"),
    ]

    operations = [
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="key")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
                ("withdrawn_reason", models.TextField(blank=True, verbose_name="reason for withdrawal")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                (
                    "scheme",
                    models.CharField(
                        choices=[
                            ("product_supervision", "product supervision check"),
                            ("food_supervision", "food supervision sampling"),
                            ("food_evaluation", "food evaluation sampling"),
                            ("risk_monitoring", "risk monitoring"),
                            ("export_inspection", "export inspection"),
                        ],
                        max_length=20,
                        verbose_name="scheme",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("national", "national"),
                            ("province", "provincial"),
                            ("city", "city"),
                            ("county", "county"),
                            ("unknown", "level not stated"),
                        ],
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                ("authority", models.CharField(max_length=120, verbose_name="organised by")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("published", "published"),
                            ("closed", "closed"),
                            ("cancelled", "cancelled"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="published on")),
                (
                    "cost_planned",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=14, verbose_name="cost planned (CNY)"
                    ),
                ),
                (
                    "cost_spent",
                    models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name="cost spent (CNY)"),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="registry.region", verbose_name="region"
                    ),
                ),
            ],
            options={
                "verbose_name": "plan",
                "verbose_name_plural": "plans",
                "ordering": ("-year", "key"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PlanLine",
            fields=[
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="key")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
                ("withdrawn_reason", models.TextField(blank=True, verbose_name="reason for withdrawal")),
                ("risk_score", models.FloatField(default=0, verbose_name="risk score")),
                ("risk_rank", models.PositiveSmallIntegerField(default=0, verbose_name="risk rank")),
                ("batches", models.PositiveIntegerField(verbose_name="batches planned")),
                ("random_share", models.FloatField(default=1, verbose_name="share drawn at random")),
                (
                    "cost_per_batch",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=10, verbose_name="cost per batch (CNY)"
                    ),
                ),
                (
                    "cost_spent",
                    models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name="cost spent (CNY)"),
                ),
                (
                    "risk_reasons",
                    models.JSONField(blank=True, default=dict, verbose_name="what the risk score is made of"),
                ),
                ("rules", models.CharField(blank=True, max_length=160, verbose_name="sampling rules")),
                ("rules_published_on", models.DateField(blank=True, null=True, verbose_name="rules published on")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="plans.plan",
                        verbose_name="plan",
                    ),
                ),
                (
                    "product_class",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="registry.productclass",
                        verbose_name="product class",
                    ),
                ),
            ],
            options={
                "verbose_name": "plan line",
                "verbose_name_plural": "plan lines",
                "ordering": ("plan", "risk_rank"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Draw",
            fields=[
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="key")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
                ("withdrawn_reason", models.TextField(blank=True, verbose_name="reason for withdrawal")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("committed", "seed committed"),
                            ("frozen", "frame frozen"),
                            ("drawn", "drawn"),
                            ("cancelled", "cancelled"),
                        ],
                        default="committed",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("algorithm", models.CharField(max_length=60, verbose_name="algorithm")),
                ("commitment", models.CharField(max_length=64, verbose_name="commitment to the seed")),
                ("sealed_seed", models.CharField(blank=True, max_length=400, verbose_name="sealed seed")),
                ("seed", models.CharField(blank=True, max_length=64, verbose_name="seed")),
                (
                    "beacon",
                    models.CharField(blank=True, max_length=200, verbose_name="public value after the freeze"),
                ),
                ("frame_digest", models.CharField(blank=True, max_length=64, verbose_name="digest of the frame")),
                ("design", models.JSONField(default=dict, verbose_name="design")),
                ("committed_at", models.DateTimeField(verbose_name="committed at")),
                ("frozen_at", models.DateTimeField(blank=True, null=True, verbose_name="frame frozen at")),
                ("drawn_at", models.DateTimeField(blank=True, null=True, verbose_name="drawn at")),
                ("result_digest", models.CharField(blank=True, max_length=64, verbose_name="digest of the result")),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draws",
                        to="plans.planline",
                        verbose_name="plan line",
                    ),
                ),
            ],
            options={
                "verbose_name": "draw",
                "verbose_name_plural": "draws",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Quota",
            fields=[
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="key")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
                ("withdrawn_reason", models.TextField(blank=True, verbose_name="reason for withdrawal")),
                ("batches", models.PositiveIntegerField(verbose_name="batches")),
                (
                    "county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="registry.region", verbose_name="county"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotas",
                        to="plans.planline",
                        verbose_name="plan line",
                    ),
                ),
            ],
            options={
                "verbose_name": "quota",
                "verbose_name_plural": "quotas",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Tie",
            fields=[
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="key")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
                ("withdrawn_reason", models.TextField(blank=True, verbose_name="reason for withdrawal")),
                ("username", models.CharField(db_index=True, max_length=150, verbose_name="sampler")),
                ("what", models.CharField(max_length=120, verbose_name="what ties them")),
                ("from_on", models.DateField(verbose_name="from")),
                ("until_on", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.organisation",
                        verbose_name="firm",
                    ),
                ),
            ],
            options={
                "verbose_name": "declared interest",
                "verbose_name_plural": "declared interests",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FrameUnit",
            fields=[
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="key")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
                ("withdrawn_reason", models.TextField(blank=True, verbose_name="reason for withdrawal")),
                (
                    "role",
                    models.CharField(
                        choices=[("subject", "firm to be checked"), ("sampler", "sampler")],
                        default="subject",
                        max_length=8,
                        verbose_name="role",
                    ),
                ),
                ("unit", models.CharField(max_length=60, verbose_name="unit")),
                ("stratum", models.CharField(blank=True, max_length=60, verbose_name="stratum")),
                ("measure", models.FloatField(default=1, verbose_name="measure of size")),
                ("wanted", models.FloatField(blank=True, null=True, verbose_name="probability wanted")),
                ("probability", models.FloatField(blank=True, null=True, verbose_name="inclusion probability")),
                (
                    "order",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="place in the order of the draw"),
                ),
                ("is_drawn", models.BooleanField(default=False, verbose_name="drawn")),
                ("samplers", models.JSONField(blank=True, default=list, verbose_name="samplers drawn for the firm")),
                (
                    "county",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="registry.region",
                        verbose_name="county",
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="plans.draw",
                        verbose_name="draw",
                    ),
                ),
            ],
            options={
                "verbose_name": "unit of a frame",
                "verbose_name_plural": "units of frames",
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("draw", "role", "unit"), name="frame_unit_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("cost_planned__gte", 0), ("cost_spent__gte", 0)), name="plan_cost_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.UniqueConstraint(fields=("plan", "product_class"), name="plan_line_once"),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.CheckConstraint(
                condition=models.Q(("random_share__gte", 0), ("random_share__lte", 1)), name="plan_line_random_share"
            ),
        ),
        migrations.AddConstraint(
            model_name="quota",
            constraint=models.UniqueConstraint(fields=("line", "county"), name="quota_once"),
        ),
        migrations.AddConstraint(
            model_name="tie",
            constraint=models.UniqueConstraint(
                fields=("username", "organisation", "from_on"), name="tie_declared_once"
            ),
        ),
    ]
