"""Assessments of risk go to a room of their own, each with the inquiry that it was made for."""

from django.db import migrations

KEPT = ("scenarios", "level", "worst", "is_robust", "shifts", "assessed_on", "assessed_by", "reviewed_on",
        "reviewed_by", "is_upheld", "withdrawn_on", "withdrawn_reason")  # fmt: skip


def forward(apps, schema_editor):
    if "assessment" not in apps.all_models["recall"]:  # all tables are made at once: there is nothing to move
        return
    old, new = apps.get_model("recall", "Assessment"), apps.get_model("risk", "Assessment")
    new.objects.bulk_create(
        new(
            key=one.pk, goods=one.inquiry.product_name, product_class_id=one.inquiry.product_class_id,
            county_id=one.inquiry.county_id, about_noun="recall.inquiry", about_key=one.inquiry_id,
            hazard=one.inquiry.hazard, matrix="risk.matrix", **{name: getattr(one, name) for name in KEPT},
        )
        for one in old.objects.select_related("inquiry").order_by("key")
    )  # fmt: skip


def backward(apps, schema_editor):
    old, new = apps.get_model("recall", "Assessment"), apps.get_model("risk", "Assessment")
    old.objects.bulk_create(
        old(
            key=one.pk,
            inquiry_id=one.about_key,
            matrix="recall.risk_matrix",
            **{name: getattr(one, name) for name in KEPT},
        )
        for one in new.objects.filter(about_noun="recall.inquiry").order_by("key")
    )


class Migration(migrations.Migration):
    dependencies = [("recall", "0008_lead_came_by"), ("risk", "0001_initial")]
    operations = [
        migrations.RunPython(forward, backward),
        migrations.DeleteModel(name="Assessment"),
    ]
