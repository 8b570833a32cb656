from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0004_looked_up_at_a_million")]

    operations = [
        migrations.RemoveIndex(model_name="complaint", name="complaint_state_due"),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["state", "due_on", "key"], name="complaint_state_due"),
        ),
    ]
