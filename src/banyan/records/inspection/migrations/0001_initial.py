import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("registry", "0002_split"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Result",
            fields=[
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="key")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
                ("withdrawn_reason", models.TextField(blank=True, verbose_name="reason for withdrawal")),
                (
                    "kind",
                    models.CharField(
                        choices=[("initial", "first test"), ("retest", "re-test"), ("recheck", "re-check")],
                        default="initial",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("report_number", models.CharField(blank=True, max_length=80, verbose_name="report number")),
                ("tested_on", models.DateField(blank=True, null=True, verbose_name="tested on")),
                ("reported_on", models.DateField(verbose_name="reported on")),
                (
                    "conclusion",
                    models.CharField(
                        choices=[("passed", "passed"), ("failed", "failed"), ("not_judged", "not judged")],
                        max_length=12,
                        verbose_name="conclusion",
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        blank=True,
                        choices=[("general", "general failure"), ("serious", "serious failure")],
                        max_length=8,
                        verbose_name="grade of failure",
                    ),
                ),
                (
                    "laboratory",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="registry.organisation",
                        verbose_name="laboratory",
                    ),
                ),
            ],
            options={
                "verbose_name": "test result",
                "verbose_name_plural": "test results",
                "ordering": ("reported_on", "key"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ItemResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(verbose_name="order")),
                ("item", models.CharField(max_length=160, verbose_name="item")),
                ("category", models.CharField(blank=True, max_length=80, verbose_name="class of item")),
                ("unit", models.CharField(blank=True, max_length=40, verbose_name="unit")),
                ("value", models.CharField(blank=True, max_length=160, verbose_name="value found")),
                ("limit", models.CharField(blank=True, max_length=240, verbose_name="limit")),
                ("method", models.CharField(blank=True, max_length=120, verbose_name="test method")),
                (
                    "conclusion",
                    models.CharField(
                        choices=[("passed", "passed"), ("failed", "failed"), ("not_judged", "not judged")],
                        max_length=12,
                        verbose_name="conclusion",
                    ),
                ),
                (
                    "rejudged",
                    models.CharField(
                        blank=True,
                        choices=[("agrees", "agrees"), ("differs", "differs"), ("cannot", "cannot be re-judged")],
                        max_length=8,
                        verbose_name="re-judged",
                    ),
                ),
                ("rejudged_reason", models.CharField(blank=True, max_length=60, verbose_name="why")),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="inspection.result",
                        verbose_name="test result",
                    ),
                ),
            ],
            options={
                "verbose_name": "item result",
                "verbose_name_plural": "item results",
                "ordering": ("result", "order"),
            },
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="key")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
                ("withdrawn_reason", models.TextField(blank=True, verbose_name="reason for withdrawal")),
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
                ("authority", models.CharField(blank=True, max_length=120, verbose_name="organised by")),
                (
                    "drawn",
                    models.CharField(
                        choices=[
                            ("random", "drawn at random"),
                            ("targeted", "targeted by risk"),
                            ("complaint", "after a complaint"),
                            ("follow_up", "follow-up of a failure"),
                            ("self_reported", "reported by the firm"),
                            ("census", "all units"),
                            ("unknown", "not stated"),
                        ],
                        default="unknown",
                        max_length=14,
                        verbose_name="how drawn",
                    ),
                ),
                ("stratum", models.CharField(blank=True, max_length=60, verbose_name="stratum")),
                ("cluster", models.CharField(blank=True, max_length=60, verbose_name="cluster")),
                ("weight", models.FloatField(blank=True, null=True, verbose_name="design weight")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                ("due_rule", models.CharField(blank=True, max_length=60, verbose_name="term")),
                ("is_due_provisional", models.BooleanField(default=False, verbose_name="term is provisional")),
                ("escalated_on", models.DateField(blank=True, null=True, verbose_name="went up a level on")),
                ("number", models.CharField(max_length=80, unique=True, verbose_name="sample number")),
                ("product_name", models.CharField(max_length=240, verbose_name="product name")),
                ("brand", models.CharField(blank=True, max_length=80, verbose_name="brand")),
                ("model", models.CharField(blank=True, max_length=120, verbose_name="model")),
                ("standard", models.CharField(blank=True, max_length=120, verbose_name="executed standard")),
                ("lot", models.CharField(blank=True, max_length=120, verbose_name="batch number")),
                ("made_on", models.DateField(blank=True, null=True, verbose_name="made on")),
                ("maker_name", models.CharField(blank=True, max_length=240, verbose_name="maker's name as stated")),
                (
                    "seller_name",
                    models.CharField(blank=True, max_length=240, verbose_name="sampled party's name as stated"),
                ),
                ("platform", models.CharField(blank=True, max_length=120, verbose_name="online platform")),
                ("size", models.CharField(blank=True, max_length=8, verbose_name="size of the maker")),
                (
                    "stage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("made", "at the maker"),
                            ("stored", "in store"),
                            ("sold", "on sale"),
                            ("online", "sold online"),
                            ("used", "in use"),
                        ],
                        max_length=8,
                        verbose_name="where in the chain",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=240, verbose_name="place of sampling")),
                (
                    "latitude",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="latitude"
                    ),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="longitude"
                    ),
                ),
                ("sampled_on", models.DateField(db_index=True, verbose_name="sampled on")),
                ("quantity", models.CharField(blank=True, max_length=60, verbose_name="quantity")),
                (
                    "price",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=10, null=True, verbose_name="price paid (CNY)"
                    ),
                ),
                ("seal", models.CharField(blank=True, max_length=40, verbose_name="seal of the test sample")),
                ("spare_seal", models.CharField(blank=True, max_length=40, verbose_name="seal of the spare sample")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sampled", "sampled"),
                            ("lost", "lost or broken"),
                            ("received", "received by laboratory"),
                            ("rejected", "seal broken, rejected"),
                            ("passed", "passed"),
                            ("failed", "failed"),
                            ("not_judged", "not judged"),
                            ("result_notified", "result notified"),
                            ("result_served", "result served"),
                            ("objection_filed", "objection filed"),
                            ("retest_granted", "re-test granted"),
                            ("retest_running", "re-test running"),
                            ("result_final", "result final"),
                            ("published", "published"),
                            ("correction_ordered", "correction ordered"),
                            ("corrected", "corrected"),
                            ("recheck_passed", "re-check passed"),
                            ("recheck_failed", "re-check failed, announced"),
                            ("closure_ordered", "closure for rectification ordered"),
                            ("licence_revoked", "licence revoked"),
                            ("closed", "closed"),
                        ],
                        default="sampled",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("received_on", models.DateField(blank=True, null=True, verbose_name="received on")),
                (
                    "conclusion",
                    models.CharField(
                        blank=True,
                        choices=[("passed", "passed"), ("failed", "failed"), ("not_judged", "not judged")],
                        max_length=12,
                        verbose_name="conclusion",
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        blank=True,
                        choices=[("general", "general failure"), ("serious", "serious failure")],
                        max_length=8,
                        verbose_name="grade of failure",
                    ),
                ),
                ("judged_on", models.DateField(blank=True, null=True, verbose_name="judged on")),
                ("served_on", models.DateField(blank=True, null=True, verbose_name="result served on")),
                ("final_on", models.DateField(blank=True, null=True, verbose_name="result final on")),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="published on")),
                ("spare_until", models.DateField(blank=True, null=True, verbose_name="spare kept until")),
                ("case", models.CharField(blank=True, max_length=60, verbose_name="enforcement case")),
                ("source_file", models.CharField(blank=True, max_length=160, verbose_name="source file")),
                ("source_row", models.CharField(blank=True, max_length=120, verbose_name="source rows")),
                (
                    "dated_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("published_on", "day of publication (approximate)"),
                            ("judged_on", "day of the verdict (approximate)"),
                            ("made_on", "day of production (approximate)"),
                        ],
                        help_text="empty: the day of sampling itself is stated",
                        max_length=12,
                        verbose_name="sampling day taken from",
                    ),
                ),
                ("remarks", models.TextField(blank=True, verbose_name="further words of the source")),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="whose move",
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.region",
                        verbose_name="county where found",
                    ),
                ),
                (
                    "industry",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.industry",
                        verbose_name="industry",
                    ),
                ),
                (
                    "laboratory",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="samples_tested",
                        to="registry.organisation",
                        verbose_name="laboratory",
                    ),
                ),
                (
                    "maker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="samples_made",
                        to="registry.organisation",
                        verbose_name="nominal maker",
                    ),
                ),
                (
                    "organiser",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.region",
                        verbose_name="region of the organiser",
                    ),
                ),
                (
                    "origin_county",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.region",
                        verbose_name="county where made",
                    ),
                ),
                (
                    "park",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.park",
                        verbose_name="park",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="registry.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "product_class",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="registry.productclass",
                        verbose_name="product class",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="samples_sold",
                        to="registry.organisation",
                        verbose_name="sampled party",
                    ),
                ),
            ],
            options={
                "verbose_name": "sample",
                "verbose_name_plural": "samples",
                "ordering": ("-sampled_on", "key"),
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="result",
            name="sample",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="results",
                to="inspection.sample",
                verbose_name="sample",
            ),
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="key")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
                ("withdrawn_reason", models.TextField(blank=True, verbose_name="reason for withdrawal")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("filed", "filed"),
                            ("rejected", "rejected"),
                            ("upheld", "upheld without test"),
                            ("retest_granted", "re-test granted"),
                            ("retest_waived", "re-test waived"),
                            ("retest_running", "re-test running"),
                            ("retest_done", "re-test done"),
                            ("spare_tampered", "spare tampered with, first result stands"),
                        ],
                        default="filed",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("filed_on", models.DateField(verbose_name="filed on")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("retest", "asks for a re-test"),
                            ("authenticity", "says that it did not make the goods"),
                            ("procedure", "contests sampling or method"),
                        ],
                        default="retest",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("grounds", models.TextField(verbose_name="grounds")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="decided on")),
                ("decision", models.TextField(blank=True, verbose_name="decision")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_maker", "the party did not make the goods"),
                            ("not_judged", "the result cannot stand: not judged"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("formalities_on", models.DateField(blank=True, null=True, verbose_name="formalities done on")),
                (
                    "is_only_laboratory",
                    models.BooleanField(default=False, verbose_name="no other laboratory is qualified"),
                ),
                ("is_spare_intact", models.BooleanField(blank=True, null=True, verbose_name="spare sample intact")),
                (
                    "fee_borne_by",
                    models.CharField(
                        blank=True,
                        choices=[("party", "the party that objected"), ("authority", "the organising authority")],
                        max_length=12,
                        verbose_name="fee borne by",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="registry.organisation", verbose_name="party"
                    ),
                ),
                (
                    "retest_laboratory",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.organisation",
                        verbose_name="second laboratory",
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="inspection.sample",
                        verbose_name="sample",
                    ),
                ),
            ],
            options={
                "verbose_name": "objection",
                "verbose_name_plural": "objections",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="key")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
                ("withdrawn_reason", models.TextField(blank=True, verbose_name="reason for withdrawal")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("photo", "photograph"),
                            ("form", "signed sampling form"),
                            ("proof", "proof brought by the party"),
                            ("report", "report"),
                        ],
                        default="photo",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("file", models.FileField(upload_to="evidence", verbose_name="file")),
                ("name", models.CharField(max_length=160, verbose_name="file name")),
                ("media_type", models.CharField(max_length=60, verbose_name="media type")),
                ("size", models.PositiveIntegerField(verbose_name="size (bytes)")),
                ("digest", models.CharField(max_length=64, verbose_name="digest (SHA-256)")),
                ("taken_on", models.DateField(verbose_name="taken on")),
                (
                    "latitude",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="latitude"
                    ),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="longitude"
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="inspection.sample",
                        verbose_name="sample",
                    ),
                ),
            ],
            options={
                "verbose_name": "evidence",
                "verbose_name_plural": "evidence",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="key")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
                ("withdrawn_reason", models.TextField(blank=True, verbose_name="reason for withdrawal")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ordered", "ordered"),
                            ("corrected", "corrected"),
                            ("recheck_passed", "re-check passed"),
                            ("recheck_failed", "re-check failed, announced"),
                            ("closure_ordered", "closure for rectification ordered"),
                            ("licence_revoked", "licence revoked"),
                        ],
                        default="ordered",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("ordered_on", models.DateField(verbose_name="ordered on")),
                ("correct_by", models.DateField(blank=True, null=True, verbose_name="correct by")),
                ("recheck_by", models.DateField(blank=True, null=True, verbose_name="re-check by")),
                ("corrected_on", models.DateField(blank=True, null=True, verbose_name="corrected on")),
                ("measures", models.TextField(blank=True, verbose_name="measures taken")),
                ("rechecked_on", models.DateField(blank=True, null=True, verbose_name="re-checked on")),
                ("announced_on", models.DateField(blank=True, null=True, verbose_name="failure announced on")),
                ("announced_by", models.CharField(blank=True, max_length=120, verbose_name="announced by")),
                ("second_recheck_from", models.DateField(blank=True, null=True, verbose_name="second re-check from")),
                ("second_recheck_by", models.DateField(blank=True, null=True, verbose_name="second re-check by")),
                ("resumed_on", models.DateField(blank=True, null=True, verbose_name="resumed on")),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="registry.organisation", verbose_name="party"
                    ),
                ),
                (
                    "sample",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="inspection.sample",
                        verbose_name="sample",
                    ),
                ),
            ],
            options={
                "verbose_name": "order to correct",
                "verbose_name_plural": "orders to correct",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="key")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
                ("withdrawn_reason", models.TextField(blank=True, verbose_name="reason for withdrawal")),
                (
                    "role",
                    models.CharField(
                        choices=[("seller", "sampled party"), ("maker", "nominal maker")],
                        max_length=8,
                        verbose_name="as",
                    ),
                ),
                ("served_on", models.DateField(verbose_name="served on")),
                ("object_by", models.DateField(blank=True, null=True, verbose_name="objection until")),
                ("manner", models.CharField(blank=True, max_length=40, verbose_name="manner of service")),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.organisation",
                        verbose_name="party",
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="services",
                        to="inspection.sample",
                        verbose_name="sample",
                    ),
                ),
            ],
            options={
                "verbose_name": "service of a result",
                "verbose_name_plural": "services of results",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="key")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
                ("withdrawn_reason", models.TextField(blank=True, verbose_name="reason for withdrawal")),
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
                ("authority", models.CharField(blank=True, max_length=120, verbose_name="organised by")),
                (
                    "drawn",
                    models.CharField(
                        choices=[
                            ("random", "drawn at random"),
                            ("targeted", "targeted by risk"),
                            ("complaint", "after a complaint"),
                            ("follow_up", "follow-up of a failure"),
                            ("self_reported", "reported by the firm"),
                            ("census", "all units"),
                            ("unknown", "not stated"),
                        ],
                        default="unknown",
                        max_length=14,
                        verbose_name="how drawn",
                    ),
                ),
                ("stratum", models.CharField(blank=True, max_length=60, verbose_name="stratum")),
                ("cluster", models.CharField(blank=True, max_length=60, verbose_name="cluster")),
                ("weight", models.FloatField(blank=True, null=True, verbose_name="design weight")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                ("due_rule", models.CharField(blank=True, max_length=60, verbose_name="term")),
                ("is_due_provisional", models.BooleanField(default=False, verbose_name="term is provisional")),
                ("escalated_on", models.DateField(blank=True, null=True, verbose_name="went up a level on")),
                ("samplers", models.JSONField(blank=True, default=list, verbose_name="samplers")),
                ("is_emergency", models.BooleanField(default=False, verbose_name="emergency")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("notified", "notified"),
                            ("sampled", "sampled"),
                            ("not_sampled", "not sampled"),
                            ("refused", "refused"),
                            ("case_opened", "refusal handed to enforcement"),
                            ("cancelled", "cancelled"),
                        ],
                        default="planned",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("planned_on", models.DateField(verbose_name="planned on")),
                ("notified_on", models.DateField(blank=True, null=True, verbose_name="notice issued on")),
                ("visited_on", models.DateField(blank=True, null=True, verbose_name="visited on")),
                (
                    "not_sampled_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("stopped", "production stopped"),
                            ("converted", "makes other products now"),
                            ("closed", "closed down"),
                            ("bankrupt", "bankrupt"),
                            ("not_found", "firm not found"),
                            ("too_few", "too few goods"),
                            ("no_goods", "no goods to sample"),
                            ("not_for_sale", "goods not for sale"),
                            ("export_only", "made for export under another agreed requirement"),
                            ("marked", "marked as trial, to be treated or sample"),
                            ("checked_recently", "checked within the window already"),
                            ("exempt", "exempt for another reason"),
                        ],
                        max_length=16,
                        verbose_name="why not sampled",
                    ),
                ),
                ("proof", models.JSONField(blank=True, default=dict, verbose_name="proof of a check from above")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("witness", models.CharField(blank=True, max_length=400, verbose_name="witness")),
                ("case", models.CharField(blank=True, max_length=60, verbose_name="enforcement case")),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="whose move",
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.region",
                        verbose_name="county where found",
                    ),
                ),
            ],
            options={
                "verbose_name": "task",
                "verbose_name_plural": "tasks",
                "abstract": False,
            },
        ),
    ]
