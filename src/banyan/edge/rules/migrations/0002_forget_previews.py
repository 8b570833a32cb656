"""Previews that were made while they showed what the rules hide are dropped; they are asked for again."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations


def forget(apps: Any, _editor: Any) -> None:
    apps.get_model("rules", "Preview").objects.all().delete()


class Migration(migrations.Migration):
    dependencies: ClassVar = [("rules", "0001_initial")]

    operations: ClassVar = [migrations.RunPython(forget, migrations.RunPython.noop)]
