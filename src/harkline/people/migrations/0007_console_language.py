from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0006_duress")]

    operations = [
        migrations.AddField(
            model_name="operator",
            name="console_language",
            field=models.CharField(blank=True, default="", max_length=8),
        ),
    ]
