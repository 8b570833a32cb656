from typing import Any

from django.conf import settings
from django.db import migrations, models


def forget_bounds(apps: Any, schema_editor: Any) -> None:
    """Where closeness alarms no count is a bound: what was stored there was never asked."""
    apps.get_model("alerts", "Alert").objects.filter(receipt__method="alike").update(bound=None)


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0003_score_parts_officer_confirmed"),
        ("registry", "0006_geographical_indications"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="begun_on",
            field=models.DateField(blank=True, null=True, verbose_name="counts against it since"),
        ),
        migrations.AlterField(
            model_name="alert",
            name="bound",
            field=models.FloatField(blank=True, null=True, verbose_name="bound"),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(("begun_on", None), ("begun_on__lte", models.F("noticed_on")), _connector="OR"),
                name="alert_begun_before_noticed",
            ),
        ),
        migrations.RunPython(forget_bounds, migrations.RunPython.noop, elidable=True),
    ]
