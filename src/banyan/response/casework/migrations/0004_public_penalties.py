from typing import Any

from django.db import migrations, models

PUBLIC = models.Q(published_on__isnull=False, withdrawn_on__isnull=True)


def make_findable(apps: Any, schema_editor: Any) -> None:
    """Penalties that were published before are found like those that will be."""
    from banyan.kit import search

    rows = apps.get_model("casework", "Case").objects.filter(PUBLIC, outcome="penalty").values_list(
        "key", "number", "product_name", "party__name"
    )  # fmt: skip
    entries = []
    for key, number, product, firm in rows.iterator(chunk_size=2000):
        entries += [search.Entry(key, f"{product} {firm or ''}"), search.Entry(key, number, search.CODE)]
    search.index_many(noun="casework.case", entries=entries)


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_remedies_and_procedure"), ("registry", "0005_certificate_places")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=PUBLIC, fields=["-published_on", "key"], name="case_public"),
        ),
        migrations.RunPython(make_findable, migrations.RunPython.noop, elidable=True),
    ]
